// One step of one payment: makes one call to the gateway and stores the answer with its event.
// steps.hpp decides when a step is due.
#pragma once

#include <optional>
#include <string>

#include "common/bus/event.hpp"
#include "common/runtime/owned_data.hpp"
#include "payments/attempts/payment.hpp"
#include "payments/gateway.hpp"

namespace ticketing::payments::attempts {

class GatewayStep {
 public:
  GatewayStep(runtime::Platform& platform, runtime::OwnedData& data, PaymentGateway& gateway);

  // Takes the next step that the payment has, if any. `first_call`: this process has just made the
  // payment. As long as no replica has asked the gateway about it, a call that was not sent means
  // that nothing was charged.
  Task<> take(PaymentAndOrder found, bool first_call);
  // Stores the state of the gateway's own record, forward only. False: the gateway still holds an
  // amount for an attempt that is over, try again later.
  Task<bool> apply(Payment payment, Intent intent);
  // Ends an attempt whose card's owner has not confirmed; it is declined with `code`.
  Task<> cancel_unconfirmed(Payment payment, std::string code);

 private:
  Task<> authorize(Payment payment, bool first_call);
  Task<> apply_late(const Payment& payment, Intent intent);
  Task<> look_up(const Payment& payment);
  Task<> capture(const Payment& payment, const OrderCopy& order);
  Task<> release(const Payment& payment);
  Task<> settle_refused_release(const Payment& payment);
  Task<bool> release_stray_hold(const Payment& payment, const std::string& stripe_id);

  // These give false where the payment has changed meanwhile: nothing is stored then.
  Task<bool> save_authorized(const Payment& payment, const std::string& stripe_id);
  Task<bool> save_requires_action(const Payment& payment, const std::string& stripe_id,
                                  const std::string& client_secret);
  Task<bool> save_voided(const Payment& payment);
  Task<bool> save(const Payment& after, std::optional<bus::Event> event);

  Task<> save_declined(const Payment& payment, const std::string& code);
  Task<> save_postponed(const Payment& payment);

  runtime::Platform& platform_;
  runtime::OwnedData& data_;
  PaymentGateway& gateway_;
  prometheus::Counter& stray_charges_;
};

}  // namespace ticketing::payments::attempts
