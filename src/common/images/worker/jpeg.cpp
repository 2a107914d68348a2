#include <cstdio>
// After <cstdio>, which it does not include.
#include <jerror.h>
#include <jpeglib.h>

#include <algorithm>
#include <vector>

#include "common/images/worker/formats.hpp"

namespace ticketing::images {
namespace {

[[noreturn]] void fail(j_common_ptr) { refuse_unreadable(); }

// What is missing would be grey: a picture that was cut off is refused. Other warnings are about
// what many cameras write.
void warn(j_common_ptr decoder, int level) {
  const int code = decoder->err->msg_code;
  if (level < 0 && (code == JWRN_JPEG_EOF || code == JWRN_HIT_MARKER)) refuse_unreadable();
}

int orientation_of(const jpeg_decompress_struct& decoder) {
  constexpr std::string_view exif("Exif\0\0", 6);
  for (auto marker = decoder.marker_list; marker != nullptr; marker = marker->next) {
    const Bytes data(marker->data, marker->data_length);
    if (data.size() > exif.size() && std::equal(exif.begin(), exif.end(), data.begin()))
      return images::orientation_of(data.subspan(exif.size()));
  }
  return 1;
}

// The decoder can leave out detail while it decodes: as much as the target allows.
unsigned divisor(const jpeg_decompress_struct& decoder, const Size& target) {
  unsigned by = 1;
  while (by < 8 && decoder.image_width / (by * 2) >= target.width) by *= 2;
  return by;
}

// Of inks, as Adobe's programs write them: the other way round.
void to_rgb(const std::uint8_t* cmyk, std::uint32_t pixels, std::uint8_t* rgb) {
  for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
    const unsigned black = cmyk[4 * pixel + 3];
    for (std::size_t c = 0; c < 3; ++c)
      rgb[3 * pixel + c] = static_cast<std::uint8_t>(cmyk[4 * pixel + c] * black / 255U);
  }
}

}  // namespace

Picture decode_jpeg(Bytes file, std::uint32_t width) {
  jpeg_decompress_struct decoder{};
  jpeg_error_mgr errors{};
  decoder.err = jpeg_std_error(&errors);
  errors.error_exit = fail;
  errors.emit_message = warn;
  jpeg_create_decompress(&decoder);
  jpeg_mem_src(&decoder, file.data(), file.size());
  jpeg_save_markers(&decoder, JPEG_APP0 + 1, 0xffff);
  if (jpeg_read_header(&decoder, TRUE) != JPEG_HEADER_OK) refuse_unreadable();
  check_size(decoder.image_width, decoder.image_height);
  const int orientation = orientation_of(decoder);
  const Size target = target_of(decoder.image_width, decoder.image_height, orientation, width);
  const bool has_inks =
      decoder.jpeg_color_space == JCS_CMYK || decoder.jpeg_color_space == JCS_YCCK;
  decoder.out_color_space = has_inks ? JCS_CMYK : JCS_RGB;
  decoder.scale_num = 1;
  decoder.scale_denom = divisor(decoder, target);
  jpeg_start_decompress(&decoder);
  const std::uint32_t pixels = decoder.output_width;
  Shrinker shrinker(pixels, decoder.output_height, std::min(target.width, pixels),
                    std::min(target.height, decoder.output_height));
  std::vector<std::uint8_t> row(std::size_t{pixels} * 4), rgb(std::size_t{pixels} * 3);
  while (decoder.output_scanline < decoder.output_height) {
    std::uint8_t* rows[] = {row.data()};
    if (jpeg_read_scanlines(&decoder, rows, 1) != 1) refuse_unreadable();
    if (has_inks) to_rgb(row.data(), pixels, rgb.data());
    shrinker.add(has_inks ? rgb.data() : row.data());
  }
  return oriented(shrinker.take(), orientation);
}

}  // namespace ticketing::images
