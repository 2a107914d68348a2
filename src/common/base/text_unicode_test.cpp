#include "common/base/text_unicode.hpp"

#include <gtest/gtest.h>

namespace ticketing {
namespace {

TEST(Unicode, ComposesWhatIsWrittenInParts) {
  EXPECT_EQ(to_nfc("jose\u0301"), "jos\u00e9");
  EXPECT_EQ(to_nfc("pa\u0308sswort"), "p\u00e4sswort");
  EXPECT_EQ(to_nfc("plain \x01 text"), "plain \x01 text");
  EXPECT_EQ(to_nfc(""), "");
  EXPECT_EQ(to_nfc(std::string_view("\u00e9\0x", 4)), std::string_view("\u00e9\0x", 4));
}

TEST(Unicode, LowersCaseInEveryScript) {
  EXPECT_EQ(to_lower("JOS\u00c9"), "jos\u00e9");
  EXPECT_EQ(to_lower("JOSE\u0301"), "jos\u00e9");
  EXPECT_EQ(to_lower("\u0416\u0391\u0178"), "\u0436\u03b1\u00ff");
  EXPECT_EQ(to_lower("Plain"), "plain");
}

TEST(Unicode, TrimsWhiteSpaceOfAnyScript) {
  EXPECT_EQ(trim_unicode("\u00a0 a b\u3000\t"), "a b");
  EXPECT_EQ(trim_unicode(" \u2003 "), "");
  EXPECT_EQ(trim_unicode(""), "");
}

TEST(Unicode, RecognizesInvisibleCharacters) {
  for (const char* text : {"", " ", "\u200b", "\u00a0\u00a0", "\u3164", "\ufeff", "\u2800",
                           "\u00ad", "\u200d", "\u2028", "\x01"}) {
    EXPECT_FALSE(has_visible_character(text)) << text;
  }
  for (const char* text : {"a", "\u00a0x", "\U0001f3ab", "\u05e9\u05dc\u05d5\u05dd"}) {
    EXPECT_TRUE(has_visible_character(text)) << text;
  }
  for (const char* text : {"a\u200bb", "a b",
                           "\ufeff"
                           "a",
                           "a\u202e", "a\u00a0", "a\u3164"}) {
    EXPECT_TRUE(has_invisible_character(text)) << text;
  }
  EXPECT_FALSE(has_invisible_character("o'brien+tag@b\u00fccher.example"));
}

TEST(Unicode, RecognizesWhatChangesTheLookOfTheRest) {
  for (const char* text : {"\u202egnp.kcits",
                           "a\x7f"
                           "b",
                           "line\u2028break", "\u2066x\u2069", "a\x1b[2Jb", "a\u0085b", "\ufffe"}) {
    EXPECT_TRUE(has_deceptive_character(text)) << text;
  }
  for (const char* text : {"Caf\u00e9 \U0001f3ab", "\u05e9\u05dc\u05d5\u05dd 2 slots",
                           "\U0001f468\u200d\U0001f469\u200d\U0001f467 family day",
                           "\u0141\u00f3d\u017a \u2013", "\u200f\u05d0\u200e b"}) {
    EXPECT_FALSE(has_deceptive_character(text)) << text;
  }
}

TEST(Unicode, GivesADomainOneForm) {
  EXPECT_EQ(domain_to_ascii("b\u00fccher.example"), "xn--bcher-kva.example");
  EXPECT_EQ(domain_to_ascii("B\u00dcCHER.Example"), "xn--bcher-kva.example");
  EXPECT_EQ(domain_to_ascii("bu\u0308cher.example"), "xn--bcher-kva.example");
  EXPECT_EQ(domain_to_ascii("XN--BCHER-KVA.example"), "xn--bcher-kva.example");
  EXPECT_EQ(domain_to_ascii("b\u00fccher\u3002example"), "xn--bcher-kva.example");
  EXPECT_EQ(domain_to_ascii("r1---a.Example"), "r1---a.example");
  EXPECT_FALSE(domain_to_ascii("\u2665.example"));
  EXPECT_FALSE(domain_to_ascii(std::string_view("a\0.example", 10)));
  EXPECT_FALSE(domain_to_ascii(std::string(80, 'a') + "\u00fc.example"));
}

}  // namespace
}  // namespace ticketing
