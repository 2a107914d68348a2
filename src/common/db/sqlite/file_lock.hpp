// Keeps two processes from writing one data file: an flock on a file beside it, which the kernel
// takes back when its holder dies.
#pragma once

#include <string>

namespace ticketing::db {

class FileLock {
 public:
  // Throws ConfigError when another process holds the lock of `data_path`.
  explicit FileLock(const std::string& data_path);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  int descriptor_;
};

}  // namespace ticketing::db
