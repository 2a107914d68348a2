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
  Timestamp starts_at;
  std::optional<std::string> merged_into;
};
BOOST_DESCRIBE_STRUCT(ShowNews, (), (id, version, starts_at, merged_into))

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

// What people say of a show is read from its owner: watchers learn only that it is new or changed.
void TicketFeed::observe_shows(bus::EventBus& bus) {
  const auto send = [this](const ShowNews& show) {
    json::Writer writer;
    json::write(writer, show);
    feed_.publish(topic_, "show", writer.take());
  };
  bus.observe(std::string(contracts::ShowCreated::subject), [this, send](const bus::Event& event) {
    if (!feed_.is_watched(topic_)) return;
    if (const auto show = contracts::decode<contracts::ShowCreated>(event.payload))
      send(matching<ShowNews, &ShowNews::merged_into>(*show));
  });
  bus.observe(std::string(contracts::ShowUpdated::subject), [this, send](const bus::Event& event) {
    if (!feed_.is_watched(topic_)) return;
    if (const auto show = contracts::decode<contracts::ShowUpdated>(event.payload))
      send(matching<ShowNews>(*show));
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
