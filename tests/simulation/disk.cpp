#include "simulation/disk.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace ticketing::simulation::disk {
namespace {

constexpr std::uint64_t sector_bytes = 512;

// A write or truncation that was not synced.
struct Change {
  sqlite3_int64 offset;
  std::string before;  // what lay there, as far as the file reached
  sqlite3_int64 size_before;
  std::optional<std::string> written;  // nothing: the file was cut off at the offset
};

struct OpenFile {
  std::string path;
  const sqlite3_io_methods* real;
};

struct Disk {
  std::map<std::string, std::vector<Change>> unsynced = {};  // by the path of the file
  std::map<const sqlite3_file*, OpenFile> files = {};
  std::optional<std::uint64_t> until_cut = {};
  bool is_off = false;
  bool ignores_syncs = false;
};
Disk the_disk;

const sqlite3_io_methods* real(const sqlite3_file* file) { return the_disk.files.at(file).real; }

// Whether the power goes now.
bool power_goes() {
  if (!the_disk.until_cut) return false;
  if (*the_disk.until_cut > 0) {
    --*the_disk.until_cut;
    return false;
  }
  the_disk.until_cut.reset();
  return the_disk.is_off = true;
}

void note_change(sqlite3_file* file, sqlite3_int64 offset, sqlite3_int64 length,
                 std::optional<std::string> written) {
  sqlite3_int64 size = 0;
  if (real(file)->xFileSize(file, &size) != SQLITE_OK) std::abort();
  std::string before(static_cast<std::size_t>(std::clamp<sqlite3_int64>(size - offset, 0, length)),
                     '\0');
  if (!before.empty() &&
      real(file)->xRead(file, before.data(), static_cast<int>(before.size()), offset) != SQLITE_OK)
    std::abort();
  the_disk.unsynced[the_disk.files.at(file).path].push_back({.offset = offset,
                                                             .before = std::move(before),
                                                             .size_before = size,
                                                             .written = std::move(written)});
}

int write(sqlite3_file* file, const void* data, int count, sqlite3_int64 offset) {
  if (the_disk.is_off) return SQLITE_IOERR_WRITE;
  note_change(file, offset, count,
              std::string(static_cast<const char*>(data), static_cast<std::size_t>(count)));
  const int code = real(file)->xWrite(file, data, count, offset);
  return power_goes() ? SQLITE_IOERR_WRITE : code;
}
int truncate(sqlite3_file* file, sqlite3_int64 size) {
  if (the_disk.is_off) return SQLITE_OK;
  sqlite3_int64 size_before = 0;
  if (real(file)->xFileSize(file, &size_before) != SQLITE_OK) std::abort();
  note_change(file, size, size_before, std::nullopt);
  return real(file)->xTruncate(file, size);
}
// It returns when the power is away, but what waits for it ends with the process.
int sync(sqlite3_file* file, int flags) {
  if (the_disk.is_off || power_goes() || the_disk.ignores_syncs) return SQLITE_OK;
  the_disk.unsynced.erase(the_disk.files.at(file).path);
  return real(file)->xSync(file, flags);
}
int close(sqlite3_file* file) {
  const auto* const methods = real(file);
  the_disk.files.erase(file);
  return methods->xClose(file);
}

int remove(sqlite3_vfs* self, const char* name, int sync_folder) {
  if (the_disk.is_off) return SQLITE_OK;
  the_disk.unsynced.erase(name);
  auto* const below = static_cast<sqlite3_vfs*>(self->pAppData);
  return below->xDelete(below, name, sync_folder);
}
// SQLite has methods for each kind of file; nodes stay where they are.
const sqlite3_io_methods* replaced(const sqlite3_io_methods* below) {
  static std::map<const sqlite3_io_methods*, sqlite3_io_methods> by_real;
  sqlite3_io_methods& methods = by_real.try_emplace(below, *below).first->second;
  methods.xWrite = &write;
  methods.xTruncate = &truncate;
  methods.xSync = &sync;
  methods.xClose = &close;
  return &methods;
}
int open(sqlite3_vfs* self, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  auto* const below = static_cast<sqlite3_vfs*>(self->pAppData);
  const int code = below->xOpen(below, name, file, flags, out_flags);
  if (code != SQLITE_OK || name == nullptr) return code;
  the_disk.files[file] = {.path = name, .real = file->pMethods};
  file->pMethods = replaced(file->pMethods);
  return code;
}

void install() {
  sqlite3_vfs* const below = sqlite3_vfs_find(nullptr);
  static sqlite3_vfs losing = *below;
  losing.zName = "losing";
  losing.pNext = nullptr;
  losing.pAppData = below;
  losing.xOpen = &open;
  losing.xDelete = &remove;
  if (sqlite3_vfs_register(&losing, 1) != SQLITE_OK) std::abort();
}

// A file that no database has open.
class ClosedFile {
 public:
  explicit ClosedFile(const std::string& path) : descriptor_(::open(path.c_str(), O_RDWR)) {}
  ~ClosedFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  ClosedFile(const ClosedFile&) = delete;
  ClosedFile& operator=(const ClosedFile&) = delete;

  void undo(const Change& change) {
    put(change.before, change.offset);
    cut(change.size_before);
  }
  // All of it, none of it, or the first sectors.
  void maybe_do(const Change& change, Random& random) {
    const auto fate = random.below(4);
    if (fate < 2) return;
    if (!change.written) return cut(change.offset);
    const auto sectors = change.written->size() / sector_bytes + 1;
    put(fate == 2 ? *change.written
                  : change.written->substr(0, random.below(sectors) * sector_bytes),
        change.offset);
  }

 private:
  void put(const std::string& bytes, sqlite3_int64 offset) {
    if (::pwrite(descriptor_, bytes.data(), bytes.size(), offset) != std::ssize(bytes))
      throw std::runtime_error("cannot write what was not synced");
  }
  void cut(sqlite3_int64 size) {
    if (::ftruncate(descriptor_, size) != 0)
      throw std::runtime_error("cannot cut off what was not synced");
  }

  int descriptor_;
};

}  // namespace

void begin(bool ignores_syncs) {
  static const bool is_installed = (install(), true);
  (void)is_installed;
  the_disk = {.ignores_syncs = ignores_syncs};
}

void cut_power_after(std::uint64_t operations) { the_disk.until_cut = operations; }

void keep_power() { the_disk.until_cut.reset(); }

bool is_off() { return the_disk.is_off; }

void restore_power(Random& random) {
  if (!the_disk.files.empty()) throw std::logic_error("a database is still open");
  for (const auto& [path, changes] : the_disk.unsynced) {
    ClosedFile file(path);
    for (auto change = changes.rbegin(); change != changes.rend(); ++change) file.undo(*change);
    for (const Change& change : changes) file.maybe_do(change, random);
  }
  the_disk.unsynced.clear();
  the_disk.is_off = false;
}

}  // namespace ticketing::simulation::disk
