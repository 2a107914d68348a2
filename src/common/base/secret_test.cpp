#include "common/base/secret.hpp"

#include <gtest/gtest.h>

namespace ticketing {
namespace {

TEST(Secret, IsEasyToGuessWithFewCharactersOrLittleVariety) {
  for (const char* bad : {"", "aaaaaaaaaaaaaaaa",
                          "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                          "abcabcabcabcabcabcabcabcabcabcabc", "1234567890123456",
                          "password12345678", "changeme-changeme"}) {
    EXPECT_TRUE(is_easy_to_guess(bad)) << bad;
  }
  for (const char* good : {"9f86d081884c7d659a2feaa0c55ad015", "a secret of some length",
                           "3q2-7w_kJ0hZbV1uQyXlPcRt", "correct horse battery staple"}) {
    EXPECT_FALSE(is_easy_to_guess(good)) << good;
  }
}

TEST(SecretKey, IsThirtyTwoBytesInBase64OfBothAlphabets) {
  EXPECT_EQ(secret_key_from("VGhpcnR5LXR3byBieXRlcyBmb3IgdGhlIHRlc3RzISE="),
            "Thirty-two bytes for the tests!!");
  const std::string bytes(secret_key_bytes, '\xff');
  EXPECT_EQ(secret_key_from("//////////////////////////////////////////8="), bytes);
  EXPECT_EQ(secret_key_from("__________________________________________8"), bytes);
  for (const char* bad : {"", "=", "c2hvcnQ=", "not base64 at all, but of some length, too",
                          "//////////////////////////////////////////8=/",
                          "/////////////////////////////////////////////////////////w=="}) {
    EXPECT_FALSE(secret_key_from(bad)) << bad;
  }
}

}  // namespace
}  // namespace ticketing
