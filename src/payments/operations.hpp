// What can be done with payments. Money moves in three steps: authorise, let orders decide, then
// capture or release (docs/decisions/0005).
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "common/async/group.hpp"
#include "common/bus/event_bus.hpp"
#include "common/runtime/idempotent_requests.hpp"
#include "common/runtime/owned_data.hpp"
#include "payments/gateway.hpp"
#include "payments/payment.hpp"
#include "payments/store.hpp"

namespace ticketing::payments {

struct PayRequest {
  std::string order_id;
  std::string user_id;
  std::string source;  // card token
  std::optional<db::IdempotencyKey> idempotency_key;
  std::string traceparent;
};

struct PayAnswer {
  std::string payment_id;
  bool decided = false;  // the ticket is the buyer's; otherwise it is not known yet
  std::optional<std::string> client_secret;  // the card's owner has to confirm, with this
};

class Operations {
 public:
  Operations(runtime::Platform& platform, runtime::OwnedData& data,
             const db::IdempotencyKeys& idempotency_keys, PaymentGateway& gateway);

  // Stores the attempt, authorises it and waits a moment for the gateway and for orders to decide.
  // An attempt that waits for its card's owner is given up for the new one. Refuses with
  // `order_not_found`, `payment_in_progress`, `card_declined`, `gateway_unavailable` (nothing was
  // charged) and as check_payable() does.
  Task<Result<PayAnswer>> pay(PayRequest request);
  // How an attempt stands now; refuses as pay() does.
  Task<Result<PayAnswer>> answer_of(std::string payment_id);

  // Follow an order; put back while the version before has not come.
  Task<bus::Verdict> order_created(OrderCopy order);
  Task<bus::Verdict> order_ended(std::string order_id, std::int64_t version, OrderStatus status,
                                 std::optional<std::string> reason);

  // What the gateway's own record of a payment says is taken over, forward only. False: it is being
  // worked on, come again.
  Task<bool> observe(std::string payment_id, Intent intent);

  // Does the next step of every payment that has one: what events asked for, and what crashes and
  // lost answers left behind. Starts at most as many as fit; they go on in the background.
  Task<> drive();
  // Called when an order ended, so that drive() need not wait for its interval.
  void on_work(std::function<void()> wake) { wake_ = std::move(wake); }
  Task<> stop();

 private:
  Task<Result<std::string>> start_attempt(const PayRequest& request, const OrderCopy& order);
  Task<std::optional<OrderCopy>> find_order(const std::string& order_id);
  Task<std::optional<store::PaymentAndOrder>> find(const std::string& payment_id);
  // One step of one payment. `first_call`: the gateway has not been asked yet, so a call that was
  // not sent settles the matter.
  Task<> step(std::string payment_id, std::string traceparent, bool first_call);
  Task<> take_step(const store::PaymentAndOrder& found, const std::string& traceparent,
                   bool first_call);
  Task<> authorize(const Payment& payment, const std::string& traceparent, bool first_call);
  Task<> look_up(const Payment& payment, const std::string& traceparent);
  Task<> take_over(const Payment& payment, const Intent& intent, const std::string& traceparent);
  Task<> give_up(const Payment& payment, const std::string& code);
  Task<bool> give_up_waiting(const std::string& order_id);
  Task<> hold(const Payment& payment, const std::string& stripe_id, const std::string& traceparent);
  Task<> decline(const Payment& payment, const std::string& code);
  Task<> await_action(const Payment& payment, const std::string& stripe_id,
                      const std::string& client_secret);
  Task<> capture(const Payment& payment, const std::string& traceparent);
  Task<> release(const Payment& payment, const std::string& traceparent);
  Task<> save(const Payment& after, const std::optional<bus::Event>& event);
  Task<> await_decision(const std::string& order_id, const std::string& payment_id);
  void notify(const std::string& order_id);

  runtime::Platform& platform_;
  runtime::OwnedData& data_;
  const db::IdempotencyKeys& idempotency_keys_;
  PaymentGateway& gateway_;
  TaskGroup stepping_;
  std::unordered_set<std::string> in_step_;                 // payments
  std::unordered_multimap<std::string, Signal*> awaiting_;  // by order
  std::function<void()> wake_;
  prometheus::Gauge& unfinished_;
  prometheus::Gauge& unknown_;
  prometheus::Counter& stray_charges_;
};

}  // namespace ticketing::payments
