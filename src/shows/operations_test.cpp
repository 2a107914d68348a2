// What people do with shows.
#include "shows/operations.hpp"

#include <gmock/gmock.h>

#include "shows/test_shows.hpp"

namespace ticketing::shows {
namespace {

using testing::SizeIs;

using CreateShowTest = ShowsTest;

TEST_F(CreateShowTest, MakesAShowAndTells) {
  const auto made = create(details("AC/DC"));
  ASSERT_TRUE(made);
  EXPECT_TRUE(made->is_new);
  EXPECT_EQ(show(made->show.id).venue.city, "Łódź");
  const auto all = events("show.created");
  ASSERT_THAT(all, SizeIs(1));
  const auto told = contracts::decode<contracts::ShowCreated>(all.front().payload);
  EXPECT_EQ(told->id, made->show.id);
  EXPECT_EQ(told->version, 0);
  EXPECT_EQ(told->status, "scheduled");
  EXPECT_EQ(told->venue.time_zone, "Europe/Warsaw");
  EXPECT_EQ(told->starts_at, in_days(10) - std::chrono::seconds{1});  // events() let one pass
  EXPECT_EQ(told->over_at, told->starts_at + std::chrono::hours{6});
  EXPECT_EQ(told->price_cap_percent, 120) << "as it is configured";
}

// I19.
TEST_F(CreateShowTest, GivesTheOneThatExists) {
  const auto first = create(details("AC/DC – live"));
  ShowDetails again = details("ac dc LIVE");
  again.starts_at += std::chrono::minutes{5};
  VenueDetails venue = filharmonia();
  venue.city = "Lodz";
  const auto second = create(again, venue);
  ASSERT_TRUE(second);
  EXPECT_FALSE(second->is_new);
  EXPECT_EQ(second->show.id, first->show.id);
  EXPECT_EQ(second->show.name, "AC/DC – live");
  EXPECT_THAT(events("show.created"), SizeIs(1));
}

TEST_F(CreateShowTest, MakesAnotherOnAnotherDayOrAtAnotherVenueOrOfAnotherName) {
  make_show();
  VenueDetails other = filharmonia();
  other.name = "Atlas Arena";
  EXPECT_TRUE(create(details("AC/DC", 11))->is_new);
  EXPECT_TRUE(create(details("AC/DC"), other)->is_new);
  EXPECT_TRUE(create(details("AC/DC 2"))->is_new);
}

// 22:59 and 23:00 UTC are of one day in UTC and of two in Łódź, in winter.
TEST_F(CreateShowTest, KnowsDaysByTheVenuesTimeZone) {
  const Timestamp midnight = std::chrono::floor<std::chrono::days>(in_days(10));
  const auto make_at = [&](Timestamp time, VenueDetails venue) {
    ShowDetails given = details("Late show");
    given.starts_at = time;
    return create(given, std::move(venue)).value();
  };
  VenueDetails island{
      .name = "Hall", .city = "Tabwakea", .country = "KI", .time_zone = "Pacific/Kiritimati"};
  const Timestamp ten = midnight + std::chrono::hours{10};  // midnight at UTC+14
  const auto before = make_at(ten - Milliseconds{1}, island);
  EXPECT_TRUE(make_at(ten, island).is_new);
  EXPECT_FALSE(make_at(ten + std::chrono::hours{23}, island).is_new);
  EXPECT_FALSE(make_at(ten - std::chrono::hours{1}, island).is_new);
  EXPECT_TRUE(before.is_new);
}

TEST_F(CreateShowTest, KeepsAVenueAsItWasNamedFirst) {
  make_show();
  VenueDetails again = filharmonia();
  again.name = "FILHARMONIA";
  again.time_zone = "Europe/Berlin";
  const auto other = create(details("Another"), again);
  EXPECT_EQ(other->show.venue.name, "Filharmonia");
  EXPECT_EQ(other->show.venue.time_zone, "Europe/Warsaw");
}

// Another replica makes the same show between the look and the insert.
TEST_F(CreateShowTest, GivesTheOneThatAnotherRequestHasJustMade) {
  const std::string id = make_show();
  static const db::Sql hide{"test_hide_show", "UPDATE shows SET day = day + 1000 WHERE id = $1"};
  static const db::Sql bring{"test_bring_show", "UPDATE shows SET day = day - 1000 WHERE id = $1"};
  run(platform_.database().write(hide(id)));
  lose_race_to(bring(id));
  const auto again = create(details("AC/DC"));
  EXPECT_FALSE(again->is_new);
  EXPECT_EQ(again->show.id, id);
  EXPECT_THAT(events("show.created"), SizeIs(1));
}

TEST_F(CreateShowTest, RefusesWhatIsNotPossibleAndMakesNoVenueForIt) {
  EXPECT_EQ(refusal_of(create(details("AC/DC", -1))), "invalid_input");
  VenueDetails bad = filharmonia();
  bad.time_zone = "Europe/Lodz";
  EXPECT_EQ(refusal_of(create(details("AC/DC"), bad)), "invalid_input");
  static const db::Sql count{"test_count_venues", "SELECT count(*) AS count FROM venues"};
  EXPECT_EQ(run(data_.database().query(count())).rows.front().integer("count"), 0);
}

TEST_F(CreateShowTest, TellsOnceOfAShowWhoseAnswerWasLost) {
  make_show("A show at the same venue");
  platform_.database().fail_next_commit(fixtures::TestDatabase::Failure::answer_lost);
  EXPECT_THROW(create(details("AC/DC")), OutcomeUnknown);
  EXPECT_THAT(events("show.created"), SizeIs(2));
  EXPECT_FALSE(create(details("AC/DC", 10))->is_new);
}

using UpdateShowTest = ShowsTest;

TEST_F(UpdateShowTest, ChangesTheShowItsTermsAndTells) {
  const std::string id = make_show();
  UpdateShow request = change_of(id, details("Iron Maiden", 20));
  request.plan = Plan::postponed;
  request.venue = VenueDetails{
      .name = "Arena", .city = "Kraków", .country = "PL", .time_zone = "Europe/Warsaw"};
  const auto updated = update(request);
  ASSERT_TRUE(updated) << updated.error().detail;
  EXPECT_EQ(show(id).version, 1);
  EXPECT_EQ(show(id).venue.city, "Kraków");
  const auto find = [&](const std::string& text) {
    return run(operations_.find_shows({.text = text, .now = platform_.now()})).items.size();
  };
  EXPECT_EQ(find("acdc"), 0U);
  EXPECT_EQ(find("maiden krakow"), 1U);
  const auto all = events("show.updated");
  ASSERT_THAT(all, SizeIs(1));
  const auto told = contracts::decode<contracts::ShowUpdated>(all.front().payload);
  EXPECT_EQ(told->version, 1);
  EXPECT_EQ(told->status, "postponed");
}

TEST_F(UpdateShowTest, IsRefusedToOthersAndAfterTheFirstSale) {
  const std::string id = make_show();
  UpdateShow by_another = change_of(id, details("Iron Maiden"));
  by_another.user_id = "another";
  EXPECT_EQ(refusal_of(update(by_another)), "not_your_show");
  EXPECT_EQ(refusal_of(update(change_of("no such", details("Iron Maiden")))), "show_not_found");
  list_ticket("t", id, 2'000);
  change_ticket("t", 1, id, 2'000, "sold");
  EXPECT_EQ(refusal_of(update(change_of(id, details("Iron Maiden")))), "show_has_sales");
  UpdateShow by_operator = change_of(id, details("Iron Maiden"));
  by_operator.user_id.reset();
  EXPECT_TRUE(update(by_operator));
}

TEST_F(UpdateShowTest, IsRefusedWhenThereIsSuchAShow) {
  make_show("Iron Maiden");
  const std::string id = make_show("AC/DC");
  EXPECT_EQ(refusal_of(update(change_of(id, details("iron maiden")))), "show_exists");
  EXPECT_TRUE(update(change_of(id, details("ac dc"))));
}

TEST_F(UpdateShowTest, IsAppliedAfterALostRaceUnlessTheShowWasSeenOtherwise) {
  const std::string id = make_show();
  lose_race_to(test_touch_show(id));
  EXPECT_EQ(update(change_of(id, details("Iron Maiden")))->version, 2);
  UpdateShow request = change_of(id, details("AC/DC"));
  request.seen_version = 2;
  lose_race_to(test_touch_show(id));
  EXPECT_EQ(refusal_of(update(request)), "show_changed");
}

class MergeShowsTest : public ShowsTest {
 protected:
  Result<Show> merge(const std::string& id, const std::string& into) {
    return run(operations_.merge_shows({.id = id, .into_id = into}));
  }
};

TEST_F(MergeShowsTest, LetsOneShowStandForTheOther) {
  const std::string twice = make_show("AC/DC"), once = make_show("AC/DC World Tour");
  list_ticket("a", twice, 2'000);
  list_ticket("b", once, 3'000);
  const auto merged = merge(twice, once);
  ASSERT_TRUE(merged);
  EXPECT_EQ(merged->id, once);
  EXPECT_EQ(merged->tickets_available, 2);
  EXPECT_EQ(merged->price_from, Money{2'000});
  EXPECT_EQ(show(twice).id, once);
  EXPECT_EQ(create(details("AC/DC"))->show.id, once);
  EXPECT_THAT(run(operations_.find_shows({.text = "acdc", .now = platform_.now()})).items,
              SizeIs(1));
  const auto all = events("show.updated");
  ASSERT_THAT(all, SizeIs(1));
  const auto told = contracts::decode<contracts::ShowUpdated>(all.front().payload);
  EXPECT_EQ(told->id, twice);
  EXPECT_EQ(told->merged_into, once);
  // Tickets that still name the old one are counted.
  list_ticket("c", twice, 1'000);
  EXPECT_EQ(show(once).price_from, Money{1'000});
  change_ticket("c", 1, twice, 1'000, "sold");
  EXPECT_EQ(show(once).tickets_available, 2);
  EXPECT_TRUE(show(once).has_sales);
}

TEST_F(MergeShowsTest, IsDoneOnceAndInOneDirection) {
  const std::string first = make_show("One"), second = make_show("Two"), third = make_show("Three");
  ASSERT_TRUE(merge(first, second));
  EXPECT_TRUE(merge(first, second));
  EXPECT_THAT(events("show.updated"), SizeIs(1));
  EXPECT_EQ(refusal_of(merge(second, first)), "show_not_merged");
  EXPECT_EQ(refusal_of(merge(second, third)), "show_not_merged");
  EXPECT_EQ(refusal_of(merge(third, third)), "show_not_merged");
  EXPECT_EQ(refusal_of(merge(third, "no such")), "show_not_found");
  EXPECT_TRUE(merge(third, second));
}

// The name of a show that was merged leads to the one that stands for it, so it is not free.
TEST_F(MergeShowsTest, KeepsTheNameOfTheOneThatIsReplaced) {
  const std::string twice = make_show("AC/DC"), once = make_show("AC/DC World Tour");
  ASSERT_TRUE(merge(twice, once));
  EXPECT_EQ(refusal_of(update(change_of(once, details("AC/DC")))), "show_exists");
  EXPECT_EQ(refusal_of(update(change_of(twice, details("AC/DC")))), "show_exists");
}

TEST_F(MergeShowsTest, KeepsSalesInMind) {
  const std::string sold = make_show("One"), other = make_show("Two");
  list_ticket("t", sold, 2'000);
  change_ticket("t", 1, sold, 2'000, "sold");
  EXPECT_TRUE(merge(sold, other)->has_sales);
}

}  // namespace
}  // namespace ticketing::shows
