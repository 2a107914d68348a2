// How often an event is delivered to a listener again, after which pauses, and when it becomes a
// dead letter: one policy for every adapter of the bus. No I/O besides the call of the handler.
#pragma once

#include <optional>
#include <string>

#include "common/base/backoff.hpp"
#include "common/bus/event_bus.hpp"

namespace ticketing::bus {

struct DeliveryPolicy {
  // The handler failed, which may be the event's fault.
  Backoff failed{.shortest = Milliseconds{50}, .longest = Milliseconds{5'000}};
  int failures_max = 10;  // after this many the event is a dead letter

  // Something that the handler needs is not available, which is no fault of the event: it is
  // delivered again without a limit.
  Backoff unavailable{.shortest = Milliseconds{50}, .longest = Milliseconds{5'000}};

  // The event came before its predecessor.
  Backoff early{.shortest = Milliseconds{5}, .longest = Milliseconds{1'000}};
  Milliseconds early_total = std::chrono::minutes{10};  // after this it is a dead letter

  // A dead letter that could not be stored: the pause before the next attempt to store it.
  Milliseconds not_stored{5'000};
};

// How one delivery ended.
struct DeliveryEnd {
  enum class Kind { done, early, failed, unavailable, permanent };
  Kind kind = Kind::done;
  std::string reason = {};  // of what the handler threw
};

// Calls the handler. Never throws.
Task<DeliveryEnd> deliver_once(const Handler& handler, const Event& event);

// What to do with an event that a listener is not done with.
struct NextDelivery {
  Milliseconds pause;                        // before the event is delivered again
  std::optional<std::string> given_up = {};  // why it is a dead letter instead
};

// How often one listener has tried one event. Each cause counts for itself: an outage uses up
// neither the failures nor the time that a predecessor may take, and lengthens no other pause.
class DeliveryHistory {
 public:
  // Not for a delivery that is done.
  NextDelivery next(const DeliveryPolicy& policy, const DeliveryEnd& end, SteadyTime now);

 private:
  int failures_ = 0;
  int outages_ = 0;
  int early_ = 0;
  std::optional<SteadyTime> first_early_ = {};
};

// Adds the delivery to `counts`; `next` is null when it is done. Dead letters are counted when they
// are stored.
void count(DeliveryCounts& counts, const DeliveryEnd& end, const NextDelivery* next);

}  // namespace ticketing::bus
