// The bus port inside one process: hands an event to its listeners and answers once all of them are
// done with it, so the outbox row is marked after their commits. Stores nothing but dead letters.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "common/async/group.hpp"
#include "common/async/signal.hpp"
#include "common/async/timers.hpp"
#include "common/base/clock.hpp"
#include "common/base/error.hpp"
#include "common/base/random.hpp"
#include "common/bus/dead_letters.hpp"
#include "common/bus/delivery_policy.hpp"
#include "common/bus/event_bus.hpp"
#include "common/db/database.hpp"

namespace ticketing::bus {

// Injected faults, such as a real bus may have: for tests. Without `random` there are none.
struct LocalBusFaults {
  Random* random = nullptr;
  int duplicate_percent = 0;  // delivered once more after it was done
  Milliseconds delay_max{0};  // each delivery waits a random time up to this
  bool reorder = false;       // half of the deliveries are delayed behind others
};

class LocalBus final : public EventBus {
 public:
  // Handlers of one subscription that run at the same time; further deliveries wait in order.
  static constexpr std::size_t handlers_max = 256;

  // `dead_letters` has the table of dead_letters_migrations(). All references outlive the bus.
  LocalBus(const Executor& executor, const Clock& clock, Timers& timers, db::Database& dead_letters,
           LocalBusFaults faults = {}, DeliveryPolicy policy = {});
  ~LocalBus() override;

  void subscribe(Subscription subscription) override;
  void observe(std::string subject, std::function<void(const Event&)> observer) override;
  // The owners of listeners find out by positions() which of them are new. `has_older_events`:
  // events were published before this process, which a new listener has not got. Before start().
  void remember_listeners(bool has_older_events) { has_older_events_ = has_older_events; }
  void start() override;
  Task<> stop() override;
  // Resumes when every listener is done with the event or it is among the dead letters. Throws
  // Unavailable when the bus stops before that, or is not running. Keep `event` until it resumes.
  Task<> publish(const Event& event) override;
  Task<> forget_dead_letters(std::vector<std::string_view> subjects, std::string text) override;
  bool is_ready() const override { return running_; }

  std::vector<DeliveryCounts> counts() const override;
  // Without remember_listeners() there are none.
  std::vector<ConsumerPosition> positions() const override;
  // The oldest first. Throws Unavailable.
  Task<std::vector<DeadLetter>> list_dead_letters(std::int64_t limit);
  // Delivers a dead letter once more; when the listener is done with it, it is deleted. Refuses
  // with dead_letter_not_found or dead_letter_failed_again, its reason. Throws Unavailable.
  Task<Result<void>> replay_dead_letter(const std::string& consumer, const std::string& event_id);

 private:
  struct Subscriber;
  struct ParallelDeliveries;
  struct ActiveCall;

  Task<bool> deliver(Subscriber& subscriber, const Event& event);
  Task<> deliver_beside(Subscriber& subscriber, const Event& event, ParallelDeliveries& parallel);
  Task<std::optional<DeliveryEnd>> attempt(Subscriber& subscriber, const Event& event);
  Task<bool> give_up(Subscriber& subscriber, const Event& event, const std::string& reason);
  Task<> rest(Milliseconds length);
  Task<> inject_faults();
  bool is_duplicated();
  Subscriber* find(const std::string& consumer, const std::string& subject) const;

  Executor executor_;
  const Clock& clock_;
  Timers& timers_;
  db::Database& dead_letters_;
  LocalBusFaults faults_;
  const DeliveryPolicy policy_;
  const bool delays_;
  TaskGroup deliveries_;
  Signal call_ended_;
  std::size_t active_calls_ = 0;  // calls of publish and replay that have not ended
  std::vector<std::unique_ptr<Subscriber>> subscribers_;
  std::unordered_map<std::string, std::vector<Subscriber*>> by_subject_;
  std::unordered_map<std::string, std::vector<std::function<void(const Event&)>>> observers_;
  std::optional<bool> has_older_events_;
  Timestamp started_at_{};
  bool running_ = false;
  bool started_ = false;
};

}  // namespace ticketing::bus
