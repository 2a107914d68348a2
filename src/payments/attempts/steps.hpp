// The gateway's side of payments: takes the steps that are due, one at a time for each payment.
// gateway_step.hpp contains the steps.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <unordered_map>

#include "common/async/group.hpp"
#include "common/runtime/owned_data.hpp"
#include "payments/attempts/gateway_step.hpp"
#include "payments/attempts/order_waiters.hpp"
#include "payments/in_progress.hpp"

namespace ticketing::payments::attempts {

class Steps {
 public:
  Steps(runtime::Platform& platform, runtime::OwnedData& data, PaymentGateway& gateway,
        OrderWaiters& waiters);

  // Asks the gateway about a payment for the first time, in the background.
  void begin(std::string payment_id);
  // Whether so many steps are under way that new payments have to be refused.
  bool is_full() const;
  // Ends the order's attempt if it waits for its card's owner. Whether the order is free for a new
  // attempt now.
  Task<bool> cancel_unconfirmed(std::string order_id);
  // Applies the gateway's own record of a payment, forward only. False: a step of the payment is
  // under way, or what its attempt has left at the gateway is not cancelled; try again later.
  Task<bool> apply(std::string payment_id, Intent intent);

  // Takes the next step of every payment that has one: what events asked for, and what crashes and
  // lost answers left behind. Starts at most as many as fit; they go on in the background.
  Task<> process_due();
  // `wake` is called when there is something for process_due() before its interval is over.
  void on_work(std::function<void()> wake) { wake_ = std::move(wake); }
  void wake();
  // The same for what an order's end asks for, which then belongs to the trace of the caller.
  void wake_for(const std::string& order_id);
  Task<> stop();

 private:
  Task<> step(std::string payment_id, bool first_call);
  Task<std::optional<PaymentAndOrder>> find(const std::string& payment_id);
  trace::Context take_cause(const std::string& order_id);

  runtime::Platform& platform_;
  runtime::OwnedData& data_;
  OrderWaiters& waiters_;
  GatewayStep gateway_step_;
  TaskGroup running_;
  InProgress in_progress_;  // payments
  std::function<void()> wake_;
  // What the next step of an order's payment belongs to, as far as this process has received it.
  std::unordered_map<std::string, trace::Context> causes_;
  prometheus::Gauge& unfinished_;
  prometheus::Gauge& unknown_;
};

}  // namespace ticketing::payments::attempts
