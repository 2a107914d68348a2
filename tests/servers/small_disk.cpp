#include "servers/small_disk.hpp"

#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

#include "servers/child_process.hpp"

namespace ticketing::servers {
namespace {

constexpr const char* ballast = "ballast";
constexpr std::int64_t ballast_step = 64 * 1024;

}  // namespace

SmallDisk::SmallDisk(std::int64_t bytes) : folder_(make_temporary_folder("disk")) {
  const std::string options = "mode=1777,size=" + std::to_string(bytes);
  if (::mount("tmpfs", folder_.c_str(), "tmpfs", MS_NOSUID | MS_NODEV, options.c_str()) == 0) {
    return;
  }
  const std::string reason = std::strerror(errno);
  std::filesystem::remove(folder_);
  throw NoSmallDisk("no small file system can be mounted (" + reason +
                    "); it takes root with CAP_SYS_ADMIN, or, as any user, a test that is run by "
                    "unshare --user --map-current-user --mount --keep-caps");
}

// Also while files are open there.
SmallDisk::~SmallDisk() {
  ::umount2(folder_.c_str(), MNT_DETACH);
  std::error_code ignored;
  std::filesystem::remove(folder_, ignored);
}

void SmallDisk::fill() {
  while (write_ballast(ballast_step) > 0) continue;
}

// Step by step, since others write meanwhile. They may take the page too.
void SmallDisk::fill_but_a_page() {
  const std::int64_t page = ::getpagesize();
  while (bytes_free() > page) write_ballast(std::min(ballast_step, bytes_free() - page));
}

std::int64_t SmallDisk::write_ballast(std::int64_t bytes_max) {
  const int file = ::open((folder_ / ballast).c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
                          S_IRUSR | S_IWUSR);
  if (file < 0) throw std::runtime_error("cannot write on " + folder_.string());
  const std::string block(static_cast<std::size_t>(std::max<std::int64_t>(bytes_max, 0)), '.');
  const ssize_t written = ::write(file, block.data(), block.size());
  const bool has_failed = written < 0 && errno != ENOSPC;
  ::close(file);
  if (has_failed) throw std::runtime_error("cannot fill " + folder_.string());
  return written;
}

void SmallDisk::free() { std::filesystem::remove(folder_ / ballast); }

std::int64_t SmallDisk::bytes_free() const {
  return static_cast<std::int64_t>(std::filesystem::space(folder_).available);
}

}  // namespace ticketing::servers
