// What a service publishes once more: a listener that gets nothing else has the same copies as one
// that received all, and one that received all changes nothing.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>

#include "fixtures/number_from.hpp"
#include "republish/shop.hpp"
#include "tickets/republished.hpp"

namespace ticketing::shows {
EmbeddedFiles embedded_files();
}

namespace ticketing::republish {
namespace {

using testing::IsEmpty;

#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr int scale = 10;  // a tenth of the work
#else
constexpr int scale = 1;
#endif

// Tickets that were listed, edited, ordered, bought, left to expire, refunded and withdrawn.
void lead_a_life(Shop& shop) {
  shop.make_ticket();
  shop.edit(shop.make_ticket());
  const std::string edited = shop.make_ticket();
  for (int i = 0; i < 3; ++i) shop.edit(edited);
  shop.withdraw(shop.make_ticket());
  const std::string expired = shop.make_ticket();
  shop.order(expired);
  shop.platform().pass(std::chrono::minutes{16});
  shop.pay(shop.order(expired));
  const std::string refunded = shop.order(shop.make_ticket());
  shop.pay(refunded);
  shop.settle();
  shop.refund(refunded, R"({"relist":true})");
  const std::string in_part = shop.order(shop.make_ticket());
  shop.pay(in_part);
  shop.settle();
  shop.refund(in_part, R"({"amount":"5.00"})");
  shop.refund(in_part, R"({"amount":"6.00"})");
  const std::string cancelled = shop.order(shop.make_ticket());
  shop.send("buyer", "DELETE", "/api/orders/" + cancelled);
  shop.order(shop.make_promised_ticket());
  const std::string with_code = shop.make_ticket();
  shop.give_code(with_code);
  const std::string shown = shop.order(with_code);
  shop.pay(shown);
  shop.settle();
  shop.reveal(shown);
  const std::string show = shop.make_show("Opera");
  shop.pay(shop.order(shop.make_ticket_for(show)));
  shop.make_ticket_for(show);
  shop.postpone(shop.make_show("Circus"), "Circus");
  shop.settle();
}

std::vector<std::string> subjects_of(const std::vector<bus::Event>& events) {
  std::vector<std::string> subjects;
  for (const bus::Event& event : events) subjects.push_back(event.subject);
  return subjects;
}

TEST(Republished, EntitiesGiveANewListenerTheCopiesOfOneThatReceivedAll) {
  Shop shop;
  lead_a_life(shop);
  auto copies = shop.republish();
  const auto expected = shop.replicas();
  ASSERT_EQ(expected.at("copies of tickets").size(), 12u);
  ASSERT_EQ(expected.at("copies of orders").size(), 8u);
  ASSERT_EQ(expected.at("assigned tickets").size(), 3u);
  ASSERT_EQ(expected.at("reveals").size(), 1u);
  ASSERT_EQ(expected.at("copies of shows").size(), 2u);
  ASSERT_EQ(expected.at("tickets of shows").size(), 2u);
  ASSERT_EQ(expected.at("mailed sales").size(), 8u);

  Shop in_order;
  in_order.deliver(copies);
  EXPECT_EQ(in_order.replicas(), expected);

  Shop in_disorder;
  std::ranges::reverse(copies);
  const auto twice = copies;
  copies.insert(copies.end(), twice.begin(), twice.end());
  in_disorder.deliver(copies);
  EXPECT_EQ(in_disorder.replicas(), expected);
}

TEST(Republished, EntitiesChangeNothingWhereTheyAreKnown) {
  Shop shop;
  lead_a_life(shop);
  const auto before = shop.all_state();
  const auto copies = shop.republish();
  EXPECT_GT(copies.size(), 20u);
  // No listener answered: every event that was published meanwhile is a copy.
  EXPECT_TRUE(std::ranges::all_of(copies, &bus::Event::is_copy));
  EXPECT_EQ(shop.all_state(), before);
  const auto again = shop.republish();
  EXPECT_EQ(subjects_of(again), subjects_of(copies));
  EXPECT_EQ(shop.all_state(), before);
}

// What it has lost it gets; what it missed alone is a gap in the versions.
TEST(Republished, EntitiesCureAListenerThatLostEvents) {
  static const db::Sql set_back{
      "test_set_back", "UPDATE tickets SET version = 0, title = 'Row 1' WHERE version > 0"};
  static const db::Sql lose_tickets{"test_lose_tickets", "DELETE FROM tickets WHERE version = 0"};
  static const db::Sql lose_orders{"test_lose_orders", "DELETE FROM orders WHERE version = 2"};
  static const db::Sql lose_times{"test_lose_times", "DELETE FROM expirations WHERE version = 1"};
  Shop shop;
  lead_a_life(shop);
  const auto expected = shop.replicas();
  shop.write("orders", lose_tickets());
  shop.write("orders", set_back());
  shop.write("payments", lose_orders());
  shop.write("expiration", lose_times());
  ASSERT_NE(shop.replicas(), expected);
  shop.republish();
  EXPECT_EQ(shop.replicas(), expected);
}

TEST(Republished, EntitiesAreThoseThatChangedSinceATime) {
  Shop shop;
  shop.make_ticket();
  const std::string edited = shop.make_ticket();
  shop.platform().pass(std::chrono::hours{1});
  const Timestamp since = shop.platform().now();
  shop.edit(edited);
  const std::string made = shop.make_ticket();
  shop.settle();
  const auto copies = shop.republish(since);
  ASSERT_EQ(subjects_of(copies), (std::vector<std::string>{"ticket.updated", "ticket.created"}));
  EXPECT_THAT(copies[0].payload, testing::HasSubstr(edited));
  EXPECT_THAT(copies[1].payload, testing::HasSubstr(made));
}

// Orders, expiration and delivery had no copies of shows before; a migration of shows brings them.
TEST(Republished, ShowsComeToTheServicesThatKeepThemSinceAnUpgrade) {
  static const db::Sql forget_shows{"test_forget_shows", "DELETE FROM shows"};
  static const db::Sql forget_beginnings{"test_forget_beginnings",
                                         "DELETE FROM expirations WHERE kind = 'show'"};
  const auto schema = shows::embedded_files();
  const auto migration =
      std::ranges::find(schema, "004_publish_for_new_copies", &EmbeddedFile::name);
  ASSERT_NE(migration, schema.end());
  const db::Sql upgrade{"test_upgrade_shows", std::string(migration->content)};
  Shop shop;
  lead_a_life(shop);
  shop.republish("shows");
  const auto expected = shop.replicas();
  ASSERT_EQ(expected.at("shows of orders").size(), 2u);
  shop.write("orders", forget_shows());
  shop.write("expiration", forget_beginnings());
  shop.forget_ends_of_shows();
  ASSERT_NE(shop.replicas(), expected);
  shop.write("shows", upgrade());
  shop.settle();
  EXPECT_EQ(shop.replicas(), expected);
}

// The events are the original ones as far as the tables know them.
TEST(Republished, EventsTellWhatTheFirstOnesToldAndWhichTheyWere) {
  Shop shop;
  lead_a_life(shop);
  std::map<std::string, bus::Event> originals;
  for (const bus::Event& event : shop.platform().events()) originals[event.id] = event;
  int known = 0;
  for (const bus::Event& copy : shop.republish()) {
    const auto found = originals.find(copy.original);
    EXPECT_NE(copy.id, copy.original);
    if (found == originals.end()) continue;
    ++known;
    EXPECT_EQ(copy.subject, found->second.subject);
    EXPECT_EQ(copy.time, found->second.time) << copy.subject;
    if (copy.subject != "order.withdrawal_decided") {
      EXPECT_EQ(copy.payload, found->second.payload);
    }
  }
  EXPECT_GE(known, 9 + 6);
}

const db::Sql many_tickets{
    "test_many_tickets",
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1) "
    "INSERT INTO tickets (id, version, last_event_id, title, price_cents, user_id, status, "
    "created_at) SELECT printf('017f22e2-79b0-7cc3-98c4-%012d', i), i % 8, "
    "printf('017f22e2-79b1-7cc3-98c4-%012d', i), 'Row ' || i, 2000, 'seller', 'available', 0 "
    "FROM n"};

// Fails for ever after some commits: a process that was killed amid its work.
class DyingDatabase final : public db::Database {
 public:
  DyingDatabase(db::Database& database, int commits) : database_(database), commits_(commits) {}
  Task<std::vector<db::StatementResult>> commit(db::Transaction transaction) override {
    if (commits_ == 0) throw Unavailable("killed");
    --commits_;
    co_return co_await database_.commit(std::move(transaction));
  }
  Task<db::StatementResult> query(db::Statement statement) override {
    co_return co_await database_.query(std::move(statement));
  }
  Task<bool> is_ready() override { co_return true; }
  int commits_left() const { return commits_; }

 private:
  db::Database& database_;
  int commits_;
};

class Replicas : public testing::Test {
 protected:
  // Another replica of tickets on the same database.
  struct Replica {
    Replica(Shop& shop, int commits)
        : database(shop.database("tickets"), commits),
          relay(shop.platform().get().executor, shop.platform().get().clock,
                shop.database("tickets"), shop.platform().bus(), outbox),
          republisher(shop.platform().get(), "tickets", database, relay, tickets::republished()) {}
    bus::Outbox outbox{"tickets", "tickets"};
    DyingDatabase database;
    bus::OutboxRelay relay;
    runtime::Republisher republisher;
  };
  static constexpr int for_ever = 1'000'000;

  void request() {
    run_ = shop_.platform()
               .run(shop_.republisher("tickets").request({.service = "tickets",
                                                          .event_subject = std::nullopt,
                                                          .since = std::nullopt,
                                                          .lost_before = std::nullopt,
                                                          .requested_by = "test"}))
               .id;
  }
  bool is_done() { return shop_.find("tickets", run_).status == bus::RepublicationStatus::done; }
  void end(Replica& replica) { shop_.platform().run(replica.republisher.stop()); }
  void expect_each_ticket_once(int tickets) {
    shop_.settle();
    EXPECT_EQ(shop_.platform().events().size(), static_cast<std::size_t>(tickets));
    EXPECT_EQ(shop_.find("tickets", run_).events, tickets);
    EXPECT_EQ(shop_.lines("orders", ticket_copies).size(), static_cast<std::size_t>(tickets));
  }

  Shop shop_;
  std::string run_;
};

TEST_F(Replicas, ShareOneRunAtATime) {
  shop_.write("tickets", many_tickets(2'000));
  Replica other(shop_, for_ever), third(shop_, for_ever);
  other.republisher.start();
  third.republisher.start();
  request();
  EXPECT_TRUE(shop_.platform().run_until([&] { return is_done(); }));
  end(other);
  end(third);
  expect_each_ticket_once(2'000);
}

TEST_F(Replicas, GoOnWithTheRunOfOneThatWasKilledWhereItWas) {
  shop_.write("tickets", many_tickets(2'000));
  Replica killed(shop_, 9);
  shop_.platform().run(shop_.republisher("tickets").stop());
  killed.republisher.start();
  request();
  shop_.platform().run_until([&] { return killed.database.commits_left() == 0; });
  shop_.platform().pass(std::chrono::seconds{1});
  const auto half = shop_.find("tickets", run_);
  EXPECT_EQ(half.status, bus::RepublicationStatus::running);
  EXPECT_EQ(half.events, 800);
  end(killed);
  Replica other(shop_, for_ever);
  other.republisher.start();
  EXPECT_TRUE(shop_.platform().run_until([&] { return is_done(); }, std::chrono::minutes{1}));
  end(other);
  expect_each_ticket_once(2'000);
}

TEST_F(Replicas, ThatStopInOrderLeaveTheRunToTheNextAtOnce) {
  shop_.write("tickets", many_tickets(2'000));
  Replica first(shop_, for_ever), second(shop_, for_ever);
  shop_.platform().run(shop_.republisher("tickets").stop());
  first.republisher.start();
  request();
  shop_.platform().run_until([&] { return shop_.find("tickets", run_).events >= 300; });
  end(first);
  EXPECT_FALSE(is_done());
  second.republisher.start();
  EXPECT_TRUE(shop_.platform().run_until([&] { return is_done(); }, std::chrono::seconds{1}));
  end(second);
  expect_each_ticket_once(2'000);
}

TEST(Republished, RequestsOfListenersThatLostEventsTogetherLeadToOneRun) {
  Shop shop;
  shop.make_ticket();
  auto& tickets = shop.republisher("tickets");
  const auto ask = [&](Timestamp lost_before) {
    return shop.platform().run(tickets.request({.service = std::nullopt,
                                                .event_subject = "ticket.created",
                                                .since = Timestamp{},
                                                .lost_before = lost_before,
                                                .requested_by = "listener"}));
  };
  const Timestamp lost_before = shop.platform().now();
  const auto first = ask(lost_before);
  shop.platform().pass(std::chrono::seconds{5});
  EXPECT_EQ(ask(shop.platform().now()).id, first.id) << "it waits for the others";
  shop.platform().pass(std::chrono::seconds{15});
  EXPECT_EQ(shop.find("tickets", first.id).status, bus::RepublicationStatus::done);
  EXPECT_EQ(ask(lost_before).id, first.id) << "this run began later than the events were lost";
  const auto next = ask(shop.platform().now());
  EXPECT_NE(next.id, first.id);
  shop.platform().pass(std::chrono::minutes{4});
  EXPECT_EQ(shop.find("tickets", next.id).status, bus::RepublicationStatus::waiting);
  shop.platform().pass(std::chrono::minutes{2});
  EXPECT_EQ(shop.find("tickets", next.id).status, bus::RepublicationStatus::done);
}

// Neither the outbox nor the process holds more of them than a bound, and the shop goes on.
// TICKETING_OLD_TICKETS says how many.
TEST(Republished, ManyOldTicketsReachANewListenerAFewAtATime) {
  const int count =
      static_cast<int>(fixtures::number_from("TICKETING_OLD_TICKETS", 20'000 / scale));
  Shop shop(Shop::Recording::off);
  shop.write("tickets", many_tickets(count));
  ASSERT_THAT(shop.lines("orders", ticket_copies), IsEmpty());
  const auto began = std::chrono::steady_clock::now();
  const auto run =
      shop.platform().run(shop.republisher("tickets").request({.service = "tickets",
                                                               .event_subject = std::nullopt,
                                                               .since = std::nullopt,
                                                               .lost_before = std::nullopt,
                                                               .requested_by = "test"}));
  for (int i = 0; i < 3; ++i) shop.pay(shop.order(shop.make_ticket()));
  shop.platform().run_until(
      [&] { return shop.find("tickets", run.id).status == bus::RepublicationStatus::done; });
  shop.settle();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  fmt::print("{} tickets in {:.1f} s\n", count, took.count());
  EXPECT_EQ(shop.lines("orders", ticket_copies).size(), static_cast<std::size_t>(count + 3));
  EXPECT_LE(shop.longest_backlog(),
            runtime::Republisher::backlog_max + runtime::Republisher::page_rows);
}

}  // namespace
}  // namespace ticketing::republish
