#include "auth/device.hpp"

#include <gtest/gtest.h>

namespace ticketing::auth {
namespace {

TEST(Device, IsKnownForItsAccountAlone) {
  const TokenKey key{std::string(43, 'A')};
  const std::string cookie = device_cookie(key, "account-1", "device-1");
  EXPECT_EQ(device_of(key, cookie, "account-1"), "device-1");
  EXPECT_FALSE(device_of(key, cookie, "account-2"));
  EXPECT_FALSE(device_of(key, cookie, ""));
  EXPECT_FALSE(device_of(TokenKey("B" + std::string(42, 'A')), cookie, "account-1"));
}

TEST(Device, CannotBeForged) {
  const TokenKey key{std::string(43, 'A')};
  const std::string cookie = device_cookie(key, "account-1", "device-1");
  for (std::size_t i = 0; i < cookie.size(); ++i) {
    std::string forged = cookie;
    forged[i] = forged[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(device_of(key, forged, "account-1")) << i;
  }
  for (const char* bad : {"", ".", "account-1", "account-1.", "account-1.x", "account-1.x."}) {
    EXPECT_FALSE(device_of(key, bad, "account-1")) << bad;
  }
}

TEST(Device, IsKnownToTheAccountsOfItsLatestSignIns) {
  const TokenKey key{std::string(43, 'A')};
  std::string cookie;
  for (const char* account : {"1", "2", "1", "3", "4", "5", "1", "6"})
    cookie = device_cookie(key, account, std::string("device-") + account, cookie);
  for (const char* account : {"6", "1", "5", "4", "3"})
    EXPECT_EQ(device_of(key, cookie, account), std::string("device-") + account);
  EXPECT_FALSE(device_of(key, cookie, "2")) << "five at most";
  EXPECT_FALSE(device_of(key, "x:x:x:x:x:" + cookie, "6")) << "the others are not looked at";
}

TEST(Device, KeepsNothingThatIsNotOurs) {
  const TokenKey key{std::string(43, 'A')}, other{"B" + std::string(42, 'A')};
  const std::string made_up = device_cookie(other, "2", "device-2") + ":" + std::string(9'000, 'x');
  EXPECT_EQ(device_cookie(key, "1", "device-1", made_up), device_cookie(key, "1", "device-1"));
}

}  // namespace
}  // namespace ticketing::auth
