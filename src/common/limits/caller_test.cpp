#include "common/limits/caller.hpp"

#include <gtest/gtest.h>

namespace ticketing::limits {
namespace {

TEST(Caller, OfAnIPv6AddressIsItsNetworkOf64Bits) {
  const Caller first = Caller::address("2001:db8:0:1::1");
  EXPECT_EQ(first.key(), "address 2001:db8:0:1::/64");
  EXPECT_EQ(Caller::address("2001:db8:0:1:ffff:ffff:ffff:ffff"), first);
  EXPECT_NE(Caller::address("2001:db8:0:2::1"), first);
}

TEST(Caller, OfAMappedIPv4AddressIsTheIPv4Address) {
  EXPECT_EQ(Caller::address("::ffff:192.0.2.1"), Caller::address("192.0.2.1"));
  EXPECT_EQ(Caller::address("::ffff:c000:201"), Caller::address("192.0.2.1"));
  EXPECT_NE(Caller::address("::ffff:192.0.2.2"), Caller::address("192.0.2.1"));
}

TEST(Caller, OfAnIPv4AddressIsTheAddress) {
  for (const std::string text : {"0.0.0.0", "10.0.9.99", "127.0.0.1", "255.255.255.255"}) {
    EXPECT_EQ(Caller::address(text).key(), "address " + text);
  }
}

TEST(Caller, HasAShortAddressInTheOrderOfTheNumbers) {
  EXPECT_EQ(Caller::short_address("192.0.2.1"), "c0000201");
  EXPECT_EQ(Caller::short_address("::ffff:192.0.2.1"), "c0000201");
  EXPECT_EQ(Caller::short_address("2001:db8:0:1:ffff::1%eth0"), "20010db800000001");
  EXPECT_EQ(Caller::short_address("2001:db8:0:2::1"), "20010db800000002");
  EXPECT_EQ(Caller::short_address("::1"), "1");
  EXPECT_EQ(Caller::short_address("::2"), "0000000000000000");
  EXPECT_EQ(Caller::short_address("unknown"), "");
  EXPECT_LT(Caller::short_address("10.0.0.9"), Caller::short_address("10.0.0.10"));
}

TEST(Caller, OfALinkLocalAddressIsKnownWithItsZone) {
  EXPECT_EQ(Caller::address("fe80::1%eth0").key(), "address fe80::/64");
}

TEST(Caller, OfTextThatIsNoAddressIsAlwaysTheSame) {
  EXPECT_EQ(Caller::address("one"), Caller::address("another"));
  EXPECT_EQ(Caller::address(""), Caller::address("192.0.2.300"));
}

TEST(Caller, IsAnotherForAUserOfTheSameName) {
  EXPECT_NE(Caller::user("192.0.2.1"), Caller::address("192.0.2.1"));
  EXPECT_EQ(Caller::user("u1"), Caller::user("u1"));
  EXPECT_TRUE(Caller::user("u1").is_user("u1"));
  EXPECT_FALSE(Caller::user("u1").is_user("1"));
  EXPECT_FALSE(Caller::of("uses", "u1").is_user("u1"));
}

TEST(Caller, CanBeTwoThingsTogether) {
  const Caller account = Caller::of("account", "a@example.com");
  const Caller here = Caller::address("192.0.2.1"), there = Caller::address("192.0.2.2");
  EXPECT_EQ(account.with(here), account.with(here));
  EXPECT_NE(account.with(here), account.with(there));
  EXPECT_NE(account.with(here), account);
}

}  // namespace
}  // namespace ticketing::limits
