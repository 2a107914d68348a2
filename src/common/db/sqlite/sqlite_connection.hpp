// One connection to one SQLite file, with its prepared statements. Used by one thread at a time.
// Independent of queues, batches and coroutines.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <vector>

#include "common/db/database.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace ticketing::db {

// A statement failed. Names the statement and SQLite's reason, never a bound value.
class SqliteError : public std::runtime_error {
 public:
  SqliteError(int code, const std::string& what) : std::runtime_error(what), code_(code) {}

  // The statement itself is wrong (syntax, constraint), not the environment.
  bool is_programming_error() const;
  // A sync failed: data that was written before may be lost.
  bool is_failed_sync() const;
  // Nothing of the transaction can have reached the file: it was full, or the write was refused.
  bool is_refused_write() const;

 private:
  int code_;  // extended result code
};

class SqliteConnection {
 public:
  enum class Role { writer, reader };

  // Opens (the writer creates) the file, sets what durability needs and reads it back. Throws
  // ConfigError when the file cannot be used in that way.
  SqliteConnection(const std::string& path, Role role);
  ~SqliteConnection();
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;

  // Throws SqliteError.
  StatementResult run(const Statement& statement);
  // Several statements without parameters or rows. Throws SqliteError.
  void run_script(const std::string& script);

  void begin_write();  // throws SqliteError
  void begin_read();   // throws SqliteError
  void commit();       // throws SqliteError; the caller then rolls back
  // Does nothing outside a transaction. A rollback that fails ends the process.
  void roll_back() noexcept;

  // Bytes of the write-ahead log that are not in the main file yet, and of all it holds.
  std::int64_t wal_bytes_pending() const;
  std::int64_t wal_bytes_total() const;
  // Copies the log into the main file; `restart` also waits for readers, so that the log can start
  // again at its beginning. Throws SqliteError.
  enum class Checkpoint { passive, restart };
  void checkpoint(Checkpoint mode);

 private:
  struct Close {
    void operator()(sqlite3* handle) const;
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  struct Prepared {
    std::string text;  // guards against another Sql at the address of one that is gone
    std::unique_ptr<sqlite3_stmt, Finalize> handle;
    std::vector<int> index_of_param;  // of $1, $2, …
    bool is_read = false;
  };

  void set_up(const std::string& path, Role role);
  void require(const std::string& path, const std::string& pragma, const std::string& expected);
  Prepared& prepare(const Sql& sql);
  void bind(const Prepared& prepared, const Statement& statement);
  [[noreturn]] void fail(int code, const std::string& name) const;
  static int after_commit(void* self, sqlite3* handle, const char* schema, int frames);

  std::unique_ptr<sqlite3, Close> handle_;
  std::unordered_map<const Sql*, Prepared> prepared_;
  std::int64_t page_bytes_ = 4096;
  std::int64_t wal_frames_ = 0;
  std::int64_t checkpointed_frames_ = 0;
};

}  // namespace ticketing::db
