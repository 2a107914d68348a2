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

}  // namespace
}  // namespace ticketing
