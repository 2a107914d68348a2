#include "delivery/reading/test_sheet.hpp"

#include <ZXing/BitMatrix.h>
#include <ZXing/MultiFormatWriter.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

#include "delivery/reading/test_pdf.hpp"
#include "fixtures/test_pictures.hpp"

namespace ticketing::delivery::reading::sheet {
namespace {

constexpr double points_a_millimetre = 72 / 25.4;

ZXing::BarcodeFormat format_of(CodeFormat format) {
  switch (format) {
    case CodeFormat::qr: return ZXing::BarcodeFormat::QRCode;
    case CodeFormat::aztec: return ZXing::BarcodeFormat::Aztec;
    case CodeFormat::pdf417: return ZXing::BarcodeFormat::PDF417;
    case CodeFormat::code128: return ZXing::BarcodeFormat::Code128;
    case CodeFormat::datamatrix: return ZXing::BarcodeFormat::DataMatrix;
  }
  return ZXing::BarcodeFormat::None;
}

double radians(double degrees) { return degrees * std::numbers::pi / 180; }

// From a place on the page to the module there; nothing dark outside.
class Placed {
 public:
  Placed(const Modules& modules, const Layout& layout)
      : modules_(modules),
        layout_(layout),
        cosine_(std::cos(radians(layout.degrees))),
        sine_(std::sin(radians(layout.degrees))) {}
  bool is_dark(double x, double y) const {
    const double along = x - layout_.x, down = y - layout_.y;
    const double u = (along * cosine_ + down * sine_) / layout_.width + 0.5;
    const double v = (down * cosine_ - along * sine_) / layout_.height + 0.5;
    if (u < 0 || u >= 1 || v < 0 || v >= 1) return false;
    const auto& row = modules_[static_cast<std::size_t>(v * static_cast<double>(modules_.size()))];
    return row[static_cast<std::size_t>(u * static_cast<double>(row.size()))];
  }

 private:
  const Modules& modules_;
  const Layout layout_;
  const double cosine_, sine_;
};

// Lines of small marks, 2 mm high, in the upper and the lower part of the page.
bool is_text(double x, double y) {
  const bool has_line = (y > 8 && y < 36) || (y > 132 && y < 142);
  if (!has_line || x < 8 || x > 70 || std::fmod(y, 4) > 2) return false;
  const auto column = static_cast<unsigned>(x / 0.4), line = static_cast<unsigned>(y / 4);
  const auto stroke = static_cast<unsigned>(std::fmod(y, 4) / 0.5);
  if (column % 5 == 4 || (column / 5 + line) % 7 == 6) return false;
  return ((column / 5 * 2654435761U + line * 40503U) >> (stroke * 4 + column % 5)) % 2 == 1;
}

// What a camera adds: a shadow across the page, a little blur, noise.
void spoil(Pixels& pixels) {
  std::mt19937 random(20'261'127);
  std::normal_distribution<float> noise(0, 12);
  const Pixels sharp = pixels;
  const auto at = [&](int x, int y) {
    x = std::clamp(x, 0, pixels.width - 1);
    y = std::clamp(y, 0, pixels.height - 1);
    return static_cast<float>(sharp.shades[static_cast<std::size_t>(y * pixels.width + x)]);
  };
  std::size_t to = 0;
  for (int y = 0; y < pixels.height; ++y) {
    for (int x = 0; x < pixels.width; ++x, ++to) {
      const float blurred =
          0.4F * at(x, y) + 0.15F * (at(x - 1, y) + at(x + 1, y) + at(x, y - 1) + at(x, y + 1));
      const float light = 0.95F - 0.4F * static_cast<float>(x) / static_cast<float>(pixels.width);
      const float shade = 25 + blurred * 0.8F * light + noise(random);
      pixels.shades[to] = static_cast<std::uint8_t>(std::clamp(shade, 0.F, 255.F));
    }
  }
}

images::Colours colours_of(const Pixels& pixels) {
  return [&pixels](std::uint32_t x, std::uint32_t y) {
    const std::uint8_t shade =
        pixels.shades[static_cast<std::size_t>(y) * static_cast<std::size_t>(pixels.width) + x];
    return images::Pixel{shade, shade, shade};
  };
}

}  // namespace

std::string_view to_string(Place place) {
  switch (place) {
    case Place::upright: return "upright";
    case Place::turned_right: return "turned by 90°";
    case Place::turned: return "turned by 10°";
    case Place::off_centre: return "off the centre";
    case Place::photo: return "photo";
  }
  return "";
}

Modules modules_of(CodeFormat format, const std::string& text) {
  const ZXing::BitMatrix matrix =
      ZXing::MultiFormatWriter(format_of(format)).setMargin(0).encode(text, 0, 0);
  Modules modules(static_cast<std::size_t>(matrix.height()));
  for (int y = 0; y < matrix.height(); ++y) {
    for (int x = 0; x < matrix.width(); ++x)
      modules[static_cast<std::size_t>(y)].push_back(matrix.get(x, y));
  }
  return modules;
}

Layout layout_of(CodeFormat format, Place place) {
  Layout layout;
  switch (format) {
    case CodeFormat::qr:
    case CodeFormat::aztec: layout.width = layout.height = 30; break;
    case CodeFormat::datamatrix: layout.width = layout.height = 20; break;
    case CodeFormat::pdf417: layout.width = 70, layout.height = 25; break;
    case CodeFormat::code128: layout.width = 80, layout.height = 15; break;
  }
  switch (place) {
    case Place::upright: break;
    case Place::turned_right: layout.degrees = 90; break;
    case Place::turned: layout.degrees = 10; break;
    case Place::off_centre:
      layout.x = page_width - layout.width / 2 - 8;
      layout.y = 128 - layout.height / 2;
      break;
    case Place::photo: layout.degrees = -4; break;
  }
  return layout;
}

Pixels draw(CodeFormat format, const std::string& text, Place place, int dpi) {
  constexpr int samples = 2;  // of a pixel, in both directions
  const double scale = dpi / 25.4;
  Pixels pixels{.width = static_cast<int>(page_width * scale),
                .height = static_cast<int>(page_height * scale),
                .shades = {}};
  const Modules modules = modules_of(format, text);
  const Placed code(modules, layout_of(format, place));
  for (int y = 0; y < pixels.height; ++y) {
    for (int x = 0; x < pixels.width; ++x) {
      int dark = 0;
      for (int sample = 0; sample < samples * samples; ++sample) {
        const double along = (x + (sample % samples + 0.5) / samples) / scale;
        const double down = (y + (sample / samples + 0.5) / samples) / scale;
        dark += code.is_dark(along, down) || is_text(along, down) ? 1 : 0;
      }
      pixels.shades.push_back(static_cast<std::uint8_t>(255 - dark * 255 / (samples * samples)));
    }
  }
  if (place == Place::photo) spoil(pixels);
  return pixels;
}

std::string png_of(const Pixels& pixels) {
  return images::png(static_cast<std::uint32_t>(pixels.width),
                     static_cast<std::uint32_t>(pixels.height), colours_of(pixels));
}

std::string jpeg_of(const Pixels& pixels) {
  return images::jpeg(static_cast<std::uint32_t>(pixels.width),
                      static_cast<std::uint32_t>(pixels.height), colours_of(pixels));
}

namespace {

// The operators that fill its squares.
std::string drawn(CodeFormat format, const std::string& text, Place place) {
  const Modules modules = modules_of(format, text);
  const Layout layout = layout_of(format, place);
  const double angle = radians(-layout.degrees);
  std::string content =
      fmt::format("{:.4f} {:.4f} {:.4f} {:.4f} {:.4f} {:.4f} cm\n",
                  points_a_millimetre * std::cos(angle), points_a_millimetre * std::sin(angle),
                  -points_a_millimetre * std::sin(angle), points_a_millimetre * std::cos(angle),
                  points_a_millimetre * layout.x, points_a_millimetre * (page_height - layout.y));
  const double high = layout.height / static_cast<double>(modules.size());
  for (std::size_t y = 0; y < modules.size(); ++y) {
    const double wide = layout.width / static_cast<double>(modules[y].size());
    for (std::size_t x = 0; x < modules[y].size(); ++x) {
      if (!modules[y][x]) continue;
      content += fmt::format("{:.4f} {:.4f} {:.4f} {:.4f} re\n",
                             static_cast<double>(x) * wide - layout.width / 2,
                             layout.height / 2 - static_cast<double>(y + 1) * high, wide, high);
    }
  }
  return content + "f\n";
}

}  // namespace

std::string pdf_of(CodeFormat format, const std::string& text, Place place) {
  PdfFile file;
  file.add_page(drawn(format, text, place));
  return file.finish();
}

std::string pdf_of(const Pixels& pixels, int dpi) {
  PdfFile file;
  const int image = file.add_stream(
      fmt::format("/Type /XObject /Subtype /Image /Width {} /Height {} /ColorSpace /DeviceGray "
                  "/BitsPerComponent 8 /Filter /FlateDecode",
                  pixels.width, pixels.height),
      deflated(std::string(pixels.shades.begin(), pixels.shades.end()), 1));
  const double width = pixels.width * 72.0 / dpi, height = pixels.height * 72.0 / dpi;
  file.add_page(fmt::format("{:.2f} 0 0 {:.2f} 0 0 cm /Im0 Do\n", width, height),
                fmt::format("/XObject << /Im0 {} 0 R >>", image));
  return file.finish();
}

}  // namespace ticketing::delivery::reading::sheet
