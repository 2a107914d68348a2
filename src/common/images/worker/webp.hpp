// Pictures in the format that all are kept in: every browser of the client's list reads it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "common/images/worker/picture.hpp"

namespace ticketing::images {

// Of at most `bytes_max` bytes.
std::vector<std::uint8_t> encode_webp(const Picture& picture, std::size_t bytes_max);

}  // namespace ticketing::images
