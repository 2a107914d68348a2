// I3: the guarantees on a full or broken disk and after a kill of the process.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "common/async/timers.hpp"
#include "common/db/sqlite/sqlite_database.hpp"
#include "fixtures/faulty_disk.hpp"
#include "fixtures/run_task.hpp"

namespace ticketing::db {
namespace {

using Execution = SqliteSettings::Execution;

const Sql insert_row{"insert_row", "INSERT INTO rows (id, body) VALUES ($1, $2)"};
const Sql count_rows{"count_rows", "SELECT count(*) AS count FROM rows"};
const Sql find_row{"find_row", "SELECT body FROM rows WHERE id = $1"};

Migrations migrations() {
  return {{.name = "001_rows", .sql = "CREATE TABLE rows (id text PRIMARY KEY, body text)"}};
}

Transaction one_row(const std::string& id, std::size_t body_bytes = 100) {
  Transaction transaction;
  transaction.statements.push_back(insert_row(id, std::string(body_bytes, 'x')));
  return transaction;
}

Task<> insert(Database& database, std::string id, int& done, int& refused) {
  try {
    co_await database.commit(one_row(id));
    ++done;
  } catch (const Unavailable&) {
    ++refused;
  }
}

class SqliteFaultsTest : public testing::TestWithParam<Execution> {
 protected:
  void SetUp() override {
    faulty_disk::install();
    open();
  }
  void TearDown() override {
    faulty_disk::is_full = false;
    faulty_disk::writes_fail = false;
    faulty_disk::syncs_fail = false;
  }
  void open() {
    database_.reset();
    database_ =
        open_sqlite(io_.get_executor(), {.path = folder_.file("rows.db"), .execution = GetParam()},
                    migrations());
  }
  void insert_many(const std::string& prefix, int count, int& done, int& refused) {
    for (int i = 0; i < count; ++i) {
      spawn(io_.get_executor(), "insert",
            insert(*database_, prefix + std::to_string(i), done, refused));
    }
    io_.restart();
    io_.run();
  }
  std::int64_t rows() {
    return run_task(io_, database_->query(count_rows())).first()->integer("count");
  }

  void refuses_while(const std::function<void(bool)>& set_fault) {
    int done = 0;
    int refused = 0;
    insert_many("before", 50, done, refused);
    set_fault(true);
    insert_many("during", 50, done, refused);
    EXPECT_EQ(done, 50);
    EXPECT_EQ(refused, 50);
    EXPECT_EQ(rows(), 50);
    set_fault(false);
    insert_many("after", 50, done, refused);
    EXPECT_EQ(done, 100);
    open();
    EXPECT_EQ(rows(), 100);
  }

  TemporaryFolder folder_;
  asio::io_context io_;
  std::unique_ptr<Database> database_;
};

INSTANTIATE_TEST_SUITE_P(Sqlite, SqliteFaultsTest,
                         testing::Values(Execution::threads, Execution::inline_on_executor),
                         [](const auto& info) {
                           return info.param == Execution::threads ? "threads" : "inline";
                         });

TEST_P(SqliteFaultsTest, AFullDiskRefusesWritesKeepsRowsAndRecovers) {
  refuses_while([](bool on) { faulty_disk::is_full = on; });
}

TEST_P(SqliteFaultsTest, AFullDiskIsNotReady) {
  EXPECT_TRUE(run_task(io_, database_->is_ready()));
  faulty_disk::is_full = true;
  EXPECT_FALSE(run_task(io_, database_->is_ready()));
  faulty_disk::is_full = false;
  EXPECT_TRUE(run_task(io_, database_->is_ready()));
}

TEST_P(SqliteFaultsTest, ADiskThatFailsToWriteRefusesWritesKeepsRowsAndRecovers) {
  refuses_while([](bool on) { faulty_disk::writes_fail = on; });
}

// A refusal of the kernel instead of a simulated one.
TEST_P(SqliteFaultsTest, AFileThatMayNotGrowRefusesWritesKeepsRowsAndRecovers) {
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  refuses_while([&before](bool on) {
    rlimit now = before;
    if (on) now.rlim_cur = 4096;  // every further frame of the log lies beyond
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &now), 0);
  });
}

TEST_P(SqliteFaultsTest, ACheckpointThatFindsTheDiskFullLosesNothing) {
  int done = 0;
  for (int i = 0; i < 60; ++i) {  // 6 MB: more than is left in the log
    if (i == 20) faulty_disk::is_full = true;
    try {
      run_task(io_, database_->commit(one_row(std::to_string(i), 100'000)));
      ++done;
    } catch (const Unavailable&) {
      faulty_disk::is_full = false;
    }
  }
  EXPECT_EQ(done, 59);
  open();
  EXPECT_EQ(rows(), 59);
}

using SqliteFaultsDeathTest = SqliteFaultsTest;
INSTANTIATE_TEST_SUITE_P(Sqlite, SqliteFaultsDeathTest, testing::Values(Execution::threads),
                         [](const auto&) { return "threads"; });

TEST_P(SqliteFaultsDeathTest, ASyncThatFailsEndsTheProcess) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  int done = 0;
  int refused = 0;
  insert_many("before", 5, done, refused);
  EXPECT_DEATH(
      {
        faulty_disk::syncs_fail = true;
        insert_many("during", 5, done, refused);
      },
      "the disk may have lost data that it had confirmed");
}

// Commits without end from 16 coroutines; writes the id of each row that was acknowledged.
Task<> commit_without_end(Database& database, int client, int out) {
  for (int i = 0;; ++i) {
    const std::string id = std::to_string(client) + "-" + std::to_string(i);
    co_await database.commit(one_row(id));
    const std::string line = id + "\n";
    if (::write(out, line.data(), line.size()) < 0) co_return;
  }
}

[[noreturn]] void commit_until_killed(const std::string& path, int out) {
  asio::io_context io;
  const auto database = open_sqlite(io.get_executor(), {.path = path}, migrations());
  for (int client = 0; client < 16; ++client) {
    spawn(io.get_executor(), "client", commit_without_end(*database, client, out));
  }
  io.run();
  std::_Exit(1);
}

TEST(SqliteKillTest, EveryAcknowledgedTransactionIsThereAfterKill9) {
  const TemporaryFolder folder;
  const std::string path = folder.file("rows.db");
  std::size_t acknowledged = 0;
  for (int round = 0; round < 3; ++round) {
    std::filesystem::remove(path);
    std::filesystem::remove(path + "-wal");
    std::filesystem::remove(path + "-shm");
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      ::close(ends[0]);
      commit_until_killed(path, ends[1]);
    }
    ::close(ends[1]);
    std::string said;
    char buffer[65536];
    const auto read_some = [&] {
      const ssize_t count = ::read(ends[0], buffer, sizeof buffer);
      if (count > 0) said.append(buffer, static_cast<std::size_t>(count));
      return count > 0;
    };
    while (said.size() < 3000u + 2000u * static_cast<unsigned>(round) && read_some()) continue;
    ::kill(child, SIGKILL);
    while (read_some()) continue;
    ::close(ends[0]);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));

    asio::io_context io;
    const auto database = open_sqlite(io.get_executor(), {.path = path}, migrations());
    for (std::size_t begin = 0, end = 0; (end = said.find('\n', begin)) != std::string::npos;
         begin = end + 1) {
      const std::string id = said.substr(begin, end - begin);
      ASSERT_FALSE(run_task(io, database->query(find_row(id))).empty()) << id << " is lost";
      ++acknowledged;
    }
  }
  EXPECT_GT(acknowledged, 300u);
}

// Another program opens the file while it is in use.
TEST(SqliteReaderTest, AForeignReaderThatNeverEndsNeitherBlocksNorBreaksWrites) {
  const TemporaryFolder folder;
  asio::io_context io;
  const auto database =
      open_sqlite(io.get_executor(), {.path = folder.file("rows.db")}, migrations());
  run_task(io, database->commit(one_row("first")));
  sqlite3* foreign = nullptr;
  ASSERT_EQ(sqlite3_open(folder.file("rows.db").c_str(), &foreign), SQLITE_OK);
  sqlite3_exec(foreign, "BEGIN; SELECT count(*) FROM rows", nullptr, nullptr, nullptr);
  for (int i = 0; i < 100; ++i) {
    run_task(io, database->commit(one_row(std::to_string(i), 100'000)));
  }
  EXPECT_EQ(run_task(io, database->query(count_rows())).first()->integer("count"), 101);
  sqlite3_exec(foreign, "COMMIT", nullptr, nullptr, nullptr);
  run_task(io, database->commit(one_row("last")));
  sqlite3_close(foreign);
}

}  // namespace
}  // namespace ticketing::db
