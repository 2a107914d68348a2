#include "common/runtime/lost_events_watch.hpp"

#include "common/base/log.hpp"
#include "common/bus/republish_messages.hpp"
#include "common/runtime/bus_metrics.hpp"

namespace ticketing::runtime {
namespace {

constexpr Milliseconds look_interval{5'000};
// What is stored may be behind by this much: then a loss is told of a little more than was lost.
constexpr std::chrono::seconds store_interval{30};
// An event may have waited in its outbox, so it may be older than its time in the store.
constexpr std::chrono::hours outbox_wait_max{24};

}  // namespace

LostEventsWatch::LostEventsWatch(Platform& platform, std::string service, db::Database& database)
    : platform_(platform),
      service_(std::move(service)),
      database_(database),
      messages_(service_, platform.ids, platform.clock),
      looking_(platform, service_ + " lost events", look_interval) {}

void LostEventsWatch::start() {
  looking_.start([this] { return round(); });
}

Task<> LostEventsWatch::stop() { co_await looking_.stop(); }

Task<> LostEventsWatch::round() {
  const auto positions = platform_.bus.positions();
  if (positions.empty()) co_return;
  if (!is_loaded_) co_await load();
  for (const bus::ConsumerPosition& position : positions) {
    // A request that got lost is repeated by the listener that still misses its events.
    if (position.consumer != service_ || position.subject == bus::RepublishRequested::subject) {
      continue;
    }
    co_await look_at(position);
  }
}

Task<> LostEventsWatch::load() {
  const auto found = co_await database_.query(bus::all_received_events());
  for (const db::Row& row : found.rows) {
    const auto received = row.as<bus::ReceivedEvents>();
    known_[received.subject] = {.received = received, .stored_at = platform_.clock.now()};
  }
  is_loaded_ = true;
}

Task<> LostEventsWatch::look_at(bus::ConsumerPosition position) {
  const auto found = known_.find(position.subject);
  const auto known = found == known_.end() ? std::nullopt : std::optional(found->second.received);
  const auto now = bus::follow(known, position);
  // Asked first: a process that dies in between asks again.
  if (now.lost) co_await ask_owner(position, *now.lost, !known);
  if (known == now.received) co_return;
  const bool is_due = !known || now.lost || known->store_created != now.received.store_created ||
                      platform_.clock.now() >= found->second.stored_at + store_interval;
  if (found != known_.end()) found->second.received = now.received;
  if (is_due) co_await store(now.received);
}

Task<> LostEventsWatch::ask_owner(const bus::ConsumerPosition& position,
                                  const bus::LostEvents& lost, bool is_new) {
  std::optional<Timestamp> since;
  if (lost.since != Timestamp{}) since = lost.since - outbox_wait_max;
  if (is_new) {
    log::info("a listener is new; the owner of its events is asked to republish",
              {{"consumer", service_}, {"subject", position.subject}});
  } else {
    log::error("the bus dropped events before they were handled; their owner is asked to republish",
               {{"consumer", service_},
                {"subject", position.subject},
                {"since", since ? to_iso8601(*since) : "ever"}});
  }
  lost_events_counter(platform_.metrics, service_, position.subject).Increment();
  const bus::Event event =
      messages_.make(bus::RepublishRequested{.service = std::nullopt,
                                             .event_subject = position.subject,
                                             .since = since,
                                             .lost_before = lost.before,
                                             .requested_by = "listener " + service_});
  co_await platform_.bus.publish(event);
}

Task<> LostEventsWatch::store(bus::ReceivedEvents received) {
  db::Transaction transaction{.statements = {}, .batch_delay = db::background_batch_delay};
  transaction.statements.push_back(bus::store_received_events(received));
  co_await database_.commit(std::move(transaction));
  known_[received.subject] = {.received = received, .stored_at = platform_.clock.now()};
}

}  // namespace ticketing::runtime
