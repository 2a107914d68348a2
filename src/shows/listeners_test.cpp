// What events of tickets do to shows.
#include "shows/listeners.hpp"

#include <algorithm>
#include <random>

#include "shows/test_shows.hpp"

namespace ticketing::shows {
namespace {

class TicketEventsTest : public ShowsTest {
 protected:
  void expect_counted(std::int64_t available, std::optional<std::int64_t> cents) {
    EXPECT_EQ(show(id_).tickets_available, available);
    EXPECT_EQ(show(id_).price_from, cents ? std::optional(Money{*cents}) : std::nullopt);
  }
  const std::string id_ = make_show();
};

TEST_F(TicketEventsTest, CountWhatIsAvailableAndFindTheLowestPrice) {
  expect_counted(0, std::nullopt);
  list_ticket("a", id_, 3'000);
  list_ticket("b", id_, 2'000);
  expect_counted(2, 2'000);
  change_ticket("b", 1, id_, 2'000, "reserved");
  expect_counted(1, 3'000);
  EXPECT_FALSE(show(id_).has_sales);
  change_ticket("b", 2, id_, 2'500, "available");
  expect_counted(2, 2'500);
  change_ticket("b", 3, id_, 2'500, "withdrawn");
  change_ticket("a", 1, id_, 3'000, "sold");
  expect_counted(0, std::nullopt);
  EXPECT_TRUE(show(id_).has_sales);
  EXPECT_EQ(show(id_).version, 0) << "what its maker says did not change";
}

TEST_F(TicketEventsTest, MayComeTwiceAndInAnyOrder) {
  change_ticket("a", 2, id_, 2'000, "available");
  list_ticket("a", id_, 1'000);
  change_ticket("a", 1, id_, 1'000, "sold");  // a sale that was undone
  change_ticket("a", 2, id_, 2'000, "available");
  expect_counted(1, 2'000);
  EXPECT_TRUE(show(id_).has_sales);
}

TEST_F(TicketEventsTest, MayMoveATicketToAnotherShow) {
  const std::string other = make_show("Iron Maiden");
  list_ticket("a", id_, 2'000);
  change_ticket("a", 1, other, 2'000, "available");
  expect_counted(0, std::nullopt);
  EXPECT_EQ(show(other).tickets_available, 1);
}

TEST_F(TicketEventsTest, OfTicketsWithoutAShowOrOfAnUnknownOneChangeNothing) {
  platform_.publish_as("tickets", contracts::TicketCreated{.id = "a", .price = Money{1}});
  platform_.publish_as("tickets",
                       contracts::TicketUpdated{.id = "a", .version = 1, .price = Money{1}});
  list_ticket("b", "no such", 2'000);
  change_ticket("b", 1, "no such", 2'000, "sold");
  change_ticket("b", 1, "no such", 2'000, "sold");
  expect_counted(0, std::nullopt);
  EXPECT_TRUE(run(platform_.bus().list_dead_letters(10)).empty());
}

TEST_F(TicketEventsTest, OfAnOlderReleaseSayByTheOrderWhetherATicketIsAvailable) {
  contracts::TicketUpdated event{
      .id = "a", .version = 1, .price = Money{2'000}, .show_id = id_, .order_id = "order"};
  platform_.publish_as("tickets", event);
  expect_counted(0, std::nullopt);
  event.version = 2;
  event.order_id.reset();
  platform_.publish_as("tickets", event);
  expect_counted(1, 2'000);
}

// I20. Each ticket's events in random order, some twice: at rest the numbers are those of the last
// ones.
TEST_F(TicketEventsTest, GiveTheSameCountInEveryOrder) {
  std::mt19937 random(7);
  const std::vector<std::string> statuses{"available", "reserved", "sold", "withdrawn"};
  for (int round = 0; round < 50; ++round) {
    const std::string show_id = make_show("Show " + std::to_string(round));
    std::vector<std::function<void()>> deliveries;
    std::int64_t available = 0, cheapest = 0;
    for (int t = 0; t < 4; ++t) {
      const std::string id = show_id + std::to_string(t);
      const int versions = 1 + static_cast<int>(random() % 4);
      for (int version = 1; version <= versions; ++version) {
        const std::string status = statuses[random() % statuses.size()];
        const std::int64_t cents = 1 + static_cast<std::int64_t>(random() % 1'000);
        const auto deliver = [=, this] { change_ticket(id, version, show_id, cents, status); };
        deliveries.emplace_back(deliver);
        if (random() % 3 == 0) deliveries.emplace_back(deliver);
        if (version < versions || status != "available") continue;
        ++available;
        cheapest = cheapest == 0 ? cents : std::min(cheapest, cents);
      }
    }
    std::ranges::shuffle(deliveries, random);
    for (const auto& deliver : deliveries) deliver();
    EXPECT_EQ(show(show_id).tickets_available, available);
    EXPECT_EQ(show(show_id).price_from.value_or(Money{0}).cents, cheapest);
  }
}

}  // namespace
}  // namespace ticketing::shows
