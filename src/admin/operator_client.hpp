// The running program, as an operator asks it over HTTP.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>

#include "common/http/client.hpp"

namespace ticketing::admin {

// Says what was answered when it is not what was asked for.
std::string problem_of(const http::Answer& answer);

class OperatorClient {
 public:
  // Reads OPERATOR_TOKEN. Throws ConfigError.
  explicit OperatorClient(std::string url);

  // Throws std::runtime_error when there is no answer.
  http::Answer ask(const std::string& method, const std::string& path, std::string body = "",
                   const std::string& idempotency_key = "");

 private:
  std::string url_;
  std::string token_;
  asio::io_context io_;
  std::unique_ptr<http::Client> client_ = http::make_client({.https_only = false});
};

// Whether commands that concern the bus go to the program that has all services in one process,
// instead of to NATS: `url` is given, or OPERATOR_TOKEN is set and NATS_URL is not.
bool is_one_process(const std::string& url);
inline constexpr const char* default_url = "http://127.0.0.1:4000";
inline constexpr const char* default_nats_url = "nats://127.0.0.1:4222";

}  // namespace ticketing::admin
