// What can be done with refunds: ask for one, carry it out, take over those made in Stripe's
// dashboard.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <unordered_set>

#include "common/async/group.hpp"
#include "common/db/idempotency_keys.hpp"
#include "common/runtime/owned_data.hpp"
#include "payments/gateway.hpp"
#include "payments/refund.hpp"
#include "payments/store.hpp"

namespace ticketing::payments {

struct RefundRequest {
  std::string order_id;
  RefundWish wish;
  std::optional<db::IdempotencyKey> idempotency_key;
  std::string traceparent;
};

class Refunds {
 public:
  // `window`: how long after the capture a buyer may ask; zero: never.
  Refunds(runtime::Platform& platform, runtime::OwnedData& data, PaymentGateway& gateway,
          std::chrono::seconds window);

  // Stores the refund, then asks the gateway; one that is still pending goes on in the background.
  // Refuses with `order_not_found`, `refund_refused` (the gateway will not) and as check_refund()
  // does.
  Task<Result<Refund>> refund(RefundRequest request);
  // How a refund stands now; refuses with `refund_refused`.
  Task<Result<Refund>> answer_of(std::string refund_id);
  // What `user_id` may have back of an order. Refuses with `order_not_found`, `not_your_order`.
  Task<Result<Refundable>> refundable(std::string order_id, std::string user_id);
  // Stores every refund of the payment that the gateway knows and we do not. False: not known yet.
  Task<bool> take_over(Payment payment);

  const db::IdempotencyKeys& keys() const { return keys_; }

  // Asks the gateway again about what is pending; at most as many as fit.
  Task<> drive();
  Task<> stop();

 private:
  Task<Result<Refund>> begin(const RefundRequest& request);
  Task<Result<std::optional<Refund>>> refund_of_key(const db::IdempotencyKey& key);
  Task<bool> store_new(const Payment& payment, const Refund& refund,
                       const std::optional<db::IdempotencyKey>& key);
  Task<> step(std::string refund_id, std::string traceparent);
  Task<> succeed(Refund refund, std::string stripe_id, const std::string& traceparent);
  Task<> fail(Refund refund, std::string code);
  Task<std::optional<Refund>> find(const std::string& refund_id);
  Task<std::optional<store::PaymentAndOrder>> payment_of(const std::string& payment_id);

  runtime::Platform& platform_;
  runtime::OwnedData& data_;
  PaymentGateway& gateway_;
  const std::chrono::seconds window_;
  const db::IdempotencyKeys keys_;
  TaskGroup stepping_;
  std::unordered_set<std::string> in_step_;
  prometheus::Counter& refunded_;
  prometheus::Gauge& unfinished_;
};

}  // namespace ticketing::payments
