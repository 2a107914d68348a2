#include "common/runtime/change.hpp"

#include <gtest/gtest.h>

#include <set>

#include "fixtures/test_platform.hpp"

namespace ticketing::runtime {
namespace {

// A service of one table: a counter that can be raised to a limit.
struct Counter {
  std::string id;
  std::int64_t version = 0;
  std::int64_t value = 0;
};

struct CounterRaised {
  static constexpr std::string_view subject = "counter.raised";
  std::int64_t value = 0;
};
std::string encode(const CounterRaised& event) {
  return R"({"value":)" + std::to_string(event.value) + "}";
}

const EmbeddedFile schema{.name = "001_counters", .content = R"(
CREATE TABLE counters (id text PRIMARY KEY, version bigint NOT NULL,
                       last_event_id text NOT NULL, value bigint NOT NULL);
CREATE TABLE notes (counter_id text NOT NULL, event_id text NOT NULL);
)"};
const db::Sql insert_sql{"test_insert_counter",
                         "INSERT INTO counters (id, version, last_event_id, value) "
                         "VALUES ($1, 0, '', $2) ON CONFLICT DO NOTHING"};
const db::Sql by_id_sql{"test_counter_by_id",
                        "SELECT id, version, value FROM counters WHERE id = $1"};
const db::Sql raise_sql{"test_raise_counter",
                        "UPDATE counters SET version = version + 1, last_event_id = $2, value = $3 "
                        "WHERE id = $1 AND version = $4"};
const db::Sql note_sql{"test_note_counter",
                       "INSERT INTO notes (counter_id, event_id) "
                       "SELECT CAST($1 AS text), CAST($2 AS text) WHERE EXISTS "
                       "(SELECT 1 FROM counters WHERE id = $1 AND last_event_id = $2)"};
const db::Sql count_notes_sql{"test_count_notes", "SELECT count(*) AS count FROM notes"};
const db::Sql set_version_sql{
    "test_set_version", "UPDATE counters SET version = $2 WHERE id = $1 AND version + 1 = $2"};
const db::Sql set_told_version_sql{"test_set_told_version",
                                   "UPDATE counters SET version = $2, last_event_id = $3 "
                                   "WHERE id = $1 AND version + 1 = $2"};
const db::Sql version_sql{"test_version", "SELECT version FROM counters WHERE id = $1"};
const db::Sql steal_sql{"test_steal", "UPDATE counters SET version = version + 1 WHERE id = $1"};

class ChangeTest : public testing::Test {
 public:
  ~ChangeTest() override {
    platform_.run(platform_.bus().stop());
    platform_.run(data_.stop());
  }

 protected:
  ChangeTest() {
    platform_.record({"counter.raised"});
    platform_.bus().start();
    data_.start();
    platform_.run(platform_.database().write(insert_sql("c", 0)));
  }

  Task<std::optional<Counter>> find(std::string id) {
    ++reads_;
    const auto result = co_await data_.database().query(by_id_sql(id));
    if (result.empty()) co_return std::nullopt;
    const db::Row& row = result.rows.front();
    co_return Counter{
        .id = row.text("id"), .version = row.integer("version"), .value = row.integer("value")};
  }

  // Raises to 3 at most; refuses a counter that does not exist.
  Task<Result<std::int64_t>> raise(std::string id) {
    co_return co_await change(
        data_, [&] { return find(id); },
        [&](const std::optional<Counter>& counter) -> Result<Decision<std::int64_t>> {
          if (!counter)
            return refuse(ErrorKind::not_found, Code("no_counter", {}), "No such counter.");
          if (counter->value == 3) return unchanged(counter->value);
          const std::int64_t value = counter->value + 1;
          const bus::Event event = data_.events().make(CounterRaised{.value = value});
          return changed(value, {.contends_for = id,
                                 .write = raise_sql(id, event.id, value, counter->version),
                                 .also = {note_sql(id, event.id)},
                                 .event = event,
                                 .entity_id = id});
        });
  }
  std::int64_t notes() {
    return platform_.run(data_.database().query(count_notes_sql())).rows.front().integer("count");
  }
  // Another writer changes the counter right before the next commits.
  void lose_races(int count) {
    for (int i = 0; i < count; ++i) {
      platform_.database().before_next_commit(
          [this] { return platform_.database().write(steal_sql("c")); });
    }
  }

  fixtures::TestPlatform platform_;
  OwnedData data_{platform_.get(), "counters", {schema}, "counters"};
  int reads_ = 0;
};

TEST_F(ChangeTest, WritesPublishesAndAnswers) {
  EXPECT_EQ(platform_.run(raise("c")), 1);
  EXPECT_EQ(platform_.run(find("c"))->version, 1);
  EXPECT_EQ(notes(), 1);
  ASSERT_TRUE(platform_.run_until([&] { return !platform_.events().empty(); }));
  EXPECT_EQ(platform_.events().front().payload, R"({"value":1})");
}

TEST_F(ChangeTest, ReadsAndDecidesAgainWhenAnotherWriterWasFaster) {
  lose_races(2);
  EXPECT_EQ(platform_.run(raise("c")), 1);
  EXPECT_EQ(reads_, 3);
  EXPECT_EQ(notes(), 1);  // what follows a write that lost has no effect either
  platform_.pass(std::chrono::seconds{2});
  EXPECT_EQ(platform_.events().size(), 1U);
}

TEST_F(ChangeTest, GivesUpWhenItLosesEveryRace) {
  lose_races(change_attempts_max);
  EXPECT_THROW(platform_.run(raise("c")), ChangedTooOften);
  EXPECT_EQ(reads_, change_attempts_max);
  EXPECT_EQ(notes(), 0);
}

TEST_F(ChangeTest, WritesNothingWhenThereIsNothingToChange) {
  for (int i = 0; i < 3; ++i) platform_.run(raise("c"));
  const int commits = platform_.database().commits();
  EXPECT_EQ(platform_.run(raise("c")), 3);
  EXPECT_EQ(platform_.database().commits(), commits);
}

TEST_F(ChangeTest, PassesTheRefusalOn) {
  const auto refused = platform_.run(raise("other"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().slug, "no_counter");
  EXPECT_EQ(reads_, 1);
}

TEST_F(ChangeTest, PublishesOnceWhenTheAnswerOfTheCommitWasLost) {
  platform_.database().fail_next_commit(fixtures::TestDatabase::Failure::answer_lost);
  EXPECT_THROW(platform_.run(raise("c")), OutcomeUnknown);
  platform_.pass(std::chrono::seconds{2});  // the relay finds the row by itself
  EXPECT_EQ(platform_.events().size(), 1U);
}

TEST_F(ChangeTest, PublishesNothingWhenTheCommitFailed) {
  platform_.database().fail_next_commit(fixtures::TestDatabase::Failure::unavailable);
  EXPECT_THROW(platform_.run(raise("c")), Unavailable);
  platform_.pass(std::chrono::seconds{2});
  EXPECT_TRUE(platform_.events().empty());
}

TEST_F(ChangeTest, CommitSaysWhetherTheChangeHappened) {
  const auto write = [&](std::int64_t version) {
    return platform_.run(
        commit(data_, {.contends_for = "c", .write = raise_sql("c", "e", 5, version)}));
  };
  EXPECT_TRUE(write(0));
  EXPECT_FALSE(write(0));
  EXPECT_TRUE(write(1));
}

// Of two further entities one is changed: the event of the other is not published.
TEST_F(ChangeTest, PublishesTheEventsOfAllEntitiesThatChanged) {
  platform_.run(platform_.database().write(insert_sql("d", 0)));
  platform_.run(platform_.database().write(insert_sql("e", 0)));
  std::vector<bus::Event> told;
  for (int i = 0; i < 3; ++i) told.push_back(data_.events().make(CounterRaised{.value = i}));
  EXPECT_TRUE(platform_.run(
      commit(data_, {.contends_for = "c",
                     .write = raise_sql("c", told[0].id, 5, 0),
                     .also = {raise_sql("d", told[1].id, 5, 0), raise_sql("e", told[2].id, 5, 1)},
                     .event = told[0],
                     .entity_id = "c",
                     .more_events = {{told[1], "d"}, {told[2], "e"}}})));
  platform_.pass(Milliseconds{100});  // at once, not when the outbox is read again
  std::set<std::string> published;
  for (const bus::Event& event : platform_.events()) published.insert(event.id);
  EXPECT_EQ(published, (std::set<std::string>{told[0].id, told[1].id}));
}

TEST_F(ChangeTest, FollowsVersionsInOrderAndToleratesDuplicates) {
  const auto apply = [&](const std::string& id, std::int64_t version) {
    return platform_.run(follow(data_, {.contends_for = id,
                                        .write = set_version_sql(id, version),
                                        .read_version = version_sql(id),
                                        .version = version}));
  };
  EXPECT_EQ(apply("c", 2), bus::Verdict::retry_later);
  EXPECT_EQ(apply("c", 1), bus::Verdict::done);
  EXPECT_EQ(apply("c", 2), bus::Verdict::done);
  EXPECT_EQ(apply("c", 1), bus::Verdict::done);  // a duplicate
  EXPECT_EQ(apply("no copy", 1), bus::Verdict::retry_later);
}

TEST_F(ChangeTest, PublishesTheEventOfACopyThatFollowedOnce) {
  const auto apply = [&](std::int64_t version) {
    const bus::Event event = data_.events().make(CounterRaised{.value = version});
    return platform_.run(follow(data_, {.contends_for = "c",
                                        .write = set_told_version_sql("c", version, event.id),
                                        .read_version = version_sql("c"),
                                        .version = version,
                                        .also = {note_sql("c", event.id)},
                                        .events = {{.event = event, .entity_id = "c"}},
                                        .outbox = &data_.outbox()}));
  };
  EXPECT_EQ(apply(2), bus::Verdict::retry_later);
  EXPECT_EQ(apply(1), bus::Verdict::done);
  EXPECT_EQ(apply(1), bus::Verdict::done);
  platform_.pass(std::chrono::seconds{2});
  EXPECT_EQ(platform_.events().size(), 1U);
  EXPECT_EQ(notes(), 1);
}

TEST_F(ChangeTest, ChangesADatabaseThatHasNoOutbox) {
  lose_races(1);
  db::Database& database = data_.database();
  const auto set = [](const std::optional<Counter>& counter) -> Result<Decision<std::int64_t>> {
    return changed(counter->version,
                   {.contends_for = "c", .write = raise_sql("c", "", 7, counter->version)});
  };
  EXPECT_EQ(platform_.run(change(database, [&] { return find("c"); }, set)), 1);
  EXPECT_EQ(platform_.run(find("c"))->value, 7);
  EXPECT_EQ(reads_, 3);
}

}  // namespace
}  // namespace ticketing::runtime
