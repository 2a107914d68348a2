#include "tickets/ticket_feed.hpp"

#include "common/base/described.hpp"
#include "common/json/described.hpp"
#include "contracts/shows_events.hpp"
#include "contracts/tickets_events.hpp"
#include "tickets/ticket_json.hpp"

namespace ticketing::tickets {
namespace {

// More changes than this between two rounds are left to the watchers' next look at the list.
constexpr std::size_t changed_max = 1'000;

struct ShowNews {
  std::string id;
  std::int64_t version = 0;
  std::optional<std::string> merged_into;
};
BOOST_DESCRIBE_STRUCT(ShowNews, (), (id, version, merged_into))

}  // namespace

TicketFeed::TicketFeed(runtime::Platform& platform, Operations& operations)
    : operations_(operations),
      feed_(platform.executor, "ticket"),
      changed_(platform, "ticket feed") {}

void TicketFeed::observe(bus::EventBus& bus) {
  const auto note = [this](const std::string& id) {
    if (feed_.is_watched(topic_) && changed_.size() < changed_max) changed_.add(id);
  };
  bus.observe(std::string(contracts::TicketCreated::subject), [note](const bus::Event& event) {
    if (const auto ticket = contracts::decode<contracts::TicketCreated>(event.payload))
      note(ticket->id);
  });
  bus.observe(std::string(contracts::TicketUpdated::subject), [note](const bus::Event& event) {
    if (const auto ticket = contracts::decode<contracts::TicketUpdated>(event.payload))
      note(ticket->id);
  });
  observe_shows(bus);
}

// What people say of a show is read from its owner: watchers learn only that it changed.
void TicketFeed::observe_shows(bus::EventBus& bus) {
  bus.observe(std::string(contracts::ShowUpdated::subject), [this](const bus::Event& event) {
    if (!feed_.is_watched(topic_)) return;
    const auto show = contracts::decode<contracts::ShowUpdated>(event.payload);
    if (!show) return;
    json::Writer writer;
    json::write(writer, matching<ShowNews>(*show));
    feed_.publish(topic_, "show", writer.take());
  });
}

void TicketFeed::start() {
  changed_.start([this](std::string id) { return send(std::move(id)); });
}

Task<> TicketFeed::stop() { co_await changed_.stop(); }

Task<> TicketFeed::send(std::string id) {
  if (!feed_.is_watched(topic_)) co_return;
  const auto ticket = co_await operations_.show_ticket(id);
  if (ticket) feed_.publish(topic_, to_json(*ticket));
}

}  // namespace ticketing::tickets
