#include "common/base/small_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "common/base/descriptor.hpp"

namespace ticketing {
namespace {

std::string_view kind_of(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFDIR: return "a folder";
    case S_IFIFO: return "a FIFO";
    case S_IFSOCK: return "a socket";
    default: return "a device";
  }
}

bool is_open_to_all(const std::string& path, mode_t mode) {
  if ((mode & S_IROTH) == 0) return false;
  std::error_code fault;
  auto folder = std::filesystem::canonical(path, fault).parent_path();
  for (; !fault; folder = folder.parent_path()) {
    struct stat info{};
    if (::stat(folder.c_str(), &info) != 0 || (info.st_mode & S_IXOTH) == 0) return false;
    if (folder == folder.parent_path()) return true;
  }
  return false;
}

std::unexpected<std::string> cannot_be_read(int error) {
  return std::unexpected(fmt::format("cannot be read: {}", std::strerror(error)));
}

}  // namespace

std::expected<SmallFile, std::string> read_small_file(const std::string& path,
                                                      std::size_t bytes_max) {
  // Without O_NONBLOCK, opening a FIFO waits for a writer.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  struct stat info{};
  if (file.number() < 0 || ::fstat(file.number(), &info) != 0) return cannot_be_read(errno);
  if (!S_ISREG(info.st_mode)) {
    return std::unexpected(fmt::format("is {}, not a file", kind_of(info.st_mode)));
  }
  SmallFile read{.content = {}, .is_open_to_all = is_open_to_all(path, info.st_mode)};
  // Do not rely on its size: it may grow, and that of a file in /proc is 0.
  read.content.resize(bytes_max + 1);
  std::size_t size = 0;
  while (size <= bytes_max) {
    const ssize_t count =
        ::read(file.number(), read.content.data() + size, read.content.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return cannot_be_read(errno);
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
  }
  if (size > bytes_max) {
    return std::unexpected(fmt::format("is larger than {} KiB", bytes_max / 1024));
  }
  read.content.resize(size);
  return read;
}

}  // namespace ticketing
