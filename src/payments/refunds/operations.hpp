// The buyer's and the operator's side of refunds: requests one, gives its state and what can be
// refunded, and takes delivery's answer. steps.hpp carries refunds out.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "common/bus/event_bus.hpp"
#include "common/db/idempotency_keys.hpp"
#include "common/runtime/change.hpp"
#include "common/runtime/owned_data.hpp"
#include "payments/refunds/refund.hpp"
#include "payments/refunds/steps.hpp"

namespace ticketing::payments::refunds {

struct RefundRequest {
  std::string order_id;
  RefundTerms terms;
  std::optional<db::IdempotencyKey> idempotency_key;
};

class Operations {
 public:
  // `window`: how long after the capture a buyer may ask; zero: never.
  Operations(runtime::Platform& platform, runtime::OwnedData& data, Steps& steps,
             std::chrono::seconds window);

  // Stores the refund and asks delivery for the ticket, then has the gateway asked for the money;
  // one without an answer goes on in the background. Refuses with `order_not_found`,
  // `ticket_revealed`, `ticket_resold`, `refund_refused` (by the gateway) and as check_refund()
  // does. Throws Unavailable when the payment changes too often, or when its capture takes longer
  // than a moment.
  Task<Result<Refund>> refund(RefundRequest request);
  // How a refund stands now; refuses with `ticket_revealed`, `ticket_resold`, `refund_refused`.
  Task<Result<Refund>> answer_of(std::string refund_id);
  // What `user_id` may have back of an order. Refuses with `order_not_found`, `not_your_order`.
  Task<Result<Refundable>> refundable(std::string order_id, std::string user_id);

  // The seller has given nothing in time: what is left of the price goes back, once. What is
  // refused, or cannot be refunded yet, refund_overdue() asks for again after a pause, however
  // often this is told; of what it has given up, nothing is asked for.
  Task<bus::Verdict> ticket_overdue(std::string order_id);
  // Asks again for what is left of the overdue orders for thirty days, then leaves it to operators.
  Task<> refund_overdue();
  // Delivery has released the ticket for this refund: the gateway is asked for the money.
  Task<bus::Verdict> ticket_released(std::string refund_id);
  // Delivery has shown the ticket to its buyer: the refunds of the order that wait for an answer
  // are refused, but for those of operators who gave a reason.
  Task<bus::Verdict> ticket_revealed(std::string order_id, Timestamp revealed_at);
  // The buyer has listed the ticket again: the refund that asked for it is refused.
  Task<bus::Verdict> ticket_resold(std::string refund_id);

 private:
  // What a decision about a new refund is based on.
  struct Findings {
    Result<std::optional<Refund>> of_key;  // the refund that the key was used for
    std::optional<OrderCopy> order;
    Payment payment;  // of the order; one that has taken nothing when there is none
    std::optional<Refund> newest;
    RefundsBefore before;
  };

  Task<> refund_rest(const std::string& order_id);
  Task<> try_again(const OverdueOrder& order);
  Task<> write(const std::string& order_id, db::Statement statement);
  Task<Result<Refund>> store_refund(const RefundRequest& request);
  Task<Findings> read(const RefundRequest& request);
  Result<runtime::Decision<Refund>> decide(const RefundRequest& request,
                                           const Findings& findings) const;
  Task<Result<std::optional<Refund>>> refund_of_key(const db::IdempotencyKey& key);
  Task<Refund> find(const std::string& refund_id);
  Task<bool> is_revealed(const std::string& order_id);
  Task<> await_capture(const RefundRequest& request);
  Task<> await_answer(const std::string& refund_id, SteadyTime deadline);

  runtime::Platform& platform_;
  runtime::OwnedData& data_;
  Steps& steps_;
  const std::chrono::seconds window_;
  const db::IdempotencyKeys keys_;
  prometheus::Gauge& overdue_;
  prometheus::Counter& given_up_;
};

}  // namespace ticketing::payments::refunds
