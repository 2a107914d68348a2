#include "common/db/sqlite/faulty_disk.hpp"

#include <sqlite3.h>

#include <cstdlib>
#include <map>
#include <mutex>

namespace ticketing::db::faulty_disk {
namespace {

std::mutex mutex;
// The methods of each kind of file with write and sync replaced; nodes stay where they are.
std::map<const sqlite3_io_methods*, sqlite3_io_methods> by_real;
std::map<const sqlite3_io_methods*, const sqlite3_io_methods*> real_of;

const sqlite3_io_methods* real_methods(sqlite3_file* file) {
  const std::lock_guard lock(mutex);
  return real_of.at(file->pMethods);
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
  const auto [entry, is_new] = by_real.try_emplace(file->pMethods, *file->pMethods);
  sqlite3_io_methods& faulty = entry->second;
  if (is_new) {
    faulty.xWrite = &write;
    faulty.xSync = &sync;
    real_of[&faulty] = file->pMethods;
  }
  file->pMethods = &faulty;
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
