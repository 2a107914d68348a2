#include "common/base/sealed_text.hpp"

#include <gtest/gtest.h>

namespace ticketing {
namespace {

TEST(SealedText, IsOpenedOnlyByItsKeyAndInItsContext) {
  SeededRandom random(7);
  const TextSeal seal(std::string(32, 'k'));
  const std::string sealed = seal.seal("a secret", "letter 1", random);
  EXPECT_EQ(sealed.find("secret"), std::string::npos);
  EXPECT_EQ(seal.open(sealed, "letter 1"), "a secret");
  EXPECT_FALSE(seal.open(sealed, "letter 2"));
  EXPECT_FALSE(TextSeal(std::string(32, 'x')).open(sealed, "letter 1"));
  for (const std::string& bad : {std::string(), std::string("%"), sealed.substr(0, 20),
                                 "A" + sealed.substr(1), sealed.substr(0, sealed.size() - 4)}) {
    EXPECT_FALSE(seal.open(bad, "letter 1")) << bad;
  }
  EXPECT_NE(seal.seal("a secret", "letter 1", random), sealed);
}

}  // namespace
}  // namespace ticketing
