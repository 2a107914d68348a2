// A payment gateway whose answers a test decides, and which records the calls. Part of no library.
#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "common/async/timers.hpp"
#include "payments/gateway.hpp"

namespace ticketing::payments {

class TestGateway final : public PaymentGateway {
 public:
  explicit TestGateway(Timers& timers) : timers_(timers) {}

  // What the calls answer. From the start every call succeeds, and the gateway has no records.
  std::function<AuthorizeOutcome(const AuthorizeRequest&)> on_authorize = [](const auto& request) {
    return Authorized{.stripe_id = "pi_" + request.payment_id};
  };
  std::function<CaptureOutcome()> on_capture = [] { return Captured{}; };
  std::function<ReleaseOutcome()> on_release = [] { return Released{}; };
  std::function<RefundOutcome(const RefundCall&)> on_refund = [](const RefundCall& call) {
    return Refunded{.stripe_id = "re_" + call.refund_id};
  };
  std::function<LookUpOutcome(const std::string&)> on_look_up = [](const auto&) {
    return NoSuchIntent{};
  };
  std::function<RefundsOutcome()> on_refunds_of = [] { return std::vector<GatewayRefund>{}; };
  std::function<IntentPageOutcome()> on_list = [] { return IntentPage{}; };

  Milliseconds delay{0};           // of every call
  std::vector<std::string> calls;  // name and idempotency key, or id: "capture <id>-capture"

  int count(const std::string& name) const {
    return static_cast<int>(std::ranges::count_if(
        calls, [&](const std::string& call) { return call.starts_with(name + " "); }));
  }

  Task<AuthorizeOutcome> authorize(AuthorizeRequest request) override {
    co_await call("authorize " + request.idempotency_key);
    co_return on_authorize(request);
  }
  Task<CaptureOutcome> capture(std::string, std::string idempotency_key) override {
    co_await call("capture " + idempotency_key);
    co_return on_capture();
  }
  Task<ReleaseOutcome> release(std::string, std::string idempotency_key) override {
    co_await call("release " + idempotency_key);
    co_return on_release();
  }
  Task<RefundOutcome> refund(RefundCall request) override {
    co_await call("refund " + request.idempotency_key);
    co_return on_refund(request);
  }
  Task<LookUpOutcome> look_up(std::string stripe_id) override {
    co_await call("look_up " + stripe_id);
    co_return on_look_up(stripe_id);
  }
  Task<RefundsOutcome> refunds_of(std::string stripe_id) override {
    co_await call("refunds_of " + stripe_id);
    co_return on_refunds_of();
  }
  Task<IntentPageOutcome> list(Timestamp, Timestamp, std::optional<std::string> cursor) override {
    co_await call("list " + cursor.value_or(""));
    co_return on_list();
  }

 private:
  Task<> call(std::string what) {
    calls.push_back(std::move(what));
    if (delay.count() > 0) co_await timers_.sleep_for(delay);
  }

  Timers& timers_;
};

}  // namespace ticketing::payments
