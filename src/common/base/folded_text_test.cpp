#include "common/base/folded_text.hpp"

#include <gtest/gtest.h>

namespace ticketing {
namespace {

TEST(FoldedText, HasNoCaseNoMarksAndNoCompatibilityForms) {
  EXPECT_EQ(to_folded("Łódź"), "lodz");
  EXPECT_EQ(to_folded("STRASSE Straße"), "strasse strasse");
  EXPECT_EQ(to_folded("Beyonce\u0301 Beyoncé"), "beyonce beyonce");
  EXPECT_EQ(to_folded("Ｒｏｃｋ ２０２６ ٢٠٢٦"), "rock 2026 2026");
  EXPECT_EQ(to_folded("Mötley Crüe, Sigur Rós, Ænima, Røyksopp"),
            "motley crue sigur ros aenima royksopp");
  EXPECT_EQ(to_folded("ПРИВЕТ Ёлка"), "привет елка");
  EXPECT_EQ(to_folded("ΑΘΉΝΑ"), to_folded("αθήνα"));
  EXPECT_EQ(to_folded("ﬁnale №5"), "finale no5");
}

TEST(FoldedText, SaysWhetherWhiteSpaceStoodBetweenWords) {
  EXPECT_EQ(to_folded("AC/DC – live!"), "ac-dc live");
  EXPECT_EQ(to_folded("  Rock-am-Ring\u00a02026 "), "rock-am-ring 2026");
  EXPECT_EQ(to_folded("O’Brien's"), "o-brien-s");
  EXPECT_EQ(to_folded("!!!"), "");
  EXPECT_EQ(to_folded(""), "");
}

TEST(FoldedText, GivesCodePoints) {
  EXPECT_EQ(to_code_points("aé東🎫"), U"aé東🎫");
  EXPECT_EQ(to_code_points(""), U"");
}

}  // namespace
}  // namespace ticketing
