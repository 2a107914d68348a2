#define ZX_USE_UTF8 1
#include "delivery/reading/worker/scan.hpp"

#include <ZXing/ReadBarcode.h>

#include <algorithm>
#include <string_view>

#include "delivery/reading/formats.hpp"

namespace ticketing::delivery::reading {
namespace {

using ZXing::BarcodeFormat;

std::string_view name_of(BarcodeFormat format) {
  switch (format) {
    case BarcodeFormat::QRCode: return to_string(CodeFormat::qr);
    case BarcodeFormat::Aztec: return to_string(CodeFormat::aztec);
    case BarcodeFormat::PDF417: return to_string(CodeFormat::pdf417);
    case BarcodeFormat::Code128: return to_string(CodeFormat::code128);
    case BarcodeFormat::DataMatrix: return to_string(CodeFormat::datamatrix);
    default: return "";
  }
}

Scanned scanned(const ZXing::Result& result) {
  const auto& corners = result.position();
  const auto middle = [](int a, int b, int c, int d) { return (a + b + c + d) / 4; };
  return {.format = std::string(name_of(result.format())),
          .bytes = std::string(result.bytes().begin(), result.bytes().end()),
          .text = result.text(),
          .x = middle(corners[0].x, corners[1].x, corners[2].x, corners[3].x),
          .y = middle(corners[0].y, corners[1].y, corners[2].y, corners[3].y)};
}

// The defaults: turned codes, too, and with more effort.
ZXing::DecodeHints for_squares() {
  ZXing::DecodeHints hints;
  return hints.setFormats(BarcodeFormat::QRCode | BarcodeFormat::Aztec | BarcodeFormat::PDF417 |
                          BarcodeFormat::DataMatrix);
}

// In one size only: when zxing-cpp 1.4 reads the same linear code in two, an assertion of its own
// ends the program (Result::operator==).
ZXing::DecodeHints for_lines() {
  ZXing::DecodeHints hints;
  return hints.setFormats(BarcodeFormat::Code128).setTryDownscale(false);
}

void read_codes(const ZXing::ImageView& view, const ZXing::DecodeHints& hints,
                std::vector<Scanned>& all) {
  for (const ZXing::Result& result : ZXing::ReadBarcodes(view, hints)) {
    if (!result.isValid()) continue;
    Scanned one = scanned(result);
    if (one.format.empty() || one.bytes.empty() || one.bytes.size() > code_bytes_max) continue;
    if (std::ranges::find(all, one) == all.end()) all.push_back(std::move(one));
  }
}

}  // namespace

std::vector<Scanned> scan(const Grey& picture) {
  const ZXing::ImageView view(picture.pixels.data(), picture.width, picture.height,
                              ZXing::ImageFormat::Lum);
  std::vector<Scanned> all;
  read_codes(view, for_squares(), all);
  read_codes(view, for_lines(), all);
  return all;
}

}  // namespace ticketing::delivery::reading
