#include "system/sqlite_file.hpp"

#include <sqlite3.h>

#include <stdexcept>

namespace ticketing::system {

SqliteFile::SqliteFile(const std::string& path) {
  if (sqlite3_open_v2(path.c_str(), &handle_, SQLITE_OPEN_READWRITE, nullptr) != SQLITE_OK) {
    sqlite3_close(handle_);
    throw std::runtime_error("cannot open " + path);
  }
  sqlite3_busy_timeout(handle_, 10'000);
  // Closing the last connection would otherwise remove what a kill left behind.
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

SqliteFile::~SqliteFile() { sqlite3_close(handle_); }

TableRows SqliteFile::run(const std::string& sql) {
  TableRows rows;
  char* fault = nullptr;
  const auto take = [](void* into, int columns, char** values, char**) {
    TableRow row;
    for (int i = 0; i < columns; ++i) {
      row.push_back(values[i] == nullptr ? std::nullopt : std::optional<std::string>(values[i]));
    }
    static_cast<TableRows*>(into)->push_back(std::move(row));
    return 0;
  };
  if (sqlite3_exec(handle_, sql.c_str(), take, &rows, &fault) != SQLITE_OK) {
    const std::string why = fault == nullptr ? "unknown" : fault;
    sqlite3_free(fault);
    throw std::runtime_error(sql + ": " + why);
  }
  return rows;
}

}  // namespace ticketing::system
