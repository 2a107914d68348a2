#include "tickets/ticket_feed.hpp"

#include <vector>

#include "common/base/exceptions.hpp"
#include "fixtures/test_stream.hpp"
#include "tickets/test_tickets.hpp"

namespace ticketing::tickets {
namespace {

class TicketFeedTest : public fixtures::ServiceTest {
 public:
  ~TicketFeedTest() override {
    run(platform_.bus().stop());
    run(feed_.stop());
    run(data_.stop());
  }

 protected:
  TicketFeedTest() {
    feed_.observe(platform_.bus());
    platform_.bus().start();
    feed_.start();
    data_.start();
  }

  std::string make_ticket() {
    const auto ticket =
        run(operations_.create_ticket({.details = {.title = "Row 7", .price = Money{2'000}},
                                       .user_id = "seller",
                                       .idempotency_key = std::nullopt}));
    return ticket.value()->id;
  }
  Task<> publish_changes(std::vector<std::string> ids) {
    for (const std::string& id : ids) {
      contracts::TicketUpdated change;
      change.id = id;
      change.title = "Row 7";
      change.price = Money{2'000};
      const bus::Event event = platform_.event_from("tickets", change);
      co_await platform_.bus().publish(event);
    }
  }

  runtime::OwnedData data_{
      platform_.get(), "tickets", embedded_files(), "tickets", {db::idempotency_migration()},
      republished()};
  runtime::IdempotentRequests idempotency_{platform_.get(), data_.database(), "tickets"};
  Operations operations_{platform_.get(), data_, idempotency_.keys()};
  TicketFeed feed_{platform_.get(), operations_};
};

constexpr std::chrono::seconds heartbeat{15};

TEST_F(TicketFeedTest, SendsEachChangeThoughReadingOneFails) {
  std::vector<std::string> ids;
  for (int i = 0; i < 3; ++i) ids.push_back(make_ticket());
  platform_.pass(std::chrono::seconds{1});
  fixtures::TestStream stream(platform_.get().executor, feed_.open());
  platform_.pass(Milliseconds{1});
  // The second and the third change while the first is read, so that they are read together.
  platform_.database().before_next_query(
      "ticket_by_id", [this, &ids] { return publish_changes({ids[1], ids[2]}); });
  platform_.database().before_next_query("ticket_by_id", []() -> Task<> {
    throw Unavailable("the database is away");
    co_return;
  });
  run(publish_changes({ids[0]}));
  platform_.pass(std::chrono::seconds{2});
  for (const std::string& id : ids) EXPECT_EQ(stream.count(id), 1) << stream.text();
  stream.end();
  platform_.pass(heartbeat);
}

TEST_F(TicketFeedTest, SaysThatAShowIsNewAndWhenItBegins) {
  fixtures::TestStream stream(platform_.get().executor, feed_.open());
  platform_.pass(Milliseconds{1});
  contracts::ShowCreated show;
  show.id = "new";
  show.status = "scheduled";
  show.starts_at = from_millis(1'765'564'200'000);
  platform_.publish_as("shows", show);
  platform_.pass(Milliseconds{1});
  EXPECT_EQ(stream.count("event: show\ndata: {\"id\":\"new\",\"version\":0,"
                         "\"startsAt\":\"2025-12-12T18:30:00.000Z\"}\n"),
            1)
      << stream.text();
  stream.end();
  platform_.pass(heartbeat);
}

TEST_F(TicketFeedTest, SaysWhichShowStandsForAMergedOne) {
  fixtures::TestStream stream(platform_.get().executor, feed_.open());
  platform_.pass(Milliseconds{1});
  contracts::ShowUpdated show;
  show.id = "once";
  show.version = 3;
  show.status = "scheduled";
  platform_.publish_as("shows", show);
  show.merged_into = "standing";
  ++show.version;
  platform_.publish_as("shows", show);
  platform_.pass(Milliseconds{1});
  EXPECT_EQ(stream.count("mergedInto"), 1);
  EXPECT_EQ(
      stream.count(R"("version":4,"startsAt":"1970-01-01T00:00:00.000Z","mergedInto":"standing"})"),
      1)
      << stream.text();
  stream.end();
  platform_.pass(heartbeat);
}

}  // namespace
}  // namespace ticketing::tickets
