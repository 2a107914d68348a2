// A connection to Redis that carries bytes, encrypted or not: the hiredis of Debian 12 has no
// TLS. Every call waits, so it is for a thread of its own.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "common/base/clock.hpp"
#include "common/jobs/redis/redis_address.hpp"

struct ssl_st;
struct ssl_ctx_st;

namespace ticketing::jobs {

class RedisStream {
 public:
  // Connects. `ca_file`: authorities that vouch for a server with TLS; empty: the system's. `limit`
  // is for connecting and for each wait afterwards. Throws Unavailable, as every call does.
  RedisStream(const RedisAddress& address, const std::string& ca_file, Milliseconds limit);
  ~RedisStream();
  RedisStream(const RedisStream&) = delete;
  RedisStream& operator=(const RedisStream&) = delete;

  void send(std::string_view bytes);
  // Gives how many bytes came: at least one.
  std::size_t receive(std::span<char> buffer);

 private:
  struct FreeSsl {
    void operator()(ssl_st* ssl) const;
    void operator()(ssl_ctx_st* context) const;
  };

  void connect(const RedisAddress& address);
  bool try_to_connect(const struct addrinfo& where, std::string& fault);
  void encrypt(const RedisAddress& address, const std::string& ca_file);
  void wait(short events, const char* otherwise) const;
  // Waits for what TLS needs next; throws when it has failed.
  void wait_for_tls(int result, const char* what) const;

  Milliseconds limit_;
  int socket_ = -1;
  std::unique_ptr<ssl_ctx_st, FreeSsl> context_;
  std::unique_ptr<ssl_st, FreeSsl> ssl_;
};

}  // namespace ticketing::jobs
