// The HTTP/1.1 server: limits, time-outs, request ids, problem responses, metrics and CSRF rules
// are applied here, once, for every route (values in docs/api.md).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "common/http/router.hpp"
#include "common/http/server_limits.hpp"

namespace ticketing::http {

struct ServerSettings {
  std::string address = "0.0.0.0";
  std::uint16_t port = 0;  // 0: any free one; see Server::port()
  std::size_t request_line_bytes_max = 8 * 1024;
  std::size_t header_bytes_max = 16 * 1024;
  std::size_t body_bytes_max = 64 * 1024;
  ServerLimits limits;
  std::size_t spare_connections = 256;  // beyond the limits, for probes and refusals
  std::chrono::milliseconds header_timeout{10'000};
  std::chrono::milliseconds body_timeout{20'000};
  std::chrono::milliseconds upload_timeout{60'000};
  std::chrono::milliseconds idle_timeout{60'000};
  std::chrono::milliseconds handler_timeout{10'000};
  std::chrono::milliseconds write_timeout{60'000};  // a caller that does not read
  bool https_in_front = false;                      // a proxy ends TLS: send HSTS
  // Proxies (loopback and private addresses) whose X-Forwarded-For is used; 0: none. They limit
  // the connections of their own callers, so theirs are limited in all only.
  int trusted_proxy_hops = 0;
  // Not empty: these fields are used only in a request whose X-Proxy-Key is this, because other
  // programs can connect from where the proxy is.
  std::string trusted_proxy_key;
  // At level info one of this many requests is logged; 0: none.
  std::size_t access_log_every = 0;
};

// A limit that was met: "streams", and whose it was: "address", "user" or "all".
using LimitObserver = std::function<void(std::string_view limit, std::string_view whose)>;

// Called for each answered request (a stream: when it starts). `route` is the pattern, or
// "unmatched"; `method` one of the registered ones, or "other": both are few enough for labels.
struct RequestRecord {
  std::string_view method;
  std::string_view route;
  int status;
  std::chrono::nanoseconds duration;
};

class Server {
 public:
  // `router` must outlive the server, and what handlers use must outlive the executor's coroutines.
  // Binds and listens; throws ConfigError when the address is taken or is none. Serves once start()
  // is called. The observers must not throw. All members are called on the executor's one thread,
  // or while it does not run.
  Server(const Executor& executor, ServerSettings settings, const Router& router,
         std::function<void(const RequestRecord&)> observe, LimitObserver limit_met = {});
  ~Server();

  std::uint16_t port() const;
  void start();
  // Stops accepting, closes idle connections, lets running requests finish (answers say Connection:
  // close), ends streams; resumes when all are done or `grace` has passed, and closes what is left.
  Task<> drain(std::chrono::seconds grace);

 private:
  class Listener;
  std::shared_ptr<Listener> listener_;
};

}  // namespace ticketing::http
