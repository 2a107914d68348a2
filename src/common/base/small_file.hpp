// Reads the small files that a configuration names: secrets, mostly.
#pragma once

#include <cstddef>
#include <expected>
#include <string>

namespace ticketing {

struct SmallFile {
  std::string content;
  // Every user of the machine may read it: the file and the folders above it allow that.
  bool is_open_to_all = false;
};

// The file at `path`, symbolic links followed, as Kubernetes mounts secrets. Otherwise what is
// wrong with it, as the end of a sentence ("is a FIFO, not a file"). Never waits: a FIFO is not
// read.
std::expected<SmallFile, std::string> read_small_file(const std::string& path,
                                                      std::size_t bytes_max = 64 * 1024);

}  // namespace ticketing
