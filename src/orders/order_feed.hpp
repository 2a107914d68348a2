// Live changes of one order, for GET /api/orders/:id/stream.
#pragma once

#include <string>

#include "common/http/live_feed.hpp"
#include "common/runtime/changed_ids.hpp"
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
  Task<> send(std::string order_id);
  // As JSON; empty when there is no such order.
  Task<std::string> read(std::string order_id);

  runtime::OwnedData& data_;
  http::LiveFeed feed_;
  runtime::ChangedIds changed_;  // watched orders
};

}  // namespace ticketing::orders
