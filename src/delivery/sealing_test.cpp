// What FILES_KEY protects: without it, and without the key of an upload, nothing can be read.
#include "delivery/sealing.hpp"

#include <gmock/gmock.h>

#include <set>

#include "common/base/random.hpp"

namespace ticketing::delivery {
namespace {

using testing::HasSubstr;
using testing::Not;

class SealingTest : public testing::Test {
 protected:
  SystemRandom random_;
  Sealing sealing_{std::string(secret_key_bytes, 'k'), random_};
  UploadKey key_ = sealing_.make_key("upload");
};

TEST_F(SealingTest, OpensWhatItSealed) {
  for (const std::size_t size : {0U, 1U, 65'535U, 65'536U, 65'537U, 131'072U, 5U * 1024 * 1024}) {
    const std::string content(size, 'x');
    const std::string sealed = key_.seal(content);
    EXPECT_EQ(key_.open(sealed), content) << size;
    EXPECT_LT(sealed.size(), size + 2'000) << "fits into a store of files of 6 MiB";
    if (size > 16) EXPECT_THAT(sealed, Not(HasSubstr("xxxxxxxxxxxxxxxx")));
  }
}

TEST_F(SealingTest, OpensNothingThatWasChangedOrCut) {
  const std::string sealed = key_.seal(std::string(200'000, 'x'));
  for (const std::size_t at : {0U, 30U, 70'000U, 200'000U}) {
    std::string changed = sealed;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    EXPECT_FALSE(key_.open(changed)) << at;
  }
  for (const std::size_t size : {0U, 10U, 24U, 41U, 24U + 65'553U, 100'000U})
    EXPECT_FALSE(key_.open(sealed.substr(0, size))) << size;
  EXPECT_FALSE(key_.open(sealed + "x"));
}

TEST_F(SealingTest, GivesEachUploadAKeyOfItsOwn) {
  const std::string sealed_key = sealing_.seal_key(key_);
  const auto opened = sealing_.open_key(sealed_key, "upload");
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->open(key_.seal("a file")), "a file");
  EXPECT_FALSE(sealing_.open_key(sealed_key, "another upload"));
  EXPECT_FALSE(sealing_.open_key("", "upload")) << "erased";
  EXPECT_FALSE(sealing_.open_key(sealed_key.substr(1), "upload"));
  EXPECT_FALSE(Sealing(std::string(secret_key_bytes, 'o'), random_).open_key(sealed_key, "upload"));
  EXPECT_FALSE(sealing_.make_key("upload").open(key_.seal("a file")));
  EXPECT_NE(key_.seal("a file"), key_.seal("a file")) << "tells whether two are the same";
}

TEST_F(SealingTest, MakesFingerprintsThatTellNothing) {
  const std::set<std::string> all{
      sealing_.fingerprint("text"), sealing_.fingerprint("other"),
      Sealing(std::string(secret_key_bytes, 'o'), random_).fingerprint("text"),
      sealing_.digest("qr", "text"), sealing_.digest("file", "text")};
  EXPECT_EQ(all.size(), 5U);
  EXPECT_TRUE(all.contains(sealing_.fingerprint("text")));
}

}  // namespace
}  // namespace ticketing::delivery
