#include <gtest/gtest.h>

#include "delivery/reading/formats.hpp"

namespace ticketing::delivery::reading {
namespace {

TEST(CodeFormats, HaveANameEach) {
  for (const CodeFormat format : code_formats) EXPECT_EQ(code_format_of(to_string(format)), format);
  EXPECT_EQ(code_format_of("ean13"), std::nullopt);
  EXPECT_EQ(code_format_of(""), std::nullopt);
}

TEST(FileTypes, AreThreeMediaTypes) {
  EXPECT_EQ(file_type_of("application/pdf"), FileType::pdf);
  EXPECT_EQ(file_type_of("image/png"), FileType::png);
  EXPECT_EQ(file_type_of("image/jpeg"), FileType::jpeg);
  EXPECT_EQ(file_type_of("image/svg+xml"), std::nullopt);
}

}  // namespace
}  // namespace ticketing::delivery::reading
