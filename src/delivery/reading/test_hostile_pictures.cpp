// Pictures that are a trap, files of two types, and what looks like codes.
#include <fmt/format.h>
#include <zlib.h>

#include <array>
#include <cstdint>
#include <random>

#include "delivery/reading/test_hostile_parts.hpp"
#include "delivery/reading/test_pdf.hpp"
#include "delivery/reading/test_sheet.hpp"
#include "fixtures/test_pictures.hpp"

namespace ticketing::delivery::reading::hostile {
namespace {

void add_number(std::string& to, std::uint32_t number) {
  for (const unsigned shift : {24U, 16U, 8U, 0U}) to += static_cast<char>(number >> shift);
}
std::string chunk(const std::string& type, const std::string& data) {
  std::string all;
  add_number(all, static_cast<std::uint32_t>(data.size()));
  const std::string summed = type + data;
  all += summed;
  add_number(all,
             static_cast<std::uint32_t>(::crc32(0, reinterpret_cast<const Bytef*>(summed.data()),
                                                static_cast<uInt>(summed.size()))));
  return all;
}
// `kind`: depth, colour type, and whether it is interlaced.
std::string png_of(std::uint32_t width, std::uint32_t height, std::array<int, 3> kind,
                   const std::string& packed, const std::string& before = "") {
  std::string header;
  add_number(header, width);
  add_number(header, height);
  for (const int part : {kind[0], kind[1], 0, 0, kind[2]}) header += static_cast<char>(part);
  return "\x89PNG\r\n\x1a\n" + chunk("IHDR", header) + before + chunk("IDAT", packed) +
         chunk("IEND", "");
}
constexpr std::array bits_of_grey{1, 0, 0}, bytes_of_grey{8, 0, 0}, wide_rgba{16, 6, 1};

Files pngs() {
  constexpr std::string_view kind = "PNG: sizes, bombs, broken parts";
  const auto file = [&](std::string name, std::string outcome, std::string bytes) {
    return HostileFile{kind, std::move(name), FileType::png, std::move(outcome), std::move(bytes)};
  };
  const std::string blank = zeros(1);
  std::string palette = png_of(64, 64, {8, 3, 0}, blank);
  return {
      file("60,000 × 60,000", "file_too_large_inside",
           png_of(60'000, 60'000, bits_of_grey, zeros(450))),
      file("20,001 × 1", "file_too_large_inside", png_of(20'001, 1, bits_of_grey, blank)),
      file("4,294,967,295 × 4,294,967,295", "file_too_large_inside",
           png_of(~0U, ~0U, bits_of_grey, blank)),
      file("0 × 0", "file_unreadable", png_of(0, 0, bits_of_grey, blank)),
      file("20,000 × 2,000 of nothing", without_code,
           png_of(20'000, 2'000, bits_of_grey, deflated(std::string(2'501 * 2'000, '\0')))),
      file("6,300 × 6,300 of nothing, interlaced, 16 bits",
           std::string("file_unreadable") + " or reading_timed_out",
           png_of(6'300, 6'300, wide_rgba, zeros(310))),
      file("1 × 1 with 4 GB behind it", "reading_timed_out",
           png_of(1, 1, bytes_of_grey, zeros(4'000))),
      file("a text of 4 GB", "file_unreadable",
           png_of(64, 64, bytes_of_grey, blank,
                  chunk("zTXt", std::string("a\0\0", 3) + zeros(4'000)))),
      file("a profile of 4 GB", "file_unreadable",
           png_of(64, 64, bytes_of_grey, blank,
                  chunk("iCCP", std::string("a\0\0", 3) + zeros(4'000)))),
      file("400,000 empty parts", "file_unreadable",
           png_of(64, 64, bytes_of_grey, blank, repeated(chunk("teXt", ""), 400'000))),
      file("a palette that is not there", "file_unreadable", palette),
      file("a palette of 300 colours", "file_unreadable",
           png_of(64, 64, {8, 3, 0}, blank, chunk("PLTE", std::string(900, 'x')))),
      file("a depth of three", "file_unreadable", png_of(64, 64, {3, 0, 0}, blank)),
      file("a part of 2 GB", "file_unreadable",
           png_of(64, 64, bytes_of_grey, blank, "\x7f\xff\xff\xffteXtx")),
      file("noise for pixels", "file_unreadable", png_of(640, 640, bytes_of_grey, noise(400'000))),
      file("two headers", "file_unreadable",
           png_of(64, 64, bytes_of_grey, blank, chunk("IHDR", std::string(13, '\x01')))),
      file("10,000 moving pictures", "file_unreadable",
           png_of(64, 64, bytes_of_grey, blank,
                  chunk("acTL", std::string("\0\0\x27\x10\0\0\0\0", 8)) +
                      repeated(chunk("fcTL", std::string(26, '\0')), 10'000))),
  };
}

images::Pixel pale(std::uint32_t, std::uint32_t) { return {230, 230, 230}; }

// With other sides than it has.
std::string resized(std::string jpeg, const std::string& frame, std::string_view sides) {
  jpeg.replace(jpeg.find(frame) + 5, 4, sides);
  return jpeg;
}
// The last scan again and again.
std::string many_scans(std::size_t times) {
  const std::string jpeg = images::jpeg(1'200, 1'200, pale, "", true);
  const std::size_t scan = jpeg.rfind("\xff\xda"), end = jpeg.size() - 2;
  return jpeg.substr(0, end) + repeated(jpeg.substr(scan, end - scan), times) + jpeg.substr(end);
}

Files jpegs() {
  constexpr std::string_view kind = "JPEG: sizes, bombs, broken parts";
  const auto file = [&](std::string name, std::string outcome, std::string bytes) {
    return HostileFile{kind, std::move(name), FileType::jpeg, std::move(outcome), std::move(bytes)};
  };
  const std::string small = images::jpeg(64, 64, pale),
                    layered = images::jpeg(64, 64, pale, "", true);
  const std::string begin("\xff\xd8", 2);
  const std::string part = std::string("\xff\xe2\xff\xff", 4) + std::string(65'533, 'x');
  std::string loop = images::exif(1, "");
  loop.replace(loop.size() - 4, 4, std::string("\0\0\0\x08", 4));
  return {
      file("60,000 × 60,000", "file_too_large_inside",
           resized(small, "\xff\xc0", "\xea\x60\xea\x60")),
      file("60,000 × 60,000 in layers", "file_too_large_inside",
           resized(layered, "\xff\xc2", "\xea\x60\xea\x60")),
      file("0 × 0", "file_unreadable", resized(small, "\xff\xc0", std::string_view("\0\0\0\0", 4))),
      file("6,000 × 6,000 without their pixels", "file_unreadable",
           resized(small, "\xff\xc0", "\x17\x70\x17\x70")),
      file("6,000 × 6,000 in layers without their pixels", "file_unreadable",
           resized(layered, "\xff\xc2", "\x17\x70\x17\x70")),
      file("20,000 layers", "reading_timed_out", many_scans(20'000)),
      file("EXIF that comes back to itself", without_code, images::jpeg(64, 64, pale, loop)),
      file("EXIF with 65,535 entries beyond its end", without_code,
           images::jpeg(64, 64, pale, std::string("Exif\0\0MM\0\x2a\xff\xff\xff\xff", 14))),
      file("4 MB of remarks", without_code, begin + repeated(part, 62) + small.substr(2)),
      file("a part without length", without_code,
           begin + std::string("\xff\xe2\0\0", 4) + small.substr(2)),
      file("restarts without end", without_code,
           begin + repeated("\xff\xd0", 1'000'000) + small.substr(2)),
      file("4 MB of filling", without_code,
           begin + std::string(4'000'000, '\xff') + small.substr(2)),
      file("tables of noise", "file_unreadable",
           begin + std::string("\xff\xc4\xff\xff", 4) + noise(65'533) + small.substr(2)),
      file("arithmetic coding", without_code,
           [&] {
             std::string other = small;
             other.replace(other.find("\xff\xc0"), 2, "\xff\xc9");
             return other;
           }()),
      file("noise for pixels", "file_unreadable",
           small.substr(0, small.find("\xff\xda") + 14) + noise(400'000) + "\xff\xd9"),
  };
}

}  // namespace

std::string sound_png() {
  return sheet::png_of(
      sheet::draw(CodeFormat::qr, std::string(code_text), sheet::Place::upright, 72));
}
std::string sound_jpeg() {
  return sheet::jpeg_of(
      sheet::draw(CodeFormat::qr, std::string(code_text), sheet::Place::upright, 72));
}

namespace {

Files disguised() {
  constexpr std::string_view kind = "another type than it is sent as, or two at once";
  const auto file = [&](std::string name, FileType type, std::string outcome, std::string bytes) {
    return HostileFile{kind, std::move(name), type, std::move(outcome), std::move(bytes)};
  };
  const std::string pdf = page_with(""), png = sound_png(), jpeg = sound_jpeg();
  const std::string refused = "file_unreadable", script = "<script>alert(1)</script>";
  Files all{
      file("nothing, as PDF", FileType::pdf, refused, ""),
      file("nothing, as PNG", FileType::png, refused, ""),
      file("the first five bytes of a PDF", FileType::pdf, refused, "%PDF-"),
      file("a PNG as PDF", FileType::pdf, refused, png),
      file("a PDF as PNG", FileType::png, refused, pdf),
      file("a PNG as JPEG", FileType::jpeg, refused, png),
      file("a JPEG as PNG", FileType::png, refused, jpeg),
      file("a GIF that is a PDF, too", FileType::pdf, refused, "GIF89a" + pdf),
      file("a page that is a PDF, too", FileType::pdf, refused, "<html>" + script + pdf),
      file("a PDF with a ZIP behind it", FileType::pdf, with_code,
           pdf + "PK\x03\x04" + noise(2'000) + "PK\x05\x06"),
      file("a PDF with another PDF behind it", FileType::pdf, with_code, pdf + pdf),
      file("a PNG with a page behind it", FileType::png, with_code, png + script),
      file("a PNG with a PDF behind it", FileType::png, with_code, png + pdf),
      file("a JPEG with a program behind it", FileType::jpeg, with_code,
           jpeg +
               "\x7f"
               "ELF" +
               noise(2'000)),
      file("a PDF of noise", FileType::pdf, refused, "%PDF-1.7\n" + noise(4'000'000)),
  };
  for (const auto& [name, bytes] :
       {std::pair{"PostScript", "%!PS-Adobe-3.0\n(/etc/passwd) (r) file\n"},
        {"a page", "<html>"},
        {"a picture with scripts", "<svg onload='alert(1)'/>"},
        {"XML of other files",
         "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"},
        {"a ZIP", "PK\x03\x04"},
        {"a program",
         "\x7f"
         "ELF"}}) {
    all.push_back(file(std::string(name) + " as PDF", FileType::pdf, refused, bytes));
  }
  return all;
}

// A code with this text, in a picture.
std::string picture_of_code(const std::string& text) {
  return sheet::png_of(sheet::draw(CodeFormat::qr, text, sheet::Place::upright, 150));
}

// Squares in squares, as the corners of a QR code have them, all over the picture.
std::string corners(std::uint32_t side) {
  return images::png(side, side, [](std::uint32_t x, std::uint32_t y) {
    const std::uint32_t u = x / 3 % 8, v = y / 3 % 8;
    const bool is_edge = u == 0 || v == 0 || u == 6 || v == 6,
               is_middle = u > 1 && u < 5 && v > 1 && v < 5;
    const bool is_dark = u < 7 && v < 7 && (is_edge || is_middle);
    return is_dark ? images::Pixel{0, 0, 0} : images::Pixel{255, 255, 255};
  });
}
std::string stripes(std::uint32_t side) {
  return images::png(side, side, [](std::uint32_t x, std::uint32_t) {
    return (x * x / 7 + x / 3) % 3 == 0 ? images::Pixel{0, 0, 0} : images::Pixel{255, 255, 255};
  });
}
std::string snow(std::uint32_t side) {
  std::mt19937 random(7);
  return images::png(side, side, [&](std::uint32_t, std::uint32_t) {
    const auto shade = static_cast<std::uint8_t>(random());
    return images::Pixel{shade, shade, shade};
  });
}

Files puzzles() {
  constexpr std::string_view kind =
      "what looks like codes, and codes with a message for the service";
  const auto file = [&](std::string name, std::string outcome, std::string bytes) {
    return HostileFile{kind, std::move(name), FileType::png, std::move(outcome), std::move(bytes)};
  };
  const auto code = [&](std::string name, const std::string& text) {
    return file(std::move(name), fmt::format("1 pages: qr {} on 1,", text), picture_of_code(text));
  };
  return {
      file("corners of codes all over", "reading_timed_out", corners(1'500)),
      file("stripes all over", without_code, stripes(1'500)),
      file("snow", without_code, snow(1'000)),
      code("a code that says what a reader answers", "ok 1 1 1\nqr 1 1 1\nab"),
      code("a code with a script", "<script>alert(1)</script>"),
      code("a code with a statement", "'; DROP TABLE codes; --"),
      code("a code with a path", "../../../../etc/passwd"),
  };
}

}  // namespace

Files hostile_pictures() {
  Files all = pngs();
  for (const auto& more : {jpegs, disguised, puzzles}) append(all, more());
  return all;
}

}  // namespace ticketing::delivery::reading::hostile
