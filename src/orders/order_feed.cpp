#include "orders/order_feed.hpp"

#include "contracts/orders_events.hpp"
#include "orders/order_json.hpp"
#include "orders/store.hpp"

namespace ticketing::orders {

OrderFeed::OrderFeed(runtime::Platform& platform, runtime::OwnedData& data)
    : data_(data),
      feed_(platform.executor, "order"),
      sending_(platform, "order feed", Milliseconds{60'000}) {}

void OrderFeed::observe(bus::EventBus& bus) {
  bus.observe(std::string(contracts::OrderCancelled::subject), [this](const bus::Event& event) {
    if (const auto order = contracts::decode_order_cancelled(event.payload)) note(order->id);
  });
  bus.observe(std::string(contracts::OrderCompleted::subject), [this](const bus::Event& event) {
    if (const auto order = contracts::decode_order_completed(event.payload)) note(order->id);
  });
}

void OrderFeed::note(const std::string& order_id) {
  if (!feed_.is_watched(order_id)) return;
  changed_.insert(order_id);
  sending_.wake();
}

void OrderFeed::start() {
  sending_.start([this] { return send_changes(); });
}

Task<> OrderFeed::stop() { co_await sending_.stop(); }

http::Response OrderFeed::open(const Order& order) { return feed_.open(order.id, to_json(order)); }

Task<> OrderFeed::send_changes() {
  const std::set<std::string> ids = std::exchange(changed_, {});
  for (const std::string& id : ids) {
    const auto result = co_await data_.database().query(store::order_by_id(id));
    if (!result.empty()) feed_.publish(id, to_json(store::decode_order(result.rows.front())));
  }
}

}  // namespace ticketing::orders
