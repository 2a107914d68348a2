#include "common/images/worker/shrinker.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace ticketing::images {
namespace {

std::uint8_t to_byte(float value) {
  return static_cast<std::uint8_t>(std::clamp(value + 0.5F, 0.0F, 255.0F));
}

Picture empty_picture(std::uint32_t width, std::uint32_t height) {
  return {.width = width,
          .height = height,
          .rgb = std::vector<std::uint8_t>(std::size_t{width} * height * 3)};
}

}  // namespace

std::vector<Shrinker::Part> Shrinker::parts(std::uint32_t from, std::uint32_t to) {
  std::vector<Part> all(from);
  const double ratio = static_cast<double>(to) / from;
  for (std::uint32_t at = 0; at < from; ++at) {
    const double begin = at * ratio, end = (at + 1) * ratio;
    const auto first = std::min(static_cast<std::uint32_t>(begin), to - 1);
    const double in_first = std::min(end, first + 1.0) - begin;
    const bool is_last = first + 1 >= to;
    all[at] = {.first = first,
               .in_first = static_cast<float>(is_last ? ratio : in_first),
               .in_second = static_cast<float>(is_last ? 0 : std::max(0.0, ratio - in_first))};
  }
  return all;
}

Shrinker::Shrinker(std::uint32_t width, std::uint32_t height, std::uint32_t to_width,
                   std::uint32_t to_height)
    : picture_(empty_picture(to_width, to_height)),
      columns_(parts(width, to_width)),
      lines_(parts(height, to_height)),
      // One pixel more than there are: for the second part of the last one, which is 0.
      row_((std::size_t{to_width} + 1) * 3),
      first_(row_.size()),
      second_(row_.size()) {}

void Shrinker::add(const std::uint8_t* rgb) {
  if (rows_ >= lines_.size()) return;
  std::ranges::fill(row_, 0.0F);
  for (std::size_t x = 0; x < columns_.size(); ++x) {
    const Part& column = columns_[x];
    float* const to = row_.data() + std::size_t{column.first} * 3;
    for (std::size_t c = 0; c < 3; ++c) {
      const float value = rgb[3 * x + c];
      to[c] += value * column.in_first;
      to[c + 3] += value * column.in_second;
    }
  }
  const Part& line = lines_[rows_];
  for (std::size_t at = 0; at < row_.size(); ++at) {
    first_[at] += row_[at] * line.in_first;
    second_[at] += row_[at] * line.in_second;
  }
  ++rows_;
  const bool is_done = rows_ == lines_.size() || lines_[rows_].first != line.first;
  if (!is_done) return;
  write_row(line.first, first_);
  std::swap(first_, second_);
  std::ranges::fill(second_, 0.0F);
}

void Shrinker::write_row(std::uint32_t row, const std::vector<float>& sums) {
  const std::size_t bytes = std::size_t{picture_.width} * 3;
  std::uint8_t* const to = picture_.rgb.data() + row * bytes;
  for (std::size_t at = 0; at < bytes; ++at) to[at] = to_byte(sums[at]);
}

Picture oriented(Picture picture, int orientation) {
  if (orientation <= 1 || orientation > 8) return picture;
  const bool is_turned = orientation >= 5;
  const std::uint32_t width = picture.width, height = picture.height;
  Picture turned = is_turned ? empty_picture(height, width) : empty_picture(width, height);
  for (std::uint32_t y = 0; y < turned.height; ++y) {
    for (std::uint32_t x = 0; x < turned.width; ++x) {
      // EXIF 2.32, table 6: which side of the picture row 0 and column 0 are.
      std::uint32_t from_x = is_turned ? y : x, from_y = is_turned ? x : y;
      const bool flips_x =
          orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
      const bool flips_y =
          orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
      if (flips_x) from_x = width - 1 - from_x;
      if (flips_y) from_y = height - 1 - from_y;
      const std::size_t from = (std::size_t{from_y} * width + from_x) * 3;
      const std::size_t to = (std::size_t{y} * turned.width + x) * 3;
      std::copy_n(picture.rgb.begin() + static_cast<std::ptrdiff_t>(from), 3,
                  turned.rgb.begin() + static_cast<std::ptrdiff_t>(to));
    }
  }
  return turned;
}

Picture cropped(Picture picture) {
  const std::uint32_t width = std::min(picture.width, std::max(1U, picture.height * 2));
  const std::uint32_t height = std::min(picture.height, std::max(1U, picture.width * 3 / 2));
  if (width == picture.width && height == picture.height) return picture;
  const std::uint32_t left = (picture.width - width) / 2, top = (picture.height - height) / 2;
  Picture middle = empty_picture(width, height);
  for (std::uint32_t y = 0; y < height; ++y) {
    const std::size_t from = (std::size_t{top + y} * picture.width + left) * 3;
    std::copy_n(picture.rgb.begin() + static_cast<std::ptrdiff_t>(from), std::size_t{width} * 3,
                middle.rgb.begin() + static_cast<std::ptrdiff_t>(std::size_t{y} * width * 3));
  }
  return middle;
}

Picture shrunk(const Picture& picture, std::uint32_t width) {
  if (picture.width <= width) return picture;
  const double ratio = static_cast<double>(width) / picture.width;
  const auto height = std::max(1U, static_cast<std::uint32_t>(std::lround(picture.height * ratio)));
  Shrinker shrinker(picture.width, picture.height, width, height);
  for (std::uint32_t y = 0; y < picture.height; ++y)
    shrinker.add(picture.rgb.data() + std::size_t{y} * picture.width * 3);
  return shrinker.take();
}

}  // namespace ticketing::images
