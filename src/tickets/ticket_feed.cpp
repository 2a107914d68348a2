#include "tickets/ticket_feed.hpp"

#include "common/base/log.hpp"
#include "contracts/tickets_events.hpp"
#include "tickets/ticket_json.hpp"

namespace ticketing::tickets {
namespace {

// More changes than this between two rounds are left to the watchers' next look at the list.
constexpr std::size_t changed_max = 1'000;

}  // namespace

TicketFeed::TicketFeed(runtime::Platform& platform, Operations& operations)
    : operations_(operations),
      feed_(platform.executor, "ticket"),
      sending_(platform, "ticket feed", Milliseconds{60'000}) {}

void TicketFeed::observe(bus::EventBus& bus) {
  const auto note = [this](const std::string& id) {
    if (!feed_.is_watched(topic_) || changed_.size() >= changed_max) return;
    changed_.insert(id);
    sending_.wake();
  };
  bus.observe(std::string(contracts::TicketCreated::subject), [note](const bus::Event& event) {
    if (const auto ticket = contracts::decode<contracts::TicketCreated>(event.payload))
      note(ticket->id);
  });
  bus.observe(std::string(contracts::TicketUpdated::subject), [note](const bus::Event& event) {
    if (const auto ticket = contracts::decode<contracts::TicketUpdated>(event.payload))
      note(ticket->id);
  });
}

void TicketFeed::start() {
  sending_.start([this] { return send_changes(); });
}

Task<> TicketFeed::stop() { co_await sending_.stop(); }

Task<> TicketFeed::send_changes() {
  const std::set<std::string> ids = std::exchange(changed_, {});
  for (const std::string& id : ids) {
    const auto ticket = co_await operations_.show_ticket(id);
    if (ticket) feed_.publish(topic_, to_json(*ticket));
  }
}

}  // namespace ticketing::tickets
