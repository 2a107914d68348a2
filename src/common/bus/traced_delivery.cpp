#include "common/bus/traced_delivery.hpp"

#include <chrono>

#include "common/base/clock.hpp"
#include "common/base/log.hpp"
#include "common/base/span.hpp"

namespace ticketing::bus {
namespace {

using Kind = DeliveryEnd::Kind;

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::done: return "done";
    case Kind::early: return "early";
    case Kind::failed: return "failed";
    case Kind::unavailable: return "unavailable";
    case Kind::permanent: return "permanent";
  }
  return "";
}

void log_delivery(const Subscription& subscription, const Event& event, const DeliveryEnd& end,
                  SteadyTime started) {
  const auto duration = SystemClock{}.steady_now() - started;
  log::debug(
      "event handled",
      {{"consumer", subscription.consumer},
       {"subject", event.subject},
       {"event", event.id},
       {"result", to_string(end.kind)},
       {"reason", end.reason},
       {"microseconds", std::chrono::duration_cast<std::chrono::microseconds>(duration).count()}});
}

// By the semantic conventions of OpenTelemetry for messaging.
void end_span(trace::Span& span, const Subscription& subscription, const Event& event,
              const DeliveryEnd& end) {
  trace::SpanRecord* const record = span.record();
  if (record == nullptr) return;
  record->name = "process " + event.subject;
  record->service = subscription.consumer;
  record->attributes = {{"messaging.operation.type", "process"},
                        {"messaging.destination.name", event.subject},
                        {"messaging.message.id", event.id},
                        {"messaging.consumer.group.name", subscription.consumer},
                        {"ticketing.request_id", std::string(event.context.request_id())},
                        {"ticketing.result", std::string(to_string(end.kind))}};
  if (end.kind != Kind::done && end.kind != Kind::early) record->error = end.reason;
  span.end();
}

}  // namespace

Task<DeliveryEnd> deliver_traced(const Subscription& subscription, const Event& event) {
  trace::Span span(trace::SpanKind::consumer, event.context);
  const trace::Scope scope(span.context());
  const bool is_logged = log::enabled(log::Level::debug);
  const SteadyTime started = is_logged ? SystemClock{}.steady_now() : SteadyTime{};
  DeliveryEnd end = co_await deliver_once(subscription.handler, event);
  if (is_logged) log_delivery(subscription, event, end, started);
  end_span(span, subscription, event, end);
  co_return end;
}

}  // namespace ticketing::bus
