// Stripe's webhooks: an event is stored before it is answered, and handled afterwards, with
// retries, by one replica at a time. Its content is not trusted: the PaymentIntent is fetched.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "common/async/group.hpp"
#include "common/runtime/owned_data.hpp"
#include "payments/attempts/steps.hpp"
#include "payments/gateway.hpp"
#include "payments/refunds/steps.hpp"
#include "payments/webhooks/webhook.hpp"

namespace ticketing::payments::webhooks {

class Operations {
 public:
  // `secret` empty: every webhook is refused.
  Operations(runtime::Platform& platform, runtime::OwnedData& data, PaymentGateway& gateway,
             attempts::Steps& attempts, refunds::Steps& refunds, std::string secret);

  // Resumes when the event is stored. Refuses with `invalid_signature`, `invalid_event`.
  Task<Result<void>> receive(std::string signature, std::string body);
  // `wake` is called when there is something for process_due() before its interval is over.
  void on_work(std::function<void()> wake) { wake_ = std::move(wake); }

  // Handles the events that are due, a few at a time.
  Task<> process_due();

 private:
  Task<> handle_webhook(WebhookEvent event);
  // Whether the statement affected a row.
  Task<bool> write(const WebhookEvent& event, db::Statement statement);
  Task<bool> try_to_apply(const WebhookEvent& event);
  // Whether the event needs no further attempt.
  Task<bool> apply(WebhookEvent event);
  Task<std::optional<attempts::PaymentAndOrder>> payment_of(const Intent& intent);
  Task<> record_dispute(attempts::PaymentAndOrder disputed, std::string dispute_id);
  Task<> delete_old();
  void wake();

  runtime::Platform& platform_;
  runtime::OwnedData& data_;
  PaymentGateway& gateway_;
  attempts::Steps& attempts_;
  refunds::Steps& refunds_;
  const std::string secret_;
  std::function<void()> wake_;
  TaskGroup handling_;
  SteadyTime delete_at_;
  prometheus::Counter& accepted_;
  prometheus::Counter& refused_;
  prometheus::Counter& disputes_;
  prometheus::Gauge& unfinished_;
};

}  // namespace ticketing::payments::webhooks
