#include "common/files/folder/folder_store.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <expected>
#include <filesystem>
#include <functional>

#include "common/async/worker_pool.hpp"
#include "common/base/descriptor.hpp"
#include "common/base/random.hpp"
#include "common/base/text.hpp"

namespace ticketing::files {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t threads = 2;
constexpr std::size_t waiting_max = 256;
// Longer than a write takes: another process may use the folder, too.
constexpr std::chrono::hours unfinished_max{1};

// What went wrong, for the log; empty: nothing.
using Fault = std::string;

Fault fault_of(const std::string& what, const std::string& path) {
  return what + " " + path + ": " + std::strerror(errno);
}

bool sync_folder(const std::string& path) {
  const Descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return folder.is_open() && ::fsync(folder.number()) == 0;
}

// The folder and those above it, down from `root`, each of them durable.
Fault make_folders(const std::string& root, const std::string& path) {
  if (path.size() <= root.size() || ::access(path.c_str(), F_OK) == 0) return {};
  const std::string above = path.substr(0, path.rfind('/'));
  if (Fault fault = make_folders(root, above); !fault.empty()) return fault;
  if (::mkdir(path.c_str(), S_IRWXU) != 0 && errno != EEXIST) return fault_of("cannot make", path);
  return sync_folder(above) ? Fault{} : fault_of("cannot sync", above);
}

bool write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(file, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

Fault write_new(const std::string& path, std::string_view bytes) {
  constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
  const Descriptor file(::open(path.c_str(), flags, S_IRUSR | S_IWUSR));
  if (!file.is_open()) return fault_of("cannot make", path);
  if (!write_all(file.number(), bytes) || ::fsync(file.number()) != 0)
    return fault_of("cannot write", path);
  return {};
}

std::expected<std::optional<std::string>, Fault> read_file(const std::string& path,
                                                           std::size_t bytes_max) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.is_open()) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    return std::unexpected(fault_of("cannot read", path));
  }
  struct stat info{};
  if (::fstat(file.number(), &info) != 0) return std::unexpected(fault_of("cannot read", path));
  const auto size = static_cast<std::size_t>(info.st_size);
  if (!S_ISREG(info.st_mode) || size > bytes_max) {
    return std::unexpected("a file is no file, or larger than it may be: " + path);
  }
  std::string bytes(size, '\0');
  for (std::size_t have = 0; have < size;) {
    const ssize_t count = ::read(file.number(), bytes.data() + have, size - have);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return std::unexpected(fault_of("cannot read", path));
    have += static_cast<std::size_t>(count);
  }
  return bytes;
}

class FolderStore final : public Store {
 public:
  explicit FolderStore(std::string path) : path_(std::move(path)), pool_(threads, waiting_max) {
    std::error_code fault;
    fs::create_directories(path_, fault);
    ::chmod(path_.c_str(), S_IRWXU);
    if (::mkdir(unfinished().c_str(), S_IRWXU) != 0 && errno != EEXIST)
      throw ConfigError(fault_of("FILES_URL: cannot make the folder", unfinished()));
    if (::access(unfinished().c_str(), W_OK | X_OK) != 0)
      throw ConfigError(fault_of("FILES_URL: cannot write in", path_));
    remove_unfinished();
  }

 private:
  // No key begins with a dot.
  std::string unfinished() const { return path_ + "/.unfinished"; }
  std::string path_of(const std::string& key) const { return path_ + "/" + key; }

  void remove_unfinished() const {
    std::error_code ignored;
    const auto old = fs::file_time_type::clock::now() - unfinished_max;
    for (const auto& entry : fs::directory_iterator(unfinished(), ignored)) {
      if (entry.last_write_time(ignored) < old) fs::remove(entry.path(), ignored);
    }
  }

  Task<> write(std::string key, std::string bytes) override {
    const Fault fault = co_await pool_.run<Fault>(
        [this, path = path_of(key), content = std::move(bytes)] { return replace(path, content); });
    if (!fault.empty()) throw Unavailable(fault);
  }

  Task<std::optional<std::string>> read(std::string key, std::size_t bytes_max) override {
    using Read = std::expected<std::optional<std::string>, Fault>;
    auto result = co_await pool_.run<Read>(
        [path = path_of(key), bytes_max] { return read_file(path, bytes_max); });
    if (!result) throw Unavailable(result.error());
    co_return *std::move(result);
  }

  Task<> remove(std::string key) override {
    const Fault fault = co_await pool_.run<Fault>([path = path_of(key)]() -> Fault {
      if (::unlink(path.c_str()) == 0 || errno == ENOENT || errno == ENOTDIR) return {};
      return fault_of("cannot erase", path);
    });
    if (!fault.empty()) throw Unavailable(fault);
  }

  // On a thread of the pool. Durable when it returns: the file, then its name.
  Fault replace(const std::string& path, std::string_view bytes) const {
    std::array<std::byte, 16> random{};
    SystemRandom{}.fill(random);
    const std::string fresh = unfinished() + "/" + to_base64url(random);
    const std::string folder = path.substr(0, path.rfind('/'));
    Fault fault = write_new(fresh, bytes);
    if (fault.empty()) fault = make_folders(path_, folder);
    if (fault.empty() && ::rename(fresh.c_str(), path.c_str()) != 0)
      fault = fault_of("cannot make", path);
    if (fault.empty() && !sync_folder(folder)) fault = fault_of("cannot sync", folder);
    if (!fault.empty()) ::unlink(fresh.c_str());
    return fault;
  }

  const std::string path_;
  WorkerPool pool_;
};

}  // namespace

std::unique_ptr<Store> open_folder(const std::string& path) {
  return std::make_unique<FolderStore>(path);
}

}  // namespace ticketing::files
