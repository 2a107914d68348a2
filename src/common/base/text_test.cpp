#include "common/base/text.hpp"

#include <gtest/gtest.h>

namespace ticketing {
namespace {

TEST(Text, RecognizesWellFormedUtf8) {
  for (const char* good : {"", "plain", "h\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x8e\x9f"})
    EXPECT_TRUE(is_utf8(good));
  for (const char* bad :
       {"\xff", "\xc0\xaf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc3", "a\x80"}) {
    EXPECT_FALSE(is_utf8(bad));
  }
}

TEST(Text, CountsCharactersNotBytes) { EXPECT_EQ(utf8_length("h\xc3\xa9\xf0\x9f\x8e\x9f"), 3U); }

TEST(Text, EscapesForJsonAndReplacesWhatIsNotUtf8) {
  std::string out;
  append_json_escaped(out, std::string_view("\"\\\n\x01\xc3\xa9\xff", 7));
  EXPECT_EQ(out, "\\\"\\\\\\n\\u0001\xc3\xa9\xef\xbf\xbd");
}

TEST(Text, Base64UrlReadsBackWhatItWrote) {
  for (const std::string text : {"", "f", "fo", "foo", "foob", "\xff\xfe\xfd"}) {
    const auto encoded = to_base64url(std::as_bytes(std::span(text)));
    EXPECT_EQ(encoded.find_first_of("+/="), std::string::npos);
    EXPECT_EQ(from_base64url(encoded), text);
  }
}

TEST(Text, Base64UrlRefusesASecondSpellingOfTheSameBytes) {
  EXPECT_EQ(from_base64url("Zg"), "f");
  EXPECT_FALSE(from_base64url("Zh"));
  EXPECT_FALSE(from_base64url("Z"));
  EXPECT_FALSE(from_base64url("Zg=="));
}

TEST(Text, PercentDecodesAndRefusesBrokenEscapes) {
  EXPECT_EQ(percent_decode("a%20b%2Fc+d", false), "a b/c+d");
  EXPECT_EQ(percent_decode("a+b", true), "a b");
  EXPECT_FALSE(percent_decode("%", false));
  EXPECT_FALSE(percent_decode("%4", false));
  EXPECT_FALSE(percent_decode("%zz", false));
}

TEST(Text, TrimsAsciiSpace) {
  EXPECT_EQ(trim("  a b\t\n"), "a b");
  EXPECT_EQ(trim(" \t "), "");
}

}  // namespace
}  // namespace ticketing
