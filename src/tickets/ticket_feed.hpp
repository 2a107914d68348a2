// Live changes of tickets and of their shows, for GET /api/tickets/stream.
#pragma once

#include <string>

#include "common/http/live_feed.hpp"
#include "common/runtime/changed_ids.hpp"
#include "tickets/operations.hpp"

namespace ticketing::tickets {

class TicketFeed {
 public:
  TicketFeed(runtime::Platform& platform, Operations& operations);

  // Watches the bus for tickets and shows that changed, here or in another replica. Before the bus
  // starts.
  void observe(bus::EventBus& bus);
  void start();
  Task<> stop();
  http::Response open() { return feed_.open(topic_, http::Audience::all()); }

 private:
  void observe_shows(bus::EventBus& bus);
  Task<> send(std::string id);

  Operations& operations_;
  const std::string topic_ = "tickets";
  http::LiveFeed feed_;
  runtime::ChangedIds changed_;
};

}  // namespace ticketing::tickets
