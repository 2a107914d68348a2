#include "common/jobs/redis/redis_address.hpp"

#include <gtest/gtest.h>

#include "common/base/exceptions.hpp"

namespace ticketing::jobs {
namespace {

TEST(RedisAddress, OnlyTheHostIsNeeded) {
  const RedisAddress address = parse_redis_url("redis://cache");
  EXPECT_EQ(address.host, "cache");
  EXPECT_EQ(address.port, 6379);
  EXPECT_EQ(address.user, "");
  EXPECT_EQ(address.password, "");
  EXPECT_EQ(address.database, 0);
}

TEST(RedisAddress, EveryPartIsRead) {
  const RedisAddress address = parse_redis_url("redis://jobs:p%40ss%2Fw%3Ard@10.0.0.7:7000/3");
  EXPECT_EQ(address.host, "10.0.0.7");
  EXPECT_EQ(address.port, 7000);
  EXPECT_EQ(address.user, "jobs");
  EXPECT_EQ(address.password, "p@ss/w:rd");
  EXPECT_EQ(address.database, 3);
}

TEST(RedisAddress, APasswordMayStandWithoutAUser) {
  EXPECT_EQ(parse_redis_url("redis://:secret@h").password, "secret");
  EXPECT_EQ(parse_redis_url("redis://secret@h/").password, "secret");
}

TEST(RedisAddress, Ipv6HostsStandInBrackets) {
  const RedisAddress address = parse_redis_url("redis://[::1]:6380/1");
  EXPECT_EQ(address.host, "::1");
  EXPECT_EQ(address.port, 6380);
  EXPECT_EQ(parse_redis_url("redis://[::1]").port, 6379);
}

TEST(RedisAddress, TheSchemeRedissMeansTls) {
  EXPECT_FALSE(parse_redis_url("redis://cache").is_encrypted);
  const RedisAddress address = parse_redis_url("rediss://:secret@cache:6380/2");
  EXPECT_TRUE(address.is_encrypted);
  EXPECT_EQ(address.host, "cache");
  EXPECT_EQ(address.port, 6380);
  EXPECT_EQ(address.password, "secret");
}

TEST(RedisAddress, AnythingElseIsRefusedWithoutThePasswordInTheText) {
  for (const char* url :
       {"", "cache:6379", "http://h", "redisss://h", "rediss://", "redis://", "redis://h:port",
        "redis://h:70000", "redis://h:1:2/x", "redis://h/one", "redis://h/-1",
        "redis://u:secret%4@h", "redis://u:secret@", "redis://[::1", "redis://[::1]x"}) {
    try {
      parse_redis_url(url);
      ADD_FAILURE() << url;
    } catch (const ConfigError& error) {
      EXPECT_EQ(std::string(error.what()).find("secret"), std::string::npos) << url;
    }
  }
}

}  // namespace
}  // namespace ticketing::jobs
