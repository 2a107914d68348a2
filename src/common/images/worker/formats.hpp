// From a file to a picture of at most `width` pixels in width, as it is meant to be looked at. What
// cannot be decoded ends the process with a refusal.
#pragma once

#include <cstdint>

#include "common/images/worker/picture.hpp"
#include "common/images/worker/shrinker.hpp"

namespace ticketing::images {

// By its first bytes; what its sender says it is does not matter.
Picture decode(Bytes file, std::uint32_t width);

Picture decode_jpeg(Bytes file, std::uint32_t width);
Picture decode_png(Bytes file, std::uint32_t width);
Picture decode_webp(Bytes file, std::uint32_t width);

// The orientation in a TIFF structure (EXIF 2.32, 4.6.4); 1 when it says none.
int orientation_of(Bytes tiff);

// To what a picture of this size is made smaller, so that it is at most `width` wide once turned.
struct Size {
  std::uint32_t width, height;
};
Size target_of(std::uint32_t from_width, std::uint32_t from_height, int orientation,
               std::uint32_t width);

// RGBA, four bytes a pixel, on white ground.
void flatten(const std::uint8_t* rgba, std::uint32_t pixels, std::uint8_t* rgb);

}  // namespace ticketing::images
