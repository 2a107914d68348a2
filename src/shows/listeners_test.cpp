// What events of tickets do to shows.
#include "shows/listeners.hpp"

#include <algorithm>
#include <map>
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
  Task<> follow(TicketCopy ticket) { co_await operations_.follow_ticket(std::move(ticket)); }

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

// Two replicas get the same event at the same moment.
TEST_F(TicketEventsTest, AreCountedOnceWhenDeliveriesRace) {
  TicketCopy ticket{.id = "a", .show_id = id_, .price = Money{2'000}};
  const auto deliver_twice = [&] {
    platform_.database().before_next_commit([&] { return follow(ticket); });
    run(operations_.follow_ticket(ticket));
  };
  list_ticket("b", id_, 3'000);
  deliver_twice();
  expect_counted(2, 2'000);
  ticket.version = 1;
  ticket.status = TicketStatus::sold;
  deliver_twice();
  expect_counted(1, 3'000);
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
  const std::vector<std::string> statuses{"available", "reserved", "sold", "withdrawn", "lapsed"};
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

// I20. Events in any order, some twice or published once more, while other deliveries are faster,
// tickets move and shows are merged: after each step the numbers are those of the copies.
class CountsOfShowsTest : public TicketEventsTest {
 protected:
  TicketCopy make_version() {
    const std::size_t ticket = pick(versions_.size());
    return {.id = shows_[0] + std::to_string(ticket),
            .version = ++versions_[ticket],
            .show_id = shows_[pick(shows_.size())],
            .price = Money{1 + static_cast<std::int64_t>(pick(5))},
            .status = pick(2) == 0 ? TicketStatus::available : TicketStatus(pick(5))};
  }
  // The next event of a ticket, or one of the last ten once more.
  TicketCopy next_event() {
    if (pick(3) != 0) events_.push_back(make_version());
    if (events_.empty()) events_.push_back(make_version());
    const std::size_t newest = std::min<std::size_t>(events_.size(), 10);
    return events_[events_.size() - 1 - pick(newest)];
  }
  Task<> deliver(TicketCopy event) {
    TicketCopy& copy = copies_.try_emplace(event.id, event).first->second;
    if (event.version > copy.version) copy = event;
    return follow(std::move(event));
  }
  Task<> merge_some() {
    const std::string from = shows_[pick(shows_.size())], into = shows_[pick(shows_.size())];
    const auto merged = co_await operations_.merge_shows({.id = from, .into_id = into});
    if (merged) merged_[from] = into;
  }
  Task<> do_something() { return pick(8) == 0 ? merge_some() : deliver(next_event()); }
  void step() {
    if (pick(20) == 0) return run(merge_some());
    const TicketCopy event = next_event();
    if (pick(3) == 0) {
      platform_.database().before_next_commit([this, event, is_same = pick(3) == 0] {
        return is_same ? deliver(event) : do_something();
      });
    }
    run(deliver(event));
    run(platform_.database().commit({}));  // where the event changed nothing
  }
  void expect_counts_of_copies() {
    std::map<std::string, std::vector<std::int64_t>> prices;
    for (const auto& [id, copy] : copies_) {
      const auto merged = merged_.find(copy.show_id);
      const std::string& show_id = merged == merged_.end() ? copy.show_id : merged->second;
      if (copy.status == TicketStatus::available) prices[show_id].push_back(copy.price.cents);
    }
    for (const std::string& id : shows_) {
      if (merged_.contains(id)) continue;
      const Show found = show(id);
      EXPECT_EQ(found.tickets_available, std::ssize(prices[id]));
      EXPECT_EQ(found.price_from.value_or(Money{0}).cents,
                prices[id].empty() ? 0 : std::ranges::min(prices[id]));
    }
  }
  std::size_t pick(std::size_t count) { return random_() % count; }

  std::mt19937 random_{11};
  std::vector<std::string> shows_;
  std::vector<std::int64_t> versions_;
  std::vector<TicketCopy> events_;
  std::map<std::string, TicketCopy> copies_;  // as shows has to know them
  std::map<std::string, std::string> merged_;
};

TEST_F(CountsOfShowsTest, AreThoseOfTheCopiesAfterEachStep) {
  for (int round = 0; round < 10 && !HasFailure(); ++round) {
    shows_.clear();
    for (int i = 0; i < 5; ++i) shows_.push_back(make_show(platform_.next_id()));
    versions_.assign(8, -1);
    events_.clear();
    copies_.clear();
    for (int i = 0; i < 100 && !HasFailure(); ++i) {
      step();
      expect_counts_of_copies();
    }
  }
}

}  // namespace
}  // namespace ticketing::shows
