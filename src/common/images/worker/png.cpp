#include <png.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "common/images/worker/formats.hpp"

namespace ticketing::images {
namespace {

constexpr png_alloc_size_t chunk_bytes_max = png_alloc_size_t{4} * 1024 * 1024;

[[noreturn]] void fail(png_structp, png_const_charp) { refuse_unreadable(); }
void ignore(png_structp, png_const_charp) {}

struct Source {
  Bytes rest;
};

void read(png_structp decoder, png_bytep to, std::size_t count) {
  auto& source = *static_cast<Source*>(png_get_io_ptr(decoder));
  if (count > source.rest.size()) refuse_unreadable();
  std::memcpy(to, source.rest.data(), count);
  source.rest = source.rest.subspan(count);
}

// As the header says it (PNG 1.2, 11.2.2): before the library refuses what is too large as damaged.
void check_header(Bytes file) {
  constexpr std::size_t width_at = 16, height_at = 20, end = 24;
  if (file.size() < end) refuse_unreadable();
  const auto number = [&](std::size_t at) {
    return std::uint32_t{file[at]} << 24 | std::uint32_t{file[at + 1]} << 16 |
           std::uint32_t{file[at + 2]} << 8 | file[at + 3];
  };
  check_size(number(width_at), number(height_at));
}

// Eight bits of red, green, blue and alpha, in every kind of PNG.
void ask_for_rgba(png_structp decoder) {
  png_set_expand(decoder);
  png_set_scale_16(decoder);
  png_set_gray_to_rgb(decoder);
  png_set_add_alpha(decoder, 0xff, PNG_FILLER_AFTER);
}

}  // namespace

Picture decode_png(Bytes file, std::uint32_t width) {
  check_header(file);
  png_structp decoder = png_create_read_struct(PNG_LIBPNG_VER_STRING, nullptr, fail, ignore);
  png_infop info = decoder == nullptr ? nullptr : png_create_info_struct(decoder);
  if (info == nullptr) refuse_unreadable();
  png_set_user_limits(decoder, side_max, side_max);
  png_set_chunk_malloc_max(decoder, chunk_bytes_max);
  Source source{.rest = file};
  png_set_read_fn(decoder, &source, read);
  // Texts, profiles and the like are skipped, not decompressed.
  png_set_keep_unknown_chunks(decoder, PNG_HANDLE_CHUNK_NEVER, nullptr, -1);
  png_read_info(decoder, info);
  const std::uint32_t from_width = png_get_image_width(decoder, info);
  const std::uint32_t from_height = png_get_image_height(decoder, info);
  check_size(from_width, from_height);
  ask_for_rgba(decoder);
  const bool is_interlaced = png_set_interlace_handling(decoder) > 1;
  png_read_update_info(decoder, info);
  const std::size_t row_bytes = std::size_t{from_width} * 4;
  if (png_get_rowbytes(decoder, info) != row_bytes) refuse_unreadable();

  const Size target = target_of(from_width, from_height, 1, width);
  Shrinker shrinker(from_width, from_height, target.width, target.height);
  std::vector<std::uint8_t> rgb(std::size_t{from_width} * 3);
  std::vector<std::uint8_t> rows(is_interlaced ? row_bytes * from_height : row_bytes);
  if (is_interlaced) {
    std::vector<png_bytep> starts(from_height);
    for (std::uint32_t y = 0; y < from_height; ++y) starts[y] = rows.data() + y * row_bytes;
    png_read_image(decoder, starts.data());
  }
  for (std::uint32_t y = 0; y < from_height; ++y) {
    if (!is_interlaced) png_read_row(decoder, rows.data(), nullptr);
    flatten(rows.data() + (is_interlaced ? y * row_bytes : 0), from_width, rgb.data());
    shrinker.add(rgb.data());
  }
  return shrinker.take();
}

}  // namespace ticketing::images
