// Stripe's webhooks at work: stored before they are answered, acted on afterwards, each as often as
// it takes.
#pragma once

#include <functional>
#include <string>

#include "common/runtime/owned_data.hpp"
#include "payments/operations.hpp"
#include "payments/refunds.hpp"
#include "payments/webhook.hpp"

namespace ticketing::payments {

class Webhooks {
 public:
  // `secret` empty: none is ever valid.
  Webhooks(runtime::Platform& platform, runtime::OwnedData& data, PaymentGateway& gateway,
           Operations& operations, Refunds& refunds, std::string secret);

  // Resumes when the event is stored. Refuses with `invalid_signature`, `invalid_event`.
  Task<Result<void>> receive(std::string signature, std::string body);
  void on_work(std::function<void()> wake) { wake_ = std::move(wake); }

  // Acts on what waits, a few events at a time.
  Task<> drive();

 private:
  Task<> act_on(WebhookEvent event);
  // Whether the event is done with.
  Task<bool> process(WebhookEvent event);
  Task<std::optional<Payment>> payment_of(const Intent& intent);
  Task<> note_dispute(const Payment& payment, const std::string& dispute_id);
  Task<> forget_old();

  runtime::Platform& platform_;
  runtime::OwnedData& data_;
  PaymentGateway& gateway_;
  Operations& operations_;
  Refunds& refunds_;
  const std::string secret_;
  std::function<void()> wake_;
  TaskGroup acting_;
  SteadyTime forget_at_;
  prometheus::Counter& received_;
  prometheus::Counter& refused_;
  prometheus::Counter& disputes_;
  prometheus::Gauge& unfinished_;
};

}  // namespace ticketing::payments
