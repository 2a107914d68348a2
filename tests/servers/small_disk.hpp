// For tests: a file system of a few megabytes, which can be filled to the last byte.
#pragma once

#include <cstdint>
#include <filesystem>
#include <stdexcept>

namespace ticketing::servers {

// This process may not mount anything; says how it might.
class NoSmallDisk : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class SmallDisk {
 public:
  // Mounts it where any user may write. Throws NoSmallDisk.
  explicit SmallDisk(std::int64_t bytes);
  ~SmallDisk();
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  const std::filesystem::path& folder() const { return folder_; }
  void fill();             // until not one more byte can be written
  void fill_but_a_page();  // the room that is left is 4 KiB, which is half a block of PostgreSQL
  void free();             // what fill() took
  std::int64_t bytes_free() const;

 private:
  // Adds to what fills it; gives how much there was room for.
  std::int64_t write_ballast(std::int64_t bytes_max);

  std::filesystem::path folder_;
};

}  // namespace ticketing::servers
