// The bus port: carries events from an outbox to every listener, at least once, in no
// particular order.
#pragma once

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "common/async/task.hpp"
#include "common/bus/event.hpp"

namespace ticketing::bus {

enum class Verdict {
  done,         // applied, or already known: never deliver again
  retry_later,  // its predecessor has not come yet: deliver again a little later
};

// An event that no retry can help. It becomes a dead letter at once.
class PermanentFailure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Called for many events at once; must tolerate duplicates and any order. An exception means
// "retry later", a PermanentFailure "never": delivery_policy.hpp defines how often and when.
using Handler = std::function<Task<Verdict>(const Event&)>;

struct Subscription {
  std::string consumer;  // durable name, unique in the system: "notes"
  std::string subject;
  Handler handler;
};

// What happened to one consumer's deliveries of one subject in this process since the start, and
// what is still to come.
struct DeliveryCounts {
  std::string consumer;
  std::string subject;
  std::uint64_t delivered = 0;     // done
  std::uint64_t retry_later = 0;   // waited for its predecessor
  std::uint64_t retried = 0;       // failed, and tried again
  std::uint64_t dead_letters = 0;  // given up
  // Events that no replica of the consumer has settled yet, as of the adapter's last look.
  std::uint64_t pending = 0;
};

// How far one consumer has come in the store of the bus, as of the adapter's last look. Positions
// are those of the store, which holds the messages of other subjects, too.
struct ConsumerPosition {
  std::string consumer;
  std::string subject;
  Timestamp store_created{};
  std::int64_t first = 0;         // the oldest message that the store holds
  std::int64_t last = 0;          // the newest
  std::int64_t acknowledged = 0;  // the consumer has settled all up to here
  std::int64_t pending = 0;       // what it has not settled
  bool is_new = false;            // it had settled nothing when this process began
  Timestamp looked_at{};
};

class EventBus {
 public:
  virtual ~EventBus() = default;

  // Before start() only.
  virtual void subscribe(Subscription subscription) = 0;
  // Calls `observer` for events of a subject that are published from now on by any process. Events
  // may be missed: for live views only. `observer` must not throw. Before start() only.
  virtual void observe(std::string subject, std::function<void(const Event&)> observer) = 0;
  // `callback` is called when the bus has lost the events that it stored before the given time (its
  // store was wiped or created again): their owner must publish them again. Also called once after
  // start() with the time when the store was created. Adapters that store nothing never call it.
  // Before start() only.
  virtual void on_store_lost(std::function<void(Timestamp before)> callback) {
    static_cast<void>(callback);
  }
  virtual void start() = 0;
  // Accepts no further events; resumes when the running handlers have ended.
  virtual Task<> stop() = 0;

  // Resumes when the bus is responsible for the event; throws when it may not be (the caller
  // publishes it again, with the same id).
  virtual Task<> publish(const Event& event) = 0;

  // Deletes the dead letters of these subjects that have the text in their payload. Adapters whose
  // store no service may change do nothing.
  virtual Task<> forget_dead_letters(std::vector<std::string_view> subjects, std::string text) {
    static_cast<void>(subjects);
    static_cast<void>(text);
    co_return;
  }

  virtual bool is_ready() const = 0;
  virtual std::vector<DeliveryCounts> counts() const { return {}; }
  // Of adapters whose store may drop events that a consumer has not got; none before the first
  // look.
  virtual std::vector<ConsumerPosition> positions() const { return {}; }
};

}  // namespace ticketing::bus
