// How to reach Stripe, read from the environment. Refuses combinations that would be mistakes.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "common/base/backoff.hpp"
#include "common/base/clock.hpp"
#include "common/base/config.hpp"
#include "common/http/client.hpp"
#include "payments/stripe/circuit_breaker.hpp"

namespace ticketing::payments::stripe {

// What requests and answers are written for (stripe.com/docs/upgrades).
inline constexpr std::string_view api_version = "2026-08-26.dahlia";

struct Settings {
  std::string secret_key;  // empty: the sandbox is used
  std::string api_url = "https://api.stripe.com";
  std::string ca_file;  // empty: the system's authorities
  Milliseconds connect_timeout{5'000};
  Milliseconds total_timeout{20'000};  // of one request
  Milliseconds call_timeout{25'000};   // after this no further attempt of a call begins
  int attempts_max = 3;                // of one call, with the same key
  Backoff retry{.shortest = Milliseconds{500}, .longest = Milliseconds{32'000}};
  CircuitBreaker::Settings breaker;
  // Stripe keeps keys for at least 24 hours; an older attempt is looked up by its metadata instead.
  Milliseconds key_life{std::chrono::hours{20}};
  // An attempt that Stripe's search has not found after this time was never made.
  Milliseconds search_lag_max{std::chrono::minutes{10}};

  // How requests leave; another one in tests.
  std::function<std::unique_ptr<http::Client>(const http::ClientSettings&)> make_client =
      http::make_client;

  bool uses_stripe() const { return !secret_key.empty(); }
  bool is_live() const;
};

// Notes a fault for a live key outside production, a test key in production, a publishable key of
// the other kind, and an API address that is not HTTPS in production.
Settings read_settings(Environment& environment);
std::string settings_help();

}  // namespace ticketing::payments::stripe
