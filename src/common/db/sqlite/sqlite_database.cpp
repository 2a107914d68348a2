#include "common/db/sqlite/sqlite_database.hpp"

#include "common/db/commit_count.hpp"
#include "common/db/sqlite/execution_queue.hpp"
#include "common/db/sqlite/file_lock.hpp"
#include "common/db/sqlite/schema_migrations.hpp"
#include "common/db/sqlite/sqlite_connection.hpp"
#include "common/db/sqlite/sqlite_work.hpp"

namespace ticketing::db {
namespace {

const Sql one{"is_ready", "SELECT 1"};
// Writes an unused number into the file's header.
const Sql write_one{"is_writable", "PRAGMA application_id = 1"};

// A snapshot keeps the write-ahead log from starting again: small batches keep it short.
constexpr std::size_t reads_together_max = 64;

class SqliteDatabase final : public Database, public CommitCount {
 public:
  SqliteDatabase(const Executor& executor, const SqliteSettings& settings,
                 const Migrations& migrations)
      : lock_(settings.path),
        write_connection_(settings.path, SqliteConnection::Role::writer),
        migrated_(write_connection_, settings.path, migrations),
        read_connection_(settings.path, SqliteConnection::Role::reader),
        writer_(write_connection_),
        reader_(read_connection_),
        writes_(make_queue(executor, settings, writer_, settings.batch_max)),
        reads_(make_queue(executor, settings, reader_, reads_together_max)) {}

  Task<std::vector<StatementResult>> commit(Transaction transaction) override {
    return writes_->serve(std::move(transaction.statements), transaction.batch_delay);
  }

  Task<StatementResult> query(Statement statement) override {
    std::vector<Statement> statements;
    statements.push_back(std::move(statement));
    std::vector<StatementResult> results =
        co_await reads_->serve(std::move(statements), Milliseconds{0});
    co_return std::move(results.front());
  }

  std::uint64_t commits_so_far() const override { return writer_.commits(); }

  Task<bool> is_ready() override {
    try {
      const StatementResult result = co_await query(one());
      // On a full disk reads succeed and writes fail.
      Transaction write;
      write.statements.push_back(write_one());
      co_await commit(std::move(write));
      co_return !result.empty();
    } catch (const std::exception&) {
      co_return false;
    }
  }

 private:
  // The reader cannot set its pragmas on a file that has no tables yet.
  struct Migrated {
    Migrated(SqliteConnection& connection, const std::string& path, const Migrations& migrations) {
      apply_migrations(connection, path, migrations);
    }
  };

  static std::unique_ptr<ExecutionQueue> make_queue(const Executor& executor,
                                                    const SqliteSettings& settings,
                                                    SqliteWork& work, std::size_t batch_max) {
    const ExecutionQueue::Limits limits{.queue_max = settings.queue_max, .batch_max = batch_max};
    if (settings.execution == SqliteSettings::Execution::threads) return thread_queue(work, limits);
    return inline_queue(executor, work, limits);
  }

  // Destroyed in reverse order: the queues finish first, the write connection closes last.
  FileLock lock_;
  SqliteConnection write_connection_;
  Migrated migrated_;
  SqliteConnection read_connection_;
  SqliteWriter writer_;
  SqliteReader reader_;
  std::unique_ptr<ExecutionQueue> writes_;
  std::unique_ptr<ExecutionQueue> reads_;
};

}  // namespace

std::unique_ptr<Database> open_sqlite(const Executor& executor, SqliteSettings settings,
                                      const Migrations& migrations) {
  TICKETING_ASSERT(settings.queue_max > 0 && settings.batch_max > 0);
  return std::make_unique<SqliteDatabase>(executor, settings, migrations);
}

}  // namespace ticketing::db
