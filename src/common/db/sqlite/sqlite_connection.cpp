#include "common/db/sqlite/sqlite_connection.hpp"

#include <sqlite3.h>

#include <cstdlib>
#include <mutex>

#include "common/base/log.hpp"

namespace ticketing::db {
namespace {

const Sql begin_immediate{"begin", "BEGIN IMMEDIATE"};
const Sql begin_deferred{"begin", "BEGIN"};
const Sql commit_transaction{"commit", "COMMIT"};

constexpr int busy_milliseconds = 2000;
constexpr std::size_t prepared_max = 1000;

void configure_library_once() {
  static std::once_flag once;
  // SQLite's own memory statistics take one lock for all connections at every allocation.
  std::call_once(once, [] { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); });
}

Value column(sqlite3_stmt* statement, int i, const std::string& name) {
  switch (sqlite3_column_type(statement, i)) {
    case SQLITE_NULL: return std::monostate{};
    case SQLITE_INTEGER: return std::int64_t{sqlite3_column_int64(statement, i)};
    case SQLITE_TEXT: {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, i));
      return std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(statement, i)));
    }
    default: break;
  }
  // Neither exists in the subset of SQL that both databases share.
  throw SqliteError(SQLITE_MISMATCH, name + ": a column is neither text nor integer");
}

std::vector<std::string> column_names(sqlite3_stmt* statement) {
  std::vector<std::string> names;
  for (int i = 0; i < sqlite3_column_count(statement); ++i) {
    names.emplace_back(sqlite3_column_name(statement, i));
  }
  return names;
}

}  // namespace

bool SqliteError::is_programming_error() const {
  switch (code_ & 0xff) {
    case SQLITE_ERROR:
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_RANGE:
    case SQLITE_MISUSE:
    case SQLITE_TOOBIG:
    case SQLITE_READONLY:
    case SQLITE_SCHEMA: return true;
    default: return false;
  }
}

bool SqliteError::is_failed_sync() const {
  return code_ == SQLITE_IOERR_FSYNC || code_ == SQLITE_IOERR_DIR_FSYNC;
}

bool SqliteError::is_refused_write() const {
  return (code_ & 0xff) == SQLITE_FULL || (code_ & 0xff) == SQLITE_BUSY ||
         code_ == SQLITE_IOERR_WRITE;
}

void SqliteConnection::Close::operator()(sqlite3* handle) const { sqlite3_close(handle); }
void SqliteConnection::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

SqliteConnection::SqliteConnection(const std::string& path, Role role) {
  configure_library_once();
  sqlite3* opened = nullptr;
  const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_READWRITE |
                    (role == Role::writer ? SQLITE_OPEN_CREATE : 0);
  const int code = sqlite3_open_v2(path.c_str(), &opened, flags, nullptr);
  handle_.reset(opened);
  if (code != SQLITE_OK) {
    throw ConfigError("cannot open the data file " + path + ": " + sqlite3_errstr(code));
  }
  try {
    set_up(path, role);
  } catch (const SqliteError& error) {
    throw ConfigError("cannot use the data file " + path + ": " + error.what());
  }
}

SqliteConnection::~SqliteConnection() = default;

void SqliteConnection::set_up(const std::string& path, Role role) {
  sqlite3_busy_timeout(handle_.get(), busy_milliseconds);
  run_script(
      "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;"
      "PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 0;");
  if (role == Role::writer) {
    // What is erased is written over. Debian's library does so unasked, others do not.
    run_script("PRAGMA journal_mode = WAL; PRAGMA secure_delete = ON;");
  } else {
    run_script("PRAGMA query_only = ON;");
    // Checkpoints are the writer's alone: with two, SQLite before 3.51.3 can lose the log.
    sqlite3_db_config(handle_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  }
  require(path, "journal_mode", "wal");
  require(path, "synchronous", "2");
  require(path, "foreign_keys", "1");
  require(path, "wal_autocheckpoint", "0");
  require(path, "query_only", role == Role::reader ? "1" : "0");
  const Sql page_size{"page_size", "PRAGMA page_size"};
  page_bytes_ = run(page_size()).first()->integer("page_size");
  prepared_.clear();  // the statements above live on this stack
  sqlite3_wal_hook(handle_.get(), &SqliteConnection::after_commit, this);
}

void SqliteConnection::require(const std::string& path, const std::string& pragma,
                               const std::string& expected) {
  const Sql sql{pragma, "PRAGMA " + pragma};
  const StatementResult result = run(sql());
  prepared_.clear();
  std::string actual = "nothing";
  if (const Row* row = result.first()) {
    actual = expected == "wal" ? row->text(pragma) : std::to_string(row->integer(pragma));
  }
  if (actual == expected) return;
  throw ConfigError("the data file " + path + " is not durable enough: " + pragma + " is " +
                    actual + " instead of " + expected);
}

StatementResult SqliteConnection::run(const Statement& statement) {
  Prepared& prepared = prepare(*statement.sql);
  sqlite3_stmt* const handle = prepared.handle.get();
  bind(prepared, statement);

  struct Reset {
    sqlite3_stmt* handle;
    ~Reset() { sqlite3_reset(handle); }
  } const reset{handle};
  const Sql& sql = *statement.sql;
  const RowShape& shape = sql.shape() ? *sql.shape() : sql.check_columns(column_names(handle));
  StatementResult result;
  for (;;) {
    const int code = sqlite3_step(handle);
    if (code == SQLITE_DONE) break;
    if (code != SQLITE_ROW) fail(code, statement.sql->name());
    const int columns = sqlite3_column_count(handle);
    std::vector<Value> values;
    values.reserve(static_cast<std::size_t>(columns));
    for (int i = 0; i < columns; ++i) {
      values.push_back(column(handle, i, statement.sql->name()));
    }
    result.rows.emplace_back(std::move(values), shape);
  }
  if (!prepared.is_read) result.affected = sqlite3_changes64(handle_.get());
  return result;
}

void SqliteConnection::run_script(const std::string& script) {
  const int code = sqlite3_exec(handle_.get(), script.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code, "script");
}

SqliteConnection::Prepared& SqliteConnection::prepare(const Sql& sql) {
  const auto found = prepared_.find(&sql);
  if (found != prepared_.end() && found->second.text == sql.text()) return found->second;
  if (prepared_.size() >= prepared_max) prepared_.clear();
  sqlite3_stmt* made = nullptr;
  const int code =
      sqlite3_prepare_v3(handle_.get(), sql.text().c_str(), static_cast<int>(sql.text().size() + 1),
                         SQLITE_PREPARE_PERSISTENT, &made, nullptr);
  if (code != SQLITE_OK) fail(code, sql.name());
  Prepared prepared{.text = sql.text(), .handle{made}, .index_of_param = {}};
  if (made == nullptr) throw SqliteError(SQLITE_ERROR, sql.name() + ": no statement in it");
  prepared.is_read = sqlite3_stmt_readonly(made) != 0;
  // SQLite takes "$1" for a name and numbers names by first appearance.
  const int count = sqlite3_bind_parameter_count(made);
  for (int i = 1; i <= count; ++i) {
    prepared.index_of_param.push_back(
        sqlite3_bind_parameter_index(made, ("$" + std::to_string(i)).c_str()));
  }
  return prepared_.insert_or_assign(&sql, std::move(prepared)).first->second;
}

void SqliteConnection::bind(const Prepared& prepared, const Statement& statement) {
  if (prepared.index_of_param.size() != statement.params.size()) {
    throw SqliteError(SQLITE_RANGE, statement.sql->name() + ": wrong number of parameters");
  }
  sqlite3_stmt* const handle = prepared.handle.get();
  for (std::size_t i = 0; i < statement.params.size(); ++i) {
    const int index = prepared.index_of_param[i];
    int code = SQLITE_RANGE;  // also when the text skips a number: index 0
    if (const auto* number = std::get_if<std::int64_t>(&statement.params[i])) {
      code = sqlite3_bind_int64(handle, index, *number);
    } else if (const auto* text = std::get_if<std::string>(&statement.params[i])) {
      code = sqlite3_bind_text64(handle, index, text->data(), text->size(), SQLITE_STATIC,
                                 SQLITE_UTF8);
    } else {
      code = sqlite3_bind_null(handle, index);
    }
    if (code != SQLITE_OK) fail(code, statement.sql->name());
  }
}

void SqliteConnection::fail(int code, const std::string& name) const {
  throw SqliteError(code, name + ": " + sqlite3_errmsg(handle_.get()));
}

void SqliteConnection::begin_write() { run(begin_immediate()); }
void SqliteConnection::begin_read() { run(begin_deferred()); }
void SqliteConnection::commit() { run(commit_transaction()); }

void SqliteConnection::roll_back() noexcept {
  // Some failures have already rolled back.
  if (sqlite3_get_autocommit(handle_.get()) != 0) return;
  sqlite3_exec(handle_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
  if (sqlite3_get_autocommit(handle_.get()) != 0) return;
  log::error("a transaction cannot be rolled back; ending the process");
  std::abort();
}

int SqliteConnection::after_commit(void* self, sqlite3*, const char*, int frames) {
  auto& connection = *static_cast<SqliteConnection*>(self);
  // Fewer frames than before: the log started again, because all of it was copied to the file.
  if (frames < connection.wal_frames_) connection.checkpointed_frames_ = 0;
  connection.wal_frames_ = frames;
  return SQLITE_OK;
}

std::int64_t SqliteConnection::wal_bytes_pending() const {
  return (wal_frames_ - checkpointed_frames_) * page_bytes_;
}
std::int64_t SqliteConnection::wal_bytes_total() const { return wal_frames_ * page_bytes_; }

void SqliteConnection::checkpoint(Checkpoint mode) {
  int frames = 0;
  int copied = 0;
  const int code = sqlite3_wal_checkpoint_v2(
      handle_.get(), nullptr,
      mode == Checkpoint::passive ? SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_RESTART, &frames,
      &copied);
  if (frames >= 0) {
    wal_frames_ = frames;
    checkpointed_frames_ = copied;
  }
  if (code != SQLITE_OK && code != SQLITE_BUSY) fail(code, "checkpoint");
}

}  // namespace ticketing::db
