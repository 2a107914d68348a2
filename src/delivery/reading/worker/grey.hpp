// A picture in shades of grey, and what is done to one so that its codes can be read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ticketing::delivery::reading {

inline constexpr std::uint8_t white = 255;

struct Area {
  int left = 0, top = 0, width = 0, height = 0;
};

// One byte a pixel, 0 is black; rows without gaps.
struct Grey {
  int width = 0, height = 0;
  std::vector<std::uint8_t> pixels;

  Grey() = default;
  Grey(int wide, int high, std::uint8_t shade = white)
      : width(wide),
        height(high),
        pixels(static_cast<std::size_t>(wide) * static_cast<std::size_t>(high), shade) {}

  std::uint8_t* row(int y) { return pixels.data() + static_cast<std::ptrdiff_t>(y) * width; }
  const std::uint8_t* row(int y) const {
    return pixels.data() + static_cast<std::ptrdiff_t>(y) * width;
  }
};

// The part of the picture in `area`; white where the area goes beyond it.
Grey cut(const Grey& picture, const Area& area);
// Of the size `factor` times as large, smaller ones by the mean, larger ones by interpolation.
Grey scaled(const Grey& picture, double factor);
// Turned counter-clockwise around its middle, and as large as that needs; white around it.
Grey turned(const Grey& picture, double degrees);
// The darkest fiftieth of the pixels becomes black, the lightest white.
Grey with_full_contrast(const Grey& picture);
// Each pixel is the median of its neighbourhood of 3 × 3: noise goes, edges stay.
Grey without_noise(const Grey& picture);
// The angle, from 0 to 89 degrees, by which a picture of straight edges is turned.
int angle_of_edges(const Grey& picture);

}  // namespace ticketing::delivery::reading
