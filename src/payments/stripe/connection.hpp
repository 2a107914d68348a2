// Calls to Stripe's API: headers, the idempotency key, attempts by Stripe's retry rules, the
// circuit breaker, metrics. Independent of the purpose of a call.
#pragma once

#include <expected>
#include <memory>
#include <string>

#include "common/http/client.hpp"
#include "common/runtime/platform.hpp"
#include "payments/stripe/form.hpp"
#include "payments/stripe/settings.hpp"

namespace ticketing::payments::stripe {

struct ApiCall {
  std::string method;           // GET or POST
  std::string path;             // "/v1/payment_intents"
  Form form;                    // the query of a GET, the body of a POST
  std::string idempotency_key;  // of a POST
};

// An answer that decides the call: 2xx, or 4xx except 409 and 429.
struct Reply {
  int status = 0;
  bool is_replayed = false;  // Stripe repeats what it has stored under the key
  std::string body;
};

// There was no such answer.
struct ApiFailure {
  bool maybe_done = false;  // otherwise nothing has happened
  bool is_settled =
      false;  // Stripe repeats a stored 5xx: the same key will not give another answer
  std::string reason;
};

using ApiResult = std::expected<Reply, ApiFailure>;

class Connection {
 public:
  // `platform` outlives the connection. Throws ConfigError.
  Connection(runtime::Platform& platform, Settings settings);

  Task<ApiResult> call(ApiCall call);

 private:
  enum class Next { done, again };
  http::Call to_http(const ApiCall& call) const;
  // What one answer means for the call; on Next::done `result` holds its end.
  Next interpret(const http::CallResult& answer, ApiFailure& failure, ApiResult& result);
  void record(const http::CallResult& answer);

  runtime::Platform& platform_;
  const Settings settings_;
  CircuitBreaker breaker_;
  prometheus::Counter& answered_;
  prometheus::Counter& failed_;
  prometheus::Counter& not_sent_;
  prometheus::Gauge& open_;
  std::unique_ptr<http::Client> client_;
};

}  // namespace ticketing::payments::stripe
