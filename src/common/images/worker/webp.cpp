#include "common/images/worker/webp.hpp"

#include <webp/decode.h>
#include <webp/encode.h>

#include <cstring>

#include "common/images/worker/formats.hpp"

namespace ticketing::images {
namespace {

std::uint32_t little(Bytes bytes) {
  return bytes[0] | std::uint32_t{bytes[1]} << 8 | std::uint32_t{bytes[2]} << 16 |
         std::uint32_t{bytes[3]} << 24;
}

// The chunk of metadata is one of those after the header of the RIFF file.
int orientation_of_chunks(Bytes file) {
  for (std::size_t at = 12; at + 8 <= file.size();) {
    const std::size_t size = little(file.subspan(at + 4, 4));
    if (size > file.size() - at - 8) return 1;
    Bytes chunk = file.subspan(at + 8, size);
    if (std::memcmp(file.data() + at, "EXIF", 4) == 0) {
      constexpr std::string_view exif("Exif\0\0", 6);
      const bool has_name =
          chunk.size() >= exif.size() && std::memcmp(chunk.data(), exif.data(), exif.size()) == 0;
      return images::orientation_of(has_name ? chunk.subspan(exif.size()) : chunk);
    }
    at += 8 + size + (size & 1);
  }
  return 1;
}

}  // namespace

Picture decode_webp(Bytes file, std::uint32_t width) {
  WebPDecoderConfig config;
  if (WebPInitDecoderConfig(&config) == 0 ||
      WebPGetFeatures(file.data(), file.size(), &config.input) != VP8_STATUS_OK ||
      config.input.has_animation != 0 || config.input.width <= 0 || config.input.height <= 0) {
    refuse_unreadable();
  }
  const auto from_width = static_cast<std::uint32_t>(config.input.width);
  const auto from_height = static_cast<std::uint32_t>(config.input.height);
  check_size(from_width, from_height);
  const int orientation = orientation_of_chunks(file);
  const Size target = target_of(from_width, from_height, orientation, width);
  config.options.use_scaling = 1;
  config.options.scaled_width = static_cast<int>(target.width);
  config.options.scaled_height = static_cast<int>(target.height);
  config.output.colorspace = MODE_RGBA;
  if (WebPDecode(file.data(), file.size(), &config) != VP8_STATUS_OK) refuse_unreadable();
  Picture picture{.width = target.width,
                  .height = target.height,
                  .rgb = std::vector<std::uint8_t>(std::size_t{target.width} * target.height * 3)};
  for (std::uint32_t y = 0; y < target.height; ++y) {
    flatten(config.output.u.RGBA.rgba + std::size_t{y} * config.output.u.RGBA.stride, target.width,
            picture.rgb.data() + std::size_t{y} * target.width * 3);
  }
  WebPFreeDecBuffer(&config.output);
  return oriented(std::move(picture), orientation);
}

std::vector<std::uint8_t> encode_webp(const Picture& picture, std::size_t bytes_max) {
  // Noise, which no picture of a show is, needs more bytes.
  for (const float quality : {80.0F, 55.0F, 25.0F}) {
    std::uint8_t* made = nullptr;
    const std::size_t size = WebPEncodeRGB(picture.rgb.data(), static_cast<int>(picture.width),
                                           static_cast<int>(picture.height),
                                           static_cast<int>(picture.width) * 3, quality, &made);
    if (size == 0) refuse_unreadable();
    std::vector<std::uint8_t> bytes(made, made + size);
    WebPFree(made);
    if (bytes.size() <= bytes_max) return bytes;
  }
  refuse_unreadable();
}

}  // namespace ticketing::images
