#include "common/jobs/redis/redis_stream.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "common/base/exceptions.hpp"
#include "common/jobs/redis/redis_link.hpp"
#include "fixtures/run_task.hpp"
#include "servers/certificates.hpp"
#include "servers/redis_server.hpp"

namespace ticketing::jobs {
namespace {

constexpr Milliseconds limit{2'000};

class RedisTls : public testing::Test {
 protected:
  void encrypt(const std::string& names) {
    const auto made = authority_.issue(names);
    server_.encrypt(made.certificate, made.key);
    server_.restart();
  }
  std::string fault_with(const std::string& ca_file) {
    try {
      RedisStream stream(parse_redis_url(server_.tls_url()), ca_file, limit);
    } catch (const Unavailable& error) {
      return error.what();
    }
    return "";
  }

  servers::CertificateAuthority authority_;
  servers::RedisServer server_{"secret"};
};

TEST_F(RedisTls, CommandsTravelEncryptedAlsoManyAndLargeOnes) {
  encrypt("IP:127.0.0.1");
  asio::io_context io;
  RedisLink link(io.get_executor(), parse_redis_url(server_.tls_url()), authority_.file());
  const std::string large(3'000'000, 'x');
  run_task(io, [](RedisLink& redis, const std::string& value) -> Task<> {
    co_await redis.call({"SET", "key", value});
    for (int i = 0; i < 200; ++i) co_await redis.call({"INCR", "count"});
    const RedisReply read = co_await redis.call({"GET", "key"});
    EXPECT_EQ(read.text, value);
    EXPECT_EQ((co_await redis.call({"GET", "count"})).text, "200");
  }(link, large));
  EXPECT_TRUE(link.is_connected());
}

TEST_F(RedisTls, AServerOfAnotherAuthorityIsNotUsed) {
  encrypt("IP:127.0.0.1");
  const servers::CertificateAuthority other;
  EXPECT_EQ(fault_with(authority_.file()), "");
  EXPECT_THAT(fault_with(other.file()), testing::HasSubstr("its certificate: "));
  EXPECT_THAT(fault_with(""), testing::HasSubstr("its certificate: "));
  EXPECT_THAT(fault_with("/nowhere/ca.crt"), testing::HasSubstr("STORES_CA_FILE /nowhere/ca.crt"));
}

TEST_F(RedisTls, AServerWithTheCertificateOfAnotherIsNotUsed) {
  encrypt("DNS:redis.example");
  EXPECT_THAT(fault_with(authority_.file()), testing::HasSubstr("IP address mismatch"));
}

TEST_F(RedisTls, AServerWithoutTlsIsAFaultAndNotAWait) {
  RedisAddress address = parse_redis_url(server_.url());
  address.is_encrypted = true;
  EXPECT_THROW(RedisStream(address, authority_.file(), limit), Unavailable);
}

TEST(RedisStream, NothingThatAnswersIsAFaultWithinTheLimit) {
  EXPECT_THROW(RedisStream({.host = "127.0.0.1", .port = 1}, "", limit), Unavailable);
  EXPECT_THROW(RedisStream({.host = "no-such-host.invalid"}, "", limit), Unavailable);
}

}  // namespace
}  // namespace ticketing::jobs
