#include "common/db/sqlite/file_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "common/base/exceptions.hpp"

namespace ticketing::db {

FileLock::FileLock(const std::string& data_path) {
  const std::string path = data_path + ".lock";
  descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor_ < 0) {
    throw ConfigError("cannot open " + path + ": " + std::generic_category().message(errno));
  }
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return;
  ::close(descriptor_);
  throw ConfigError("the data file " + data_path +
                    " is in use by another process; stop that one first");
}

FileLock::~FileLock() { ::close(descriptor_); }

}  // namespace ticketing::db
