#include "common/images/worker/pipes.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>

namespace ticketing::images {

std::optional<std::vector<std::uint8_t>> read_all(std::size_t bytes_max) {
  std::vector<std::uint8_t> all;
  std::array<std::uint8_t, 65'536> bytes;
  for (;;) {
    const ssize_t count = ::read(STDIN_FILENO, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return all;
    if (all.size() + static_cast<std::size_t>(count) > bytes_max) return std::nullopt;
    all.insert(all.end(), bytes.begin(), bytes.begin() + count);
  }
}

void write_all(const void* data, std::size_t size) {
  const auto* at = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t count = ::write(STDOUT_FILENO, at, size);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) ::_exit(3);
    at += count;
    size -= static_cast<std::size_t>(count);
  }
}

}  // namespace ticketing::images
