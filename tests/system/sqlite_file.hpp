// Reads a SQLite file that another process may have open. Does not change its log.
#pragma once

#include <string>

#include "system/system.hpp"

struct sqlite3;

namespace ticketing::system {

class SqliteFile {
 public:
  // Throws std::runtime_error when there is no such file.
  explicit SqliteFile(const std::string& path);
  ~SqliteFile();
  SqliteFile(const SqliteFile&) = delete;
  SqliteFile& operator=(const SqliteFile&) = delete;

  // Every value as text. Throws std::runtime_error.
  TableRows run(const std::string& sql);

 private:
  sqlite3* handle_ = nullptr;
};

}  // namespace ticketing::system
