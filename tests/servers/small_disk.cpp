#include "servers/small_disk.hpp"

#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "servers/child_process.hpp"

namespace ticketing::servers {
namespace {

constexpr const char* ballast = "ballast";

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
  const int file = ::open((folder_ / ballast).c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
                          S_IRUSR | S_IWUSR);
  if (file < 0) throw std::runtime_error("cannot write on " + folder_.string());
  const std::string block(64 * 1024, '.');
  while (::write(file, block.data(), block.size()) > 0) continue;
  const bool is_full = errno == ENOSPC;
  ::close(file);
  if (!is_full) throw std::runtime_error("cannot fill " + folder_.string());
}

void SmallDisk::free() { std::filesystem::remove(folder_ / ballast); }

std::int64_t SmallDisk::bytes_free() const {
  return static_cast<std::int64_t>(std::filesystem::space(folder_).available);
}

}  // namespace ticketing::servers
