#include "orders/order_feed.hpp"

#include "contracts/orders_events.hpp"
#include "orders/order_json.hpp"
#include "orders/store.hpp"

namespace ticketing::orders {

OrderFeed::OrderFeed(runtime::Platform& platform, runtime::OwnedData& data)
    : data_(data), feed_(platform.executor, "order"), changed_(platform, "order feed") {}

void OrderFeed::observe(bus::EventBus& bus) {
  bus.observe(std::string(contracts::OrderCancelled::subject), [this](const bus::Event& event) {
    if (const auto order = contracts::decode<contracts::OrderCancelled>(event.payload))
      note(order->id);
  });
  bus.observe(std::string(contracts::OrderCompleted::subject), [this](const bus::Event& event) {
    if (const auto order = contracts::decode<contracts::OrderCompleted>(event.payload))
      note(order->id);
  });
}

void OrderFeed::note(const std::string& order_id) {
  if (feed_.is_watched(order_id)) changed_.add(order_id);
}

void OrderFeed::start() {
  changed_.start([this](std::string id) { return send(std::move(id)); });
}

Task<> OrderFeed::stop() { co_await changed_.stop(); }

http::Response OrderFeed::open(const std::string& order_id, const http::Caller& caller) {
  return feed_.open(order_id, http::Audience::session_of(caller),
                    [this, order_id] { return read(order_id); });
}

Task<std::string> OrderFeed::read(std::string order_id) {
  const auto result = co_await data_.database().query(store::order_by_id(order_id));
  if (result.empty()) co_return "";
  co_return to_json(result.rows.front().as<Order>());
}

Task<> OrderFeed::send(std::string order_id) {
  if (!feed_.is_watched(order_id)) co_return;
  const std::string order = co_await read(order_id);
  if (!order.empty()) feed_.publish(order_id, order);
}

}  // namespace ticketing::orders
