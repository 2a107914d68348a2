#include "common/db/sqlite/faulty_disk.hpp"

#include <sqlite3.h>

#include <cstdlib>
#include <map>
#include <mutex>

namespace ticketing::db::faulty_disk {
namespace {

// The methods of each kind of file, with write and sync replaced.
struct Methods {
  sqlite3_io_methods faulty;
  const sqlite3_io_methods* real;
};

std::mutex mutex;
std::map<const sqlite3_io_methods*, Methods*> by_real;
std::map<const sqlite3_io_methods*, Methods*> by_faulty;

const sqlite3_io_methods* real_methods(sqlite3_file* file) {
  const std::lock_guard lock(mutex);
  return by_faulty.at(file->pMethods)->real;
}

int write(sqlite3_file* file, const void* data, int count, sqlite3_int64 offset) {
  if (is_full) return SQLITE_FULL;
  if (writes_fail) return SQLITE_IOERR_WRITE;
  return real_methods(file)->xWrite(file, data, count, offset);
}

int sync(sqlite3_file* file, int flags) {
  if (syncs_fail) return SQLITE_IOERR_FSYNC;
  return real_methods(file)->xSync(file, flags);
}

int open(sqlite3_vfs* self, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  auto* const real = static_cast<sqlite3_vfs*>(self->pAppData);
  const int code = real->xOpen(real, name, file, flags, out_flags);
  if (code != SQLITE_OK || file->pMethods == nullptr) return code;
  const std::lock_guard lock(mutex);
  Methods*& methods = by_real[file->pMethods];
  if (methods == nullptr) {
    methods = new Methods{.faulty = *file->pMethods, .real = file->pMethods};
    methods->faulty.xWrite = &write;
    methods->faulty.xSync = &sync;
    by_faulty[&methods->faulty] = methods;
  }
  file->pMethods = &methods->faulty;
  return code;
}

}  // namespace

void install() {
  static std::once_flag once;
  std::call_once(once, [] {
    sqlite3_vfs* const real = sqlite3_vfs_find(nullptr);
    static sqlite3_vfs faulty = *real;
    faulty.zName = "faulty";
    faulty.pNext = nullptr;
    faulty.pAppData = real;
    faulty.xOpen = &open;
    if (sqlite3_vfs_register(&faulty, 1) != SQLITE_OK) std::abort();
  });
}

}  // namespace ticketing::db::faulty_disk
