// Live changes of one order, for GET /api/orders/:id/stream.
#pragma once

#include <set>
#include <string>

#include "common/http/live_feed.hpp"
#include "common/runtime/periodic.hpp"
#include "orders/operations.hpp"

namespace ticketing::orders {

class OrderFeed {
 public:
  OrderFeed(runtime::Platform& platform, runtime::OwnedData& data);

  // Watches the bus for orders that changed, here or in another replica. Before the bus starts.
  void observe(bus::EventBus& bus);
  void start();
  Task<> stop();
  // Streams the order, beginning with its present state.
  http::Response open(const std::string& order_id, const http::Caller& caller);

 private:
  void note(const std::string& order_id);
  Task<> send_changes();
  // As JSON; empty when there is no such order.
  Task<std::string> read(std::string order_id);

  runtime::OwnedData& data_;
  http::LiveFeed feed_;
  std::set<std::string> changed_;  // ids of watched orders
  runtime::Periodic sending_;
};

}  // namespace ticketing::orders
