// redis://user:password@host:port/database, as people write it; rediss:// for TLS.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ticketing::jobs {

struct RedisAddress {
  std::string host = "127.0.0.1";
  std::uint16_t port = 6379;
  std::string user{};  // empty: the default user
  std::string password{};
  int database = 0;
  bool is_encrypted = false;
};

// User and password may be percent-encoded. Throws ConfigError; its text has no password in it.
RedisAddress parse_redis_url(std::string_view url);

}  // namespace ticketing::jobs
