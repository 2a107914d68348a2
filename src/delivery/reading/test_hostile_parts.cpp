#include "delivery/reading/test_hostile_parts.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <random>

#include "delivery/reading/test_pdf.hpp"
#include "delivery/reading/test_sheet.hpp"

namespace ticketing::delivery::reading::hostile {

const std::string without_code = "1 pages:";
const std::string with_code = fmt::format("1 pages: qr {} on 1,", code_text);

std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  all.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

std::string noise(std::size_t bytes) {
  std::mt19937 random(4711);
  std::string all(bytes, '\0');
  for (char& byte : all) byte = static_cast<char>(random());
  return all;
}

std::string bomb(const std::string& block, std::size_t times) {
  z_stream stream{};
  deflateInit(&stream, 9);
  const auto packed = [&] {
    std::string out(block.size() + 1024, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(block.data()));
    stream.avail_in = static_cast<uInt>(block.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FULL_FLUSH);
    out.resize(out.size() - stream.avail_out);
    return out;
  };
  const std::string first = packed(), next = packed();
  deflateEnd(&stream);
  return first + repeated(next, times - 1) + std::string("\x03\0", 2);
}
std::string zeros(std::size_t mebibytes) {
  return bomb(std::string(std::size_t{1} << 20, '\0'), mebibytes);
}

std::string drawn_code() {
  std::string content;
  const sheet::Modules modules = sheet::modules_of(CodeFormat::qr, std::string(code_text));
  for (std::size_t y = 0; y < modules.size(); ++y) {
    for (std::size_t x = 0; x < modules[y].size(); ++x) {
      if (modules[y][x]) content += fmt::format("{} {} 5 5 re\n", 80 + 5 * x, 300 - 5 * y);
    }
  }
  return content + "f\n";
}

std::string one_page(const std::string& content, const std::string& resources,
                     const std::string& box, const std::string& extra) {
  PdfFile file;
  file.add_page(content, resources, box, extra);
  return file.finish();
}
std::string page_with(const std::string& catalog, const std::string& extra,
                      const std::string& trailer) {
  PdfFile file;
  file.add_page(drawn_code(), "", "0 0 298 420", extra);
  return file.finish(catalog, trailer);
}

}  // namespace ticketing::delivery::reading::hostile
