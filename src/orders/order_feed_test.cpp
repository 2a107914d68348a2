#include "orders/order_feed.hpp"

#include <memory>
#include <vector>

#include "common/base/exceptions.hpp"
#include "fixtures/test_stream.hpp"
#include "orders/test_orders.hpp"

namespace ticketing::orders {
namespace {

class OrderFeedTest : public fixtures::ServiceTest {
 public:
  ~OrderFeedTest() override {
    run(platform_.bus().stop());
    run(feed_.stop());
  }

 protected:
  OrderFeedTest() {
    feed_.observe(platform_.bus());
    platform_.bus().start();
    feed_.start();
  }

  std::string make_order() {
    const std::string id = platform_.next_id();
    run(platform_.database().write(test_rival_order(id, "buyer of " + id, "ticket of " + id, 0)));
    return id;
  }
  Task<> publish_changes(std::vector<std::string> ids) {
    for (const std::string& id : ids) {
      contracts::OrderCancelled change;
      change.id = id;
      const bus::Event event = platform_.event_from("orders", change);
      co_await platform_.bus().publish(event);
    }
  }
  runtime::OwnedData data_{
      platform_.get(), "orders", embedded_files(), "orders", {db::idempotency_migration()},
      republished()};
  OrderFeed feed_{platform_.get(), data_};
};

constexpr std::chrono::seconds heartbeat{15};

TEST_F(OrderFeedTest, SendsEachChangeThoughReadingOneFails) {
  std::vector<std::string> ids;
  for (int i = 0; i < 3; ++i) ids.push_back(make_order());
  std::vector<std::unique_ptr<fixtures::TestStream>> streams;
  for (const std::string& id : ids)
    streams.push_back(std::make_unique<fixtures::TestStream>(
        platform_.get().executor, feed_.open(id, {.session_ends_at = platform_.now()})));
  platform_.pass(Milliseconds{1});
  for (const auto& stream : streams) ASSERT_EQ(stream->count("event: order"), 1) << stream->text();
  // The second and the third change while the first is read, so that they are read together.
  platform_.database().before_next_query(
      "order_by_id", [this, &ids] { return publish_changes({ids[1], ids[2]}); });
  platform_.database().before_next_query("order_by_id", []() -> Task<> {
    throw Unavailable("the database is away");
    co_return;
  });
  run(publish_changes({ids[0]}));
  platform_.pass(std::chrono::seconds{2});
  for (const auto& stream : streams) EXPECT_EQ(stream->count("event: order"), 2) << stream->text();
  for (const auto& stream : streams) stream->end();
  platform_.pass(heartbeat);
}

}  // namespace
}  // namespace ticketing::orders
