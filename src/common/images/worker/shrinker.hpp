// Makes a picture smaller while its rows come, by the mean of the area under each new pixel: the
// original is never whole in memory.
#pragma once

#include <cstdint>
#include <vector>

#include "common/images/worker/picture.hpp"

namespace ticketing::images {

class Shrinker {
 public:
  // To `to_width` × `to_height`, neither larger than before nor 0.
  Shrinker(std::uint32_t width, std::uint32_t height, std::uint32_t to_width,
           std::uint32_t to_height);

  // The next row, `width` pixels of RGB; rows beyond the last one are ignored.
  void add(const std::uint8_t* rgb);
  // Once all rows were added.
  Picture take() { return std::move(picture_); }

 private:
  // Which new pixels an old one is part of: `first` and the one after it.
  struct Part {
    std::uint32_t first;
    float in_first, in_second;
  };
  static std::vector<Part> parts(std::uint32_t from, std::uint32_t to);
  void write_row(std::uint32_t row, const std::vector<float>& sums);

  Picture picture_;
  std::uint32_t rows_ = 0;
  const std::vector<Part> columns_, lines_;
  std::vector<float> row_, first_, second_;
};

// Turned and mirrored as EXIF's orientation (1 to 8) says.
Picture oriented(Picture picture, int orientation);
// The middle of a picture that is wider than 2:1 or taller than 2:3.
Picture cropped(Picture picture);
// At most `width` pixels wide; the same when it is not wider.
Picture shrunk(const Picture& picture, std::uint32_t width);

}  // namespace ticketing::images
