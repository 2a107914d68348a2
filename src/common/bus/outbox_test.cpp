#include "common/bus/outbox.hpp"

#include <gtest/gtest.h>

#include "common/base/id.hpp"
#include "common/bus/event_source.hpp"
#include "common/db/sqlite/sqlite_database.hpp"
#include "fixtures/run_task.hpp"
#include "fixtures/test_time.hpp"

namespace ticketing::bus {
namespace {

class OutboxTest : public testing::Test {
 protected:
  OutboxTest()
      : database_(db::open_sqlite(io_.get_executor(), {.path = folder_.file("things.db")},
                                  migrations())) {}

  static db::Migrations migrations() {
    db::Migrations all = outbox_migrations();
    all.push_back(
        {.name = "001_things",
         .sql = "CREATE TABLE things (id text PRIMARY KEY, last_event_id text NOT NULL)"});
    return all;
  }

  std::vector<db::StatementResult> commit(std::vector<db::Statement> statements) {
    return run_task(io_,
                    database_->commit({.contends_for = "", .statements = std::move(statements)}));
  }
  db::StatementResult query(db::Statement statement) {
    return run_task(io_, database_->query(std::move(statement)));
  }
  Event event() {
    return {.id = ids_.next(),
            .subject = "thing.created",
            .source = "things",
            .payload = R"({"id":"t1"})",
            .context = trace::read_context(
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "request-0001"),
            .time = time_.now()};
  }
  // Adds an event whose change happened, and returns its id.
  std::string enqueue() {
    const Event told = event();
    const std::string thing = ids_.next();
    commit({insert_thing_(thing, told.id), outbox_.enqueue(told, thing)});
    return told.id;
  }
  std::int64_t unpublished() { return query(outbox_.backlog()).first()->integer("count"); }

  asio::io_context io_;
  TemporaryFolder folder_;
  TestTime time_{io_};
  SeededRandom random_{1};
  IdGenerator ids_{time_, random_};
  std::unique_ptr<db::Database> database_;
  Outbox outbox_{"things", "things"};
  const db::Sql insert_thing_{"insert_thing",
                              "INSERT INTO things (id, last_event_id) VALUES ($1, $2) "
                              "ON CONFLICT DO NOTHING"};
};

TEST_F(OutboxTest, AnEventComesOutAsItWentIn) {
  const Event told = event();
  commit({insert_thing_("t1", told.id), outbox_.enqueue(told, "t1")});
  const auto found = query(outbox_.unpublished(10));
  ASSERT_EQ(found.rows.size(), 1u);
  const Event read = Outbox::decode(found.rows[0], "things");
  EXPECT_EQ(read.id, told.id);
  EXPECT_EQ(read.subject, told.subject);
  EXPECT_EQ(read.source, told.source);
  EXPECT_EQ(read.payload, told.payload);
  EXPECT_EQ(read.context, told.context);
  EXPECT_EQ(read.time, told.time);
}

TEST_F(OutboxTest, ForgetsTheEventsWithATextIfTheirEntityHasChanged) {
  const std::string first = enqueue();
  const Event last = event();
  const auto left = [&] { return query(outbox_.unpublished(10)).rows.size(); };
  commit({outbox_.forget_with("\"t1\"", last, "t2")});
  EXPECT_EQ(left(), 1U) << "there was no such change";
  commit({insert_thing_("t2", last.id), outbox_.enqueue(last, "t2"),
          outbox_.forget_with("\"t2\"", last, "t2")});
  EXPECT_EQ(left(), 2U) << "none has this text";
  commit({outbox_.forget_with("\"t1\"", last, "t2")});
  const auto found = query(outbox_.unpublished(10));
  ASSERT_EQ(found.rows.size(), 1U);
  EXPECT_EQ(found.rows.front().text("id"), last.id) << "the event of the change stays";
}

struct ThingCreated {
  static constexpr std::string_view subject = "thing.created";
};
std::string encode(const ThingCreated&) { return "{}"; }

TEST_F(OutboxTest, AnEventBelongsToTheCurrentTraceOrBeginsOne) {
  const EventSource source("things", ids_, time_);
  EXPECT_TRUE(source.make(ThingCreated{}).context.has_trace());
  EXPECT_NE(source.make(ThingCreated{}).context, source.make(ThingCreated{}).context);
  const trace::Scope scope(trace::read_context(
      "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "request-0001"));
  EXPECT_EQ(source.make(ThingCreated{}).context, trace::current());
}

TEST_F(OutboxTest, AChangeThatDidNotHappenHasNoEvent) {
  const Event first = event();
  const Event second = event();
  commit({insert_thing_("t1", first.id), outbox_.enqueue(first, "t1")});
  const auto lost = commit({insert_thing_("t1", second.id), outbox_.enqueue(second, "t1")});
  EXPECT_EQ(lost[1].affected, 0);
  EXPECT_EQ(unpublished(), 1);
}

TEST_F(OutboxTest, ATransactionRepeatedAfterAnUnknownOutcomeHasItsEventOnce) {
  const Event told = event();
  commit({insert_thing_("t1", told.id), outbox_.enqueue(told, "t1")});
  commit({insert_thing_("t1", told.id), outbox_.enqueue(told, "t1")});
  EXPECT_EQ(unpublished(), 1);
}

TEST_F(OutboxTest, TheBacklogHasTheNumberAndTheOldestId) {
  EXPECT_TRUE(query(outbox_.backlog()).first()->is_null("oldest_id"));
  const std::string id = enqueue();
  time_.set_wall(time_.now() + std::chrono::seconds{5});
  enqueue();
  EXPECT_EQ(query(outbox_.backlog()).first()->integer("count"), 2);
  EXPECT_EQ(query(outbox_.backlog()).first()->text("oldest_id"), id);
  commit({outbox_.mark_published({&id, 1}, time_.now())});
  EXPECT_EQ(unpublished(), 1);
}

TEST_F(OutboxTest, AsManyAsOneStatementTakesAreMarkedAndNoOthers) {
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < Outbox::marks_max; ++i) ids.push_back(enqueue());
  enqueue();
  const auto marked = commit({outbox_.mark_published(ids, time_.now())});
  EXPECT_EQ(marked[0].affected, std::ssize(ids));
  EXPECT_EQ(unpublished(), 1);
}

TEST_F(OutboxTest, OnlyOldPublishedEventsAreDeleted) {
  const std::string old_published = enqueue();
  enqueue();  // old, never published
  commit({outbox_.mark_published({&old_published, 1}, time_.now())});
  time_.set_wall(time_.now() + std::chrono::hours{8 * 24});
  const std::string new_published = enqueue();
  commit({outbox_.mark_published({&new_published, 1}, time_.now())});
  const auto forgotten =
      commit({outbox_.forget_published(time_.now() - std::chrono::hours{7 * 24})});
  EXPECT_EQ(forgotten[0].affected, 1);
  EXPECT_EQ(unpublished(), 1);
}

TEST_F(OutboxTest, PublishingAgainBeginsAtTheGivenTime) {
  const std::string old_one = enqueue();
  time_.set_wall(time_.now() + std::chrono::hours{1});
  const Timestamp since = time_.now();
  const std::string new_one = enqueue();
  commit(
      {outbox_.mark_published({&old_one, 1}, since), outbox_.mark_published({&new_one, 1}, since)});
  const Timestamp now = since + std::chrono::hours{1};
  const auto again = commit({outbox_.publish_again(Outbox::id_floor(since), now)});
  ASSERT_EQ(again[0].rows.size(), 1u);
  EXPECT_EQ(again[0].rows[0].text("id"), new_one);
  EXPECT_EQ(unpublished(), 1);
}

TEST_F(OutboxTest, PublishingAgainEndsAtTheGivenTime) {
  const std::string old_one = enqueue();
  const std::string published_late = enqueue();
  const Timestamp before = time_.now() + Milliseconds{1};
  time_.set_wall(time_.now() + std::chrono::hours{1});
  const std::string new_one = enqueue();
  commit({outbox_.mark_published({&old_one, 1}, before - Milliseconds{1}),
          outbox_.mark_published({&published_late, 1}, time_.now()),
          outbox_.mark_published({&new_one, 1}, time_.now())});
  const auto again = commit({outbox_.publish_again("", before)});
  ASSERT_EQ(again[0].rows.size(), 1u);
  EXPECT_EQ(again[0].rows[0].text("id"), old_one);
}

TEST_F(OutboxTest, TheFloorOfATimeSeparatesTheIdsMadeBeforeAndAfter) {
  const std::string before = ids_.next();
  time_.set_wall(time_.now() + Milliseconds{1});
  const std::string floor = Outbox::id_floor(time_.now());
  const std::string after = ids_.next();
  EXPECT_LT(before, floor);
  EXPECT_GT(after, floor);
}

}  // namespace
}  // namespace ticketing::bus
