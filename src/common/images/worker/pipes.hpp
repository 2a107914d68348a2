// What a jailed program reads from its standard input and writes to its standard output.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace ticketing::images {

// All input; nothing when it has more than `bytes_max`.
std::optional<std::vector<std::uint8_t>> read_all(std::size_t bytes_max);

// Ends the process with status 3 when the reader has gone. May be called by a signal handler.
void write_all(const void* data, std::size_t size);

}  // namespace ticketing::images
