// Live changes of tickets, for GET /api/tickets/stream.
#pragma once

#include <set>
#include <string>

#include "common/async/signal.hpp"
#include "common/http/live_feed.hpp"
#include "common/runtime/periodic.hpp"
#include "tickets/operations.hpp"

namespace ticketing::tickets {

class TicketFeed {
 public:
  TicketFeed(runtime::Platform& platform, Operations& operations);

  // Watches the bus for tickets that changed, here or in another replica. Before the bus starts.
  void observe(bus::EventBus& bus);
  void start();
  Task<> stop();
  http::Response open() { return feed_.open(topic_, http::Audience::all()); }

 private:
  Task<> send_changes();

  Operations& operations_;
  const std::string topic_ = "tickets";
  http::LiveFeed feed_;
  std::set<std::string> changed_;  // ids; several changes of one ticket become one message
  runtime::Periodic sending_;
};

}  // namespace ticketing::tickets
