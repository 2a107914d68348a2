// Pages with a code on them, drawn for tests: as pixels of a given resolution, and as a PDF.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "delivery/reading/formats.hpp"

namespace ticketing::delivery::reading::sheet {

// A page of A6, as most tickets are.
inline constexpr double page_width = 105, page_height = 148;  // millimetres

enum class Place { upright, turned_right, turned, off_centre, photo };
inline constexpr std::array places{Place::upright, Place::turned_right, Place::turned,
                                   Place::off_centre, Place::photo};
std::string_view to_string(Place place);

// Rows of modules, true is dark.
using Modules = std::vector<std::vector<bool>>;
Modules modules_of(CodeFormat format, const std::string& text);

// Of the middle of the code on the page, in millimetres, and how far it is turned.
struct Layout {
  double x = page_width / 2, y = page_height / 2, degrees = 0;
  double width = 0, height = 0;  // of the code
};
Layout layout_of(CodeFormat format, Place place);

struct Pixels {
  int width = 0, height = 0;
  std::vector<std::uint8_t> shades;  // one byte a pixel
};
// With lines of what looks like text above and below; a photo has noise, a shadow and blur, too.
Pixels draw(CodeFormat format, const std::string& text, Place place, int dpi);

std::string png_of(const Pixels& pixels);
std::string jpeg_of(const Pixels& pixels);
// The modules as filled squares.
std::string pdf_of(CodeFormat format, const std::string& text, Place place);
// The pixels as a picture on the page, as scanners write them.
std::string pdf_of(const Pixels& pixels, int dpi);

}  // namespace ticketing::delivery::reading::sheet
