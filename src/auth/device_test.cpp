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

}  // namespace
}  // namespace ticketing::auth
