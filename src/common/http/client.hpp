// Calls other servers over HTTP(S): certificates and host names are verified, connections are used
// again, every call is bounded in time and size. Does not read or log the
// content.
#pragma once

#include <cstddef>
#include <expected>
#include <memory>
#include <string>

#include "common/async/task.hpp"
#include "common/base/clock.hpp"
#include "common/http/message.hpp"

namespace ticketing::http {

struct ClientSettings {
  std::string ca_file;  // PEM; empty: the system's authorities
  bool https_only = true;
  Milliseconds connect_timeout{5'000};  // with the TLS handshake
  Milliseconds total_timeout{20'000};
  std::size_t answer_bytes_max = 1024 * 1024;
  std::size_t calls_max = 256;  // under way at once; more are not sent
};

struct Call {
  std::string method = "GET";
  std::string url;
  Headers headers;
  std::string body;
};

struct Answer {
  int status = 0;
  // The connection was closed without an answer to the same request, which was then sent once more
  // over a new one: the server may have acted on it before.
  bool was_repeated = false;
  Headers headers;
  std::string body;
};

// Why there is no whole answer.
struct NoAnswer {
  // Whether any of the request may have reached the server: it may have acted on it.
  bool sent = false;
  std::string reason;
};

using CallResult = std::expected<Answer, NoAnswer>;

class Client {
 public:
  virtual ~Client() = default;
  // Never throws for anything the other side does. Redirects are answers, they are not followed.
  virtual Task<CallResult> call(Call call) = 0;
};

// Transfers run on a thread of the client's own. Destroying it ends the calls under way as not
// answered. Throws ConfigError when `ca_file` cannot be read.
std::unique_ptr<Client> make_client(const ClientSettings& settings);

}  // namespace ticketing::http
