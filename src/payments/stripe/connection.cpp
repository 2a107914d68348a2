#include "payments/stripe/connection.hpp"

#include <fmt/format.h>

#include "common/base/log.hpp"
#include "payments/stripe/retry_rules.hpp"

namespace ticketing::payments::stripe {
namespace {

constexpr const char* calls_name = "stripe_calls_total";
constexpr const char* calls_help = "Requests to Stripe, by result";

}  // namespace

Connection::Connection(runtime::Platform& platform, Settings settings)
    : platform_(platform),
      settings_(std::move(settings)),
      breaker_(settings_.breaker),
      answered_(platform.metrics.counter(calls_name, calls_help, {{"result", "answered"}})),
      failed_(platform.metrics.counter(calls_name, calls_help, {{"result", "failed"}})),
      not_sent_(platform.metrics.counter(calls_name, calls_help, {{"result", "not_sent"}})),
      open_(platform.metrics.gauge(
          "stripe_circuit_open", "1 while no calls are sent to Stripe because it does not answer")),
      client_(settings_.make_client({.ca_file = settings_.ca_file,
                                     .https_only = settings_.api_url.starts_with("https://"),
                                     .connect_timeout = settings_.connect_timeout,
                                     .total_timeout = settings_.total_timeout})) {}

http::Call Connection::to_http(const ApiCall& call) const {
  http::Call http{.method = call.method, .url = settings_.api_url + call.path};
  http.headers.add("Authorization", "Bearer " + settings_.secret_key);
  http.headers.add("Stripe-Version", std::string(api_version));
  http.headers.add("User-Agent", "ticketing");
  if (call.method == "GET") {
    if (!call.form.empty()) http.url += "?" + call.form.text();
    return http;
  }
  http.headers.add("Content-Type", "application/x-www-form-urlencoded");
  http.headers.add("Idempotency-Key", call.idempotency_key);
  http.body = call.form.text();
  return http;
}

Task<ApiResult> Connection::call(ApiCall call) {
  ApiFailure failure;
  const SteadyTime begun = platform_.clock.steady_now();
  for (int attempt = 1;; ++attempt) {
    if (!breaker_.admits(platform_.clock.steady_now())) {
      not_sent_.Increment();
      failure.reason = "Stripe does not answer; the circuit breaker is open";
      co_return std::unexpected(failure);
    }
    const http::CallResult answer = co_await client_->call(to_http(call));
    record(answer);
    ApiResult result;
    if (interpret(answer, failure, result) == Next::done) co_return result;
    const bool is_late = platform_.clock.steady_now() - begun >= settings_.call_timeout;
    if (attempt >= settings_.attempts_max || is_late) co_return std::unexpected(failure);
    co_await platform_.timers.sleep_for(
        half_to_whole(settings_.retry.after(attempt), platform_.random));
  }
}

void Connection::record(const http::CallResult& answer) {
  const bool was_open = breaker_.is_open();
  if (answer && answer->status < 500) {
    answered_.Increment();
    breaker_.succeeded();
  } else {
    failed_.Increment();
    breaker_.failed(platform_.clock.steady_now());
  }
  if (breaker_.is_open() == was_open) return;
  open_.Set(breaker_.is_open() ? 1 : 0);
  if (breaker_.is_open()) {
    log::error("Stripe does not answer; payments are refused until it does");
  } else {
    log::info("Stripe answers again");
  }
}

Connection::Next Connection::interpret(const http::CallResult& answer, ApiFailure& failure,
                                       ApiResult& result) {
  if (!answer) {
    failure.maybe_done = failure.maybe_done || answer.error().sent;
    failure.reason = answer.error().reason;
    return Next::again;
  }
  const int status = answer->status;
  const auto advice = answer->headers.find("Stripe-Should-Retry");
  const bool is_replayed = answer->headers.find("Idempotent-Replayed") == "true";
  const Meaning meaning = meaning_of(status);
  failure.maybe_done = failure.maybe_done || meaning == Meaning::undecided || answer->was_repeated;
  failure.reason = fmt::format("Stripe answered {}", status);
  if (meaning == Meaning::final && advice != "true") {
    result = Reply{.status = status, .is_replayed = is_replayed, .body = answer->body};
    return Next::done;
  }
  if (status == 401 || status == 403) log::error("Stripe does not accept STRIPE_KEY");
  // A 5xx is stored under its key like any other answer, and repeated.
  failure.is_settled = status >= 500 && is_replayed;
  if (!failure.is_settled && should_retry(status, advice)) return Next::again;
  result = std::unexpected(failure);
  return Next::done;
}

}  // namespace ticketing::payments::stripe
