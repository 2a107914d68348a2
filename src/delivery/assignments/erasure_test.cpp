// What becomes of what buyers get some time after their shows, on made-up time (I27).
#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>

#include "common/base/exceptions.hpp"
#include "contracts/auth_events.hpp"
#include "contracts/shows_events.hpp"
#include "delivery/assignments/test_assignments.hpp"

namespace ticketing::delivery::assignments {
namespace {

constexpr std::chrono::hours day{24};
constexpr std::chrono::minutes minute{1};

Task<> let_commit() { co_return; }
Task<> die() {
  throw Unavailable("killed");
  co_return;
}
Task<> follow(delivery::Operations& operations, ShowCopy show) {
  co_await operations.follow_show(std::move(show));
}

const db::Sql end_now{"test_end_now", "UPDATE uploads SET erase_at = 1"};

class ErasureTest : public AssignmentsTest {
 protected:
  // As the shows service tells of it, in its next version.
  contracts::ShowUpdated facts(const std::string& id, Timestamp over_at) {
    contracts::ShowUpdated show;
    show.id = id;
    show.version = ++version_;
    show.name = "AC/DC";
    show.status = "scheduled";
    show.starts_at = over_at - std::chrono::hours{3};
    show.over_at = over_at;
    return show;
  }
  void tell(const contracts::ShowUpdated& show) { platform_.publish_as("shows", show); }
  void postpone() {
    auto show = facts("show", over_);
    show.status = "postponed";
    tell(show);
  }
  // A ticket of the show, bought by "buyer".
  std::string buy_seat(const std::string& file = "code 1\ncode 2") {
    ticket_ = tickets_.list("seller", "show");
    EXPECT_TRUE(put_file(ticket_, file));
    return sell();
  }
  std::string buy_seat_of_known_show() {
    tell(facts("show", over_));
    return buy_seat();
  }
  // So long after the show.
  void erase_later(Milliseconds time) {
    erase_after(std::max(over_ + time - platform_.now(), Milliseconds{0}));
  }
  std::string erased_at(Milliseconds time) const {
    return "uploads WHERE erase_at = " + std::to_string(to_millis(over_ + time));
  }
  void expect_nothing_is_left(std::int64_t uploads = 1) {
    EXPECT_EQ(count("codes"), 0);
    EXPECT_EQ(count("listed_codes"), 0);
    EXPECT_EQ(count("file_parts"), 0);
    EXPECT_EQ(count("uploads"), uploads);
    EXPECT_EQ(count("uploads WHERE sealed_key = '' AND digest = '' AND is_erasing = 0 "
                    "AND erased_at IS NOT NULL AND erase_at IS NULL"),
              uploads);
  }
  void expect_erased(const std::string& order, const std::string& buyer = "buyer") {
    EXPECT_EQ(refusal_of(reveal(order, buyer)), "ticket_erased");
    EXPECT_EQ(refusal_of(read_file(order, buyer)), "ticket_erased");
    EXPECT_TRUE(state(order, buyer)->erased_at);
    expect_nothing_is_left();
  }
  void expect_kept(const std::string& order) {
    EXPECT_FALSE(state(order)->erased_at);
    EXPECT_EQ(state(order)->state, TicketState::ready);
    EXPECT_EQ(count("file_parts"), 1);
  }

  const Timestamp over_ = platform_.now() + day;

 private:
  std::int64_t version_ = 0;
};

TEST_F(ErasureTest, TakesFileCodesAndKey30DaysAfterTheShow) {
  const std::string order = buy_seat_of_known_show();
  ASSERT_TRUE(reveal(order));
  erase_later(30 * day - minute);
  EXPECT_EQ(read_file(order)->bytes, "code 1\ncode 2");
  EXPECT_EQ(reveal(order)->codes.size(), 2U);
  erase_later(30 * day);
  expect_erased(order);
  EXPECT_EQ(state(order)->state, TicketState::revealed);
  EXPECT_TRUE(state(order, "seller")->revealed_at);
  EXPECT_EQ(state(order, "seller")->erased_at, over_ + 30 * day);
  erase_later(100 * day);
  expect_erased(order);
}

// As two events that were handled at a time, a merge and a postponement, leave it.
TEST_F(ErasureTest, LooksAtTheShowOnceMoreBeforeItTakesAnything) {
  const std::string order = buy_seat_of_known_show();
  postpone();
  write(end_now());
  erase_later(30 * day);
  expect_kept(order);
  tell(facts("show", platform_.now() + day));
  write(end_now());
  erase_after(minute);
  expect_kept(order);
  erase_after(31 * day);
  expect_erased(order);
}

// Between the reads of a reveal: of its row and of its codes.
TEST_F(ErasureTest, IsShownWholeOrNotAtAll) {
  tell(facts("show", over_));
  for (const bool was_shown : {false, true}) {
    ticket_ = tickets_.list("seller", "show");
    ASSERT_TRUE(put_code(ticket_, "code 1"));
    const std::string order = sell();
    if (was_shown) ASSERT_TRUE(reveal(order));
    platform_.skip(std::max(over_ + 30 * day - platform_.now(), Milliseconds{0}));
    platform_.database().before_next_query("codes_of",
                                           [this] { return operations_.erase_what_is_over(); });
    EXPECT_EQ(refusal_of(reveal(order)), "ticket_erased");
    EXPECT_EQ(count("assignments WHERE state = 'revealed'"), was_shown ? 1 : 0);
  }
}

// Its file cannot be read any more, and the buyer keeps the right to a refund.
TEST_F(ErasureTest, WhatIsErasedMeanwhileIsNotShownForTheFirstTime) {
  const std::string order = buy_seat_of_known_show();
  platform_.pass(std::chrono::seconds{1});  // what is to be published has been
  platform_.skip(over_ + 30 * day - platform_.now());
  platform_.database().before_next_commit([this] { return operations_.erase_what_is_over(); });
  expect_erased(order);
  EXPECT_EQ(state(order)->state, TicketState::none);
  EXPECT_TRUE(revealed().empty());
}

TEST_F(ErasureTest, TakesWhatWasNotShownAndLeavesTheRefund) {
  const std::string order = buy_seat_of_known_show();
  erase_later(30 * day);
  expect_erased(order);
  EXPECT_EQ(state(order)->state, TicketState::none);
  EXPECT_EQ(refusal_of(run(assignments_.resell(order, "buyer"))), "ticket_erased");
  payments_.ask_for_refund(order);
  EXPECT_EQ(released().size(), 1U);
  EXPECT_EQ(refusal_of(reveal(order)), "order_refunded");
  EXPECT_FALSE(state(order)->erased_at) << "it is not this buyer's any more";
}

TEST_F(ErasureTest, LeavesTheTicketWithoutAShow) {
  const std::string order = buy();
  erase_after(1'000 * day);
  expect_kept(order);
  ASSERT_TRUE(reveal(order));
  erase_after(1'000 * day);
  EXPECT_TRUE(reveal(order)) << "when it is for is not known";
  EXPECT_GT(count("listed_codes"), 0) << "its code is not for sale again";
}

TEST_F(ErasureTest, WaitsForAShowThatIsPostponedAndFollowsItsNewDate) {
  const std::string order = buy_seat_of_known_show();
  postpone();
  erase_later(100 * day);
  expect_kept(order);
  tell(facts("show", over_ + 200 * day));
  erase_later(230 * day - minute);
  expect_kept(order);
  erase_later(230 * day);
  expect_erased(order);
}

TEST_F(ErasureTest, FollowsTheNewDateAlsoWhereTheBuyerHasLeftMeanwhile) {
  const std::string order = buy_seat_of_known_show();
  ASSERT_TRUE(reveal(order));
  postpone();
  platform_.publish_as(
      "auth", contracts::UserErased{.id = "buyer", .version = 1, .erased_at = platform_.now()});
  run(assignments_.erasure().sweep());
  EXPECT_EQ(refusal_of(reveal(order)), "ticket_erased");
  tell(facts("show", over_ + 200 * day));
  erase_later(230 * day - minute);
  EXPECT_GT(count("listed_codes"), 0) << "it is not for sale again";
  erase_later(230 * day);
  expect_erased(order);
}

TEST_F(ErasureTest, LosesToThePostponementOfTheShow) {
  const std::string order = buy_seat_of_known_show();
  platform_.pass(std::chrono::seconds{1});  // what is to be published has been
  platform_.database().before_next_commit([this] {
    return follow(
        operations_,
        {.id = "show", .version = 100, .status = contracts::ShowPlan::postponed, .over_at = over_});
  });
  erase_later(30 * day);
  expect_kept(order);
  EXPECT_TRUE(reveal(order));
}

TEST_F(ErasureTest, DropsAnOldVersionOfAShow) {
  const auto old = facts("show", over_);
  tell(facts("show", over_ + 10 * day));
  const std::string order = buy_seat();
  tell(old);
  erase_later(35 * day);
  expect_kept(order);
  erase_later(40 * day);
  expect_erased(order);
}

TEST_F(ErasureTest, KnowsAShowWhoseNewsComeAfterItsTickets) {
  const std::string order = buy_seat();
  erase_later(100 * day);
  expect_kept(order);
  tell(facts("show", over_));
  erase_later(100 * day);
  expect_erased(order);
}

TEST_F(ErasureTest, FollowsATicketToAnotherShow) {
  const std::string order = buy_seat_of_known_show();
  tell(facts("other", over_ + 5 * day));
  tickets_[ticket_].show_id = "other";
  tickets_.set(ticket_, "sold", order);
  erase_later(35 * day - minute);
  expect_kept(order);
  erase_later(35 * day);
  expect_erased(order);
}

TEST_F(ErasureTest, FollowsAShowThatStandsForAnother) {
  for (const bool is_known_before : {true, false}) {
    const std::string order = buy_seat_of_known_show();
    const std::string other = is_known_before ? "known" : "late";
    auto merged = facts("show", over_);
    merged.merged_into = other;
    if (is_known_before) tell(facts(other, over_ + 5 * day));
    tell(merged);
    if (!is_known_before) tell(facts(other, over_ + 5 * day));
    EXPECT_EQ(count(erased_at(35 * day)), 1);
    tell(facts(other, over_ + 7 * day));
    EXPECT_EQ(count(erased_at(37 * day)), 1);
    payments_.ask_for_refund(order);
    payments_.refund(order, "refund", true, false);
    erase_after(std::chrono::hours{2});
    EXPECT_EQ(count("uploads"), 0);
  }
}

TEST_F(ErasureTest, IsCompletedWhereAProcessDied) {
  for (int commits = 0; commits < 3; ++commits) {
    const std::string order = buy_seat_of_known_show();
    platform_.pass(std::chrono::seconds{1});  // what is to be published has been
    for (int i = 0; i < commits; ++i)
      platform_.database().before_next_commit([] { return let_commit(); });
    platform_.database().before_next_commit([] { return die(); });
    EXPECT_THROW(erase_later(30 * day), Unavailable);
    EXPECT_EQ(refusal_of(reveal(order)), commits == 0 ? "" : "ticket_erased");
    EXPECT_EQ(count("uploads WHERE sealed_key <> ''"), commits == 0 ? 1 : 0);
    EXPECT_EQ(count("file_parts"), commits < 2 ? 1 : 0);
    erase_later(30 * day);
    expect_nothing_is_left(commits + 1);
    EXPECT_EQ(refusal_of(reveal(order)), "ticket_erased");
  }
}

TEST_F(ErasureTest, FreesTheCodes) {
  const std::string order = buy_seat_of_known_show();
  ASSERT_TRUE(reveal(order));
  EXPECT_EQ(refusal_of(put_code(tickets_.list(), "code 1")), "duplicate_ticket");
  erase_later(30 * day);
  EXPECT_TRUE(put_code(tickets_.list(), "code 1"));
}

TEST_F(ErasureTest, TakesWhatWasListedAgainFromBothBuyers) {
  const std::string first = buy_seat_of_known_show();
  const auto listed = run(assignments_.resell(first, "buyer"));
  ASSERT_TRUE(listed);
  ticket_ = listed->resale_ticket_id.value();
  tickets_.list_resale(ticket_, "buyer");
  const std::string second = sell("second");
  ASSERT_TRUE(reveal(second, "second"));
  erase_later(30 * day);
  expect_erased(second, "second");
  EXPECT_EQ(refusal_of(reveal(first)), "ticket_resold");
}

TEST_F(ErasureTest, EndsWithTheRowWhereNoTicketHasTheUploadAnyMore) {
  const std::string order = buy_seat_of_known_show();
  erase_later(30 * day);
  payments_.ask_for_refund(order);
  payments_.refund(order, "refund", true, false);
  erase_later(30 * day + std::chrono::hours{2});
  EXPECT_EQ(count("uploads"), 0);
}

const db::Sql stored_secrets{
    "test_stored_secrets",
    "SELECT sealed_key AS secret FROM uploads UNION SELECT digest FROM uploads "
    "UNION SELECT sealed_text FROM codes UNION SELECT fingerprint FROM codes "
    "UNION SELECT substr(content, 1, 200) FROM file_parts "
    "UNION SELECT substr(content, 60000, 200) FROM file_parts WHERE part < 2"};

// What is sealed and its key, as they are stored.
std::vector<std::string> find_secrets(fixtures::TestPlatform& platform) {
  std::vector<std::string> all;
  const auto found = platform.run(platform.database().query(stored_secrets()));
  for (const db::Row& row : found.rows) all.push_back(row.text("secret"));
  return all;
}

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// Simulated time does not wait for the thread that hashes and seals a large file: it stands still.
bool is_ready(fixtures::TestPlatform& platform, Task<Result<UploadAnswer>> upload) {
  std::optional<bool> ready;
  asio::co_spawn(platform.get().executor, std::move(upload),
                 [&](const std::exception_ptr& failure, const Result<UploadAnswer>& answer) {
                   ready = !failure && answer && answer->state == UploadState::ready;
                 });
  const auto has_ended = [&] { return ready.has_value(); };
  while (!platform.run_until(has_ended, Milliseconds{0})) continue;
  return *ready;
}

// A search for the bytes themselves, once the log has been copied into the data file.
TEST(ErasedUpload, LeavesNoByteInTheDataFile) {
  const TemporaryFolder folder;
  std::vector<std::string> secrets;
  {
    fixtures::TestPlatform platform(fixtures::TestPlatform::Beginning{.folder = folder.path()});
    runtime::OwnedData data{
        platform.get(),         "delivery", embedded_files(), "tickets", {files::files_migration()},
        delivery::republished()};
    delivery::Operations operations{platform.get(),
                                    data,
                                    {.files_key = std::string(secret_key_bytes, 'k')},
                                    std::make_unique<TestReader>()};
    const std::string ticket = platform.next_id();
    platform.run(operations.follow_show({.id = "show", .over_at = platform.now()}));
    platform.run(operations.follow_ticket({.id = ticket, .user_id = "seller", .show_id = "show"}));
    const std::string file = "code 1\ncode 2" + std::string(200'000, '\n');
    ASSERT_TRUE(
        is_ready(platform, operations.put_file(ticket, {.user_id = "seller"},
                                               {.media_type = "image/png", .bytes = file})));
    secrets = find_secrets(platform);
    EXPECT_EQ(secrets.size(), 1 + 1 + 2 + 2 + 3 + 2U);
    platform.skip(30 * day);
    platform.run(operations.erase_what_is_over());
    EXPECT_EQ(find_secrets(platform), std::vector<std::string>{""});
  }
  const std::string stored = content_of(folder.file("delivery.db"));
  EXPECT_THAT(stored, testing::HasSubstr("seller"));
  for (const std::string& secret : secrets)
    EXPECT_THAT(stored, testing::Not(testing::HasSubstr(secret)));
}

}  // namespace
}  // namespace ticketing::delivery::assignments
