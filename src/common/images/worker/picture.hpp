// What the parts of the worker share: a decoded picture, and how it refuses. A worker decodes one
// picture and ends, so a refusal ends the process at once, also from within a C library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "common/images/sizes.hpp"

namespace ticketing::images {

using Bytes = std::span<const std::uint8_t>;

// By the header, before anything is decoded.
inline constexpr std::uint64_t pixels_max = std::uint64_t{megapixels_max} * 1'000'000;
inline constexpr std::uint32_t side_max = 20'000;

// RGB, three bytes a pixel, rows without gaps.
struct Picture {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::vector<std::uint8_t> rgb;
};

// Writes the answer and ends the process with status 0. Each program that links the decoders
// defines it.
[[noreturn]] void answer(std::string_view line);
[[noreturn]] inline void refuse_unreadable() { answer("unreadable\n"); }
// Refuses a picture that is no picture, or more of one than is decoded.
void check_size(std::uint64_t width, std::uint64_t height);

}  // namespace ticketing::images
