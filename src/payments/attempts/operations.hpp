// The buyer's side of payments: starts an attempt to pay, gives its state, follows the order.
// Money moves in three steps: authorise, let orders decide, then capture or release
// (docs/decisions/0005); steps.hpp calls the gateway for them.
#pragma once

#include <optional>
#include <string>

#include "common/bus/event_bus.hpp"
#include "common/db/idempotency_keys.hpp"
#include "common/limits/repeats.hpp"
#include "common/runtime/erasure.hpp"
#include "common/runtime/fresh_copy.hpp"
#include "common/runtime/owned_data.hpp"
#include "payments/attempts/declines.hpp"
#include "payments/attempts/order_waiters.hpp"
#include "payments/attempts/payment.hpp"
#include "payments/attempts/steps.hpp"

namespace ticketing::payments::attempts {

struct PayRequest {
  std::string order_id;
  Payer payer;
  std::string source;  // card token
  std::optional<db::IdempotencyKey> idempotency_key;
};

struct PayAnswer {
  std::string payment_id;
  bool decided = false;  // the ticket is the buyer's; otherwise it is not known yet
  std::optional<std::string> client_secret;  // the card's owner has to confirm, with this
};

class Operations {
 public:
  Operations(runtime::Platform& platform, runtime::OwnedData& data,
             const db::IdempotencyKeys& idempotency_keys, Steps& steps, OrderWaiters& waiters,
             const DeclineLimits& limits);

  // Stores the attempt, has it authorised and waits a moment for the gateway and for orders to
  // decide. An attempt that waits for its card's owner is cancelled for the new one. Refuses with
  // `order_not_found`, `payment_in_progress`, `card_declined`, `gateway_unavailable` (nothing was
  // charged) and as check_payable() and check_declines() do.
  Task<Result<PayAnswer>> pay(PayRequest request);
  // How an attempt stands now; refuses as pay() does.
  Task<Result<PayAnswer>> answer_of(std::string payment_id);
  // Addresses of attempts that no limit counts any more.
  Task<> forget_addresses();

  // Follow an order; `retry_later` while the version before has not come. Of one that has ended
  // only the version, the status, the reason and the ticket are taken.
  Task<bus::Verdict> order_created(OrderCopy order);
  Task<bus::Verdict> order_ended(OrderCopy order);

  // Of deleted accounts: forgets their cards.
  runtime::Erasure& erasure() { return erasure_; }

 private:
  Task<bool> erase(std::string user_id);
  Task<Result<std::string>> start_attempt(const PayRequest& request, const OrderCopy& order);
  // Why an attempt was not stored.
  Task<Error> obstacle_of(const PayRequest& request);
  Task<MetLimits> find_met_limits(const Payer& payer);
  void audit_throttled(const Payer& payer, const std::string& order_id);
  Task<std::optional<OrderCopy>> find_order(const std::string& order_id);
  Task<PaymentAndOrder> find(const std::string& payment_id);
  Task<> await_decision(const std::string& order_id, const std::string& payment_id);

  runtime::Platform& platform_;
  runtime::OwnedData& data_;
  runtime::FreshCopies fresh_;
  const db::IdempotencyKeys& idempotency_keys_;
  Steps& steps_;
  OrderWaiters& waiters_;
  const DeclineLimits limits_;
  limits::Repeats throttled_{std::chrono::seconds{10}};  // for the audit log
  runtime::Erasure erasure_;
};

}  // namespace ticketing::payments::attempts
