// What a refund waits for: asks delivery once more for the tickets of those that it has not
// answered, asks the gateway for those that are pending, one at a time for each refund, and stores
// those that were made at the gateway itself.
#pragma once

#include <optional>
#include <string>

#include "common/async/group.hpp"
#include "common/runtime/owned_data.hpp"
#include "payments/gateway.hpp"
#include "payments/in_progress.hpp"
#include "payments/refunds/refund.hpp"

namespace ticketing::payments::refunds {

class Steps {
 public:
  Steps(runtime::Platform& platform, runtime::OwnedData& data, PaymentGateway& gateway);

  // Asks the gateway for a pending refund, in the background.
  void begin(std::string refund_id);
  // Ends a refund that is `before`: it is refused with `code`, and its amount can be refunded
  // again.
  Task<> fail(Refund refund, RefundStatus before, std::string code);
  // Stores every refund of the payment that was made at the gateway, in Stripe's dashboard for
  // example. False: the gateway did not answer, the payment changed, or a refund of ours goes on;
  // try again later.
  Task<bool> store_gateway_refunds(Payment payment);

  // Asks delivery or the gateway again about unfinished refunds; at most as many as fit.
  Task<> process_due();
  Task<> stop();

 private:
  // What a change of a refund is decided by.
  struct RefundAndPayment {
    Refund refund;
    Payment payment;
    bool relist_asked = false;  // by a refund that was carried out before
  };

  Task<> step(std::string refund_id);
  Task<> ask_delivery(Refund refund);
  Task<> ask_gateway(const Refund& refund);
  Task<> complete(Refund refund, std::string stripe_id);
  Task<> postpone(Refund refund);
  Task<std::optional<Refund>> find(const std::string& refund_id);
  Task<attempts::PaymentAndOrder> payment_of(const std::string& payment_id);
  // Of ours, a refund at the gateway needs no storing, and as long as it goes on it may still end
  // as refused. Then it counts as none of ours: the money has gone back nevertheless.
  enum class Ours { none, goes_on, is_settled };
  Task<Ours> ours_of(std::string refund_id);
  Task<bool> store_gateway_refund(const std::string& payment_id, const GatewayRefund& made);
  Task<RefundAndPayment> find_with_payment(std::string refund_id);

  runtime::Platform& platform_;
  runtime::OwnedData& data_;
  PaymentGateway& gateway_;
  TaskGroup running_;
  InProgress in_progress_;  // refunds
  prometheus::Counter& refunded_;
  prometheus::Gauge& asked_;
  prometheus::Gauge& unfinished_;
};

}  // namespace ticketing::payments::refunds
