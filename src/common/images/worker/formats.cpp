#include "common/images/worker/formats.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

namespace ticketing::images {
namespace {

bool begins_with(Bytes file, std::string_view bytes, std::size_t at = 0) {
  return file.size() >= at + bytes.size() &&
         std::memcmp(file.data() + at, bytes.data(), bytes.size()) == 0;
}

// Reads numbers of either byte order; 0 beyond the end.
class Tiff {
 public:
  explicit Tiff(Bytes bytes) : bytes_(bytes), is_little_(begins_with(bytes, "II")) {}
  bool is_tiff() const { return is_little_ || begins_with(bytes_, "MM"); }
  std::uint32_t number(std::size_t at, std::size_t size) const {
    if (at > bytes_.size() || size > bytes_.size() - at) return 0;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < size; ++i)
      value = value << 8 | bytes_[at + (is_little_ ? size - 1 - i : i)];
    return value;
  }

 private:
  Bytes bytes_;
  bool is_little_;
};

}  // namespace

Picture decode(Bytes file, std::uint32_t width) {
  if (begins_with(file, "\xff\xd8\xff")) return decode_jpeg(file, width);
  if (begins_with(file, "\x89PNG\r\n\x1a\n")) return decode_png(file, width);
  if (begins_with(file, "RIFF") && begins_with(file, "WEBP", 8)) return decode_webp(file, width);
  refuse_unreadable();
}

void check_size(std::uint64_t width, std::uint64_t height) {
  if (width == 0 || height == 0) refuse_unreadable();
  if (width > side_max || height > side_max || width * height > pixels_max) answer("too_large\n");
}

int orientation_of(Bytes tiff) {
  constexpr std::uint32_t orientation_tag = 0x0112;
  const Tiff reader(tiff);
  if (!reader.is_tiff()) return 1;
  const std::size_t directory = reader.number(4, 4);
  const std::uint32_t entries = std::min(reader.number(directory, 2), 512U);
  for (std::uint32_t entry = 0; entry < entries; ++entry) {
    const std::size_t at = directory + 2 + std::size_t{12} * entry;
    if (reader.number(at, 2) != orientation_tag) continue;
    const std::uint32_t value = reader.number(at + 8, 2);
    return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
  }
  return 1;
}

Size target_of(std::uint32_t from_width, std::uint32_t from_height, int orientation,
               std::uint32_t width) {
  const std::uint32_t shown_width = orientation >= 5 ? from_height : from_width;
  if (shown_width <= width) return {.width = from_width, .height = from_height};
  const double ratio = static_cast<double>(width) / shown_width;
  const auto scaled = [&](std::uint32_t side) {
    return std::max(1U, static_cast<std::uint32_t>(std::lround(side * ratio)));
  };
  return {.width = scaled(from_width), .height = scaled(from_height)};
}

void flatten(const std::uint8_t* rgba, std::uint32_t pixels, std::uint8_t* rgb) {
  for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
    const unsigned alpha = rgba[4 * pixel + 3];
    for (std::size_t c = 0; c < 3; ++c) {
      const unsigned value = rgba[4 * pixel + c] * alpha + 255U * (255U - alpha) + 127U;
      rgb[3 * pixel + c] = static_cast<std::uint8_t>(value / 255U);
    }
  }
}

}  // namespace ticketing::images
