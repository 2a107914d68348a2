// What is read of each format, in each place and at each resolution: the table in docs/delivery.md;
// and of files with text.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "delivery/reading/test_reader.hpp"
#include "delivery/reading/test_sheet.hpp"

namespace ticketing::delivery::reading {
namespace {

using sheet::Place;

constexpr std::array resolutions{72, 150, 300};
const std::string text = "TKT-7F3K-9Q2M-41-2026";

class SheetTest : public ReaderTest {
 protected:
  // "yes", "no", or what else was read.
  std::string seen(CodeFormat format, const std::string& file, FileType type) {
    const auto reading = read(file, type);
    if (!reading) return std::string(reading.error().slug.name());
    if (reading->codes.empty()) return "no";
    const bool is_right = reading->codes.size() == 1 && reading->codes[0].format == format &&
                          reading->codes[0].bytes == text && reading->codes[0].text == text;
    return is_right ? "yes" : described(*reading);
  }

  std::string seen_in_picture(CodeFormat format, Place place, int dpi) {
    const sheet::Pixels pixels = sheet::draw(format, text, place, dpi);
    return place == Place::photo ? seen(format, sheet::jpeg_of(pixels), FileType::jpeg)
                                 : seen(format, sheet::png_of(pixels), FileType::png);
  }

  // As in the document; at 300 dpi, which takes longest, only with TICKETING_SHEET=all.
  std::string row(CodeFormat format, Place place, const std::string& written) {
    const bool is_whole = std::getenv("TICKETING_SHEET") != nullptr;
    std::string cells = fmt::format("| {} | {} |", to_string(format), sheet::to_string(place));
    for (const int dpi : resolutions) {
      const bool is_looked_at = is_whole || dpi < 300 || place == Place::photo;
      cells += fmt::format(
          " {} |", is_looked_at ? seen_in_picture(format, place, dpi) : cell_of_300_dpi(written));
    }
    const sheet::Pixels scan = sheet::draw(format, text, place, 150);
    cells += " " + seen(format, sheet::pdf_of(scan, 150), FileType::pdf) + " |";
    if (place == Place::photo) return cells + " |";
    return cells + " " + seen(format, sheet::pdf_of(format, text, place), FileType::pdf) + " |";
  }

  // The fifth cell of a row as it is written.
  static std::string cell_of_300_dpi(const std::string& written) {
    std::size_t at = 0;
    for (int cell = 1; cell <= 5 && at != std::string::npos; ++cell)
      at = written.find("| ", at) + 2;
    return written.substr(std::min(at, written.size()), written.find(" |", at) - at);
  }
};

TEST_F(SheetTest, IsReadAsTheTableInTheDocumentSays) {
  const std::string document = fixtures::read_file_of_project("docs/delivery.md");
  for (const CodeFormat format : code_formats) {
    for (const Place place : sheet::places) {
      const std::string begin =
          fmt::format("| {} | {} |", to_string(format), sheet::to_string(place));
      const std::size_t at = document.find(begin);
      const std::string written =
          at == std::string::npos ? "" : document.substr(at, document.find('\n', at) - at);
      EXPECT_EQ(row(format, place, written), written);
    }
  }
}

// A text in a font that is not in the file is left out of the picture.
TEST_F(SheetTest, IsReadBesideTextInAFontThatTheFileLacks) {
  EXPECT_EQ(outcome(fixtures::read_file_of_project("tests/cases/ticket.pdf"), FileType::pdf),
            "1 pages: qr 7381-4495-0027 on 1,");
}

}  // namespace
}  // namespace ticketing::delivery::reading
