#include "shows/show.hpp"

#include <gtest/gtest.h>

#include "shows/operator/merge.hpp"

namespace ticketing::shows {
namespace {

using std::chrono::days;
using std::chrono::hours;

Timestamp at(std::string_view text) { return parse_iso8601(text).value(); }
const Timestamp now = at("2026-06-01T12:00:00.000Z");
const Venue venue{.id = "v",
                  .name = "Filharmonia",
                  .city = "Łódź",
                  .country = "PL",
                  .time_zone = "Europe/Warsaw"};

ShowDetails details() {
  return {.name = "AC/DC", .category = Category::concert, .starts_at = now + days{10}};
}
Show show() { return make_show("s", details(), venue, "maker", now).value(); }
ShowEdit edit_of(ShowDetails given) {
  return {.details = std::move(given), .venue = venue, .user_id = "maker"};
}
std::string fault_of(const Result<Show>& result) {
  return result ? "" : result.error().fields.at(0).field;
}

TEST(Show, BeginsInTheFutureAndEndsWithinAMonthAfterwards) {
  ShowDetails given = details();
  EXPECT_TRUE(make_show("s", given, venue, "maker", now));
  given.starts_at = now - Milliseconds{1};
  EXPECT_EQ(fault_of(make_show("s", given, venue, "maker", now)), "startsAt");
  given.starts_at = now + days{6 * 366};
  EXPECT_EQ(fault_of(make_show("s", given, venue, "maker", now)), "startsAt");
  given = details();
  for (const Timestamp bad :
       {given.starts_at, given.starts_at - hours{1}, given.starts_at + days{32}}) {
    given.ends_at = Patch<Timestamp>(bad);
    EXPECT_EQ(fault_of(make_show("s", given, venue, "maker", now)), "endsAt");
  }
  given.ends_at = Patch<Timestamp>(given.starts_at + days{31});
  EXPECT_TRUE(make_show("s", given, venue, "maker", now));
}

TEST(Show, IsOverWhenItEndsOrSixHoursAfterItBegan) {
  Show one = show();
  EXPECT_EQ(status_of(one, one.starts_at), ShowStatus::scheduled);
  EXPECT_EQ(status_of(one, one.starts_at + hours{6} - Milliseconds{1}), ShowStatus::scheduled);
  EXPECT_EQ(status_of(one, one.starts_at + hours{6}), ShowStatus::over);
  one.ends_at = one.starts_at + hours{2};
  EXPECT_EQ(status_of(one, one.starts_at + hours{2} - Milliseconds{1}), ShowStatus::scheduled);
  EXPECT_EQ(status_of(one, one.starts_at + hours{2}), ShowStatus::over);
}

TEST(Show, IsNotOverWhenItWasPostponedOrCancelled) {
  Show one = show();
  one.plan = Plan::postponed;
  EXPECT_EQ(status_of(one, one.starts_at + days{1}), ShowStatus::postponed);
  one.plan = Plan::cancelled;
  EXPECT_EQ(status_of(one, one.starts_at + days{1}), ShowStatus::cancelled);
}

TEST(Show, HasACapOfOneToAThousandPercent) {
  ShowDetails given = details();
  for (const std::int64_t bad : {0, -1, 1'001}) {
    given.price_cap_percent = Patch<std::int64_t>(bad);
    EXPECT_EQ(fault_of(make_show("s", given, venue, "maker", now)), "priceCapPercent");
  }
  given.price_cap_percent = Patch<std::int64_t>(110);
  EXPECT_EQ(make_show("s", given, venue, "maker", now)->price_cap_percent, 110);
}

TEST(Show, IsChangedByItsMakerUntilTheFirstSale) {
  Show one = show();
  ShowDetails given = details();
  given.name = "AC/DC live";
  const auto edited = edit(one, edit_of(given), now);
  ASSERT_TRUE(edited);
  EXPECT_EQ(edited->version, 1);
  EXPECT_EQ(edited->name, "AC/DC live");
  ShowEdit by_another = edit_of(given);
  by_another.user_id = "another";
  EXPECT_EQ(edit(one, by_another, now).error().slug, "not_your_show");
  one.has_sales = true;
  EXPECT_EQ(edit(one, edit_of(given), now).error().slug, "show_has_sales");
  ShowEdit by_operator = edit_of(given);
  by_operator.user_id.reset();
  EXPECT_TRUE(edit(one, by_operator, now));
}

TEST(Show, IsNotChangedWhenItIsOverNorFromAnotherVersionThanTheOneSeen) {
  ShowEdit given = edit_of(details());
  EXPECT_EQ(edit(show(), given, now + days{11}).error().slug, "show_over");
  given.seen_version = 1;
  EXPECT_EQ(edit(show(), given, now).error().slug, "show_changed");
  given.seen_version = 0;
  EXPECT_TRUE(edit(show(), given, now));
}

TEST(Show, KeepsItsTimesWhenItHasBegunAndIsMovedToTheFutureOnly) {
  const Show one = show();
  const Timestamp begun = one.starts_at + hours{1};
  EXPECT_TRUE(edit(one, edit_of(details()), begun));
  ShowDetails moved = details();
  moved.starts_at = begun - Milliseconds{1};
  EXPECT_EQ(fault_of(edit(one, edit_of(moved), begun)), "startsAt");
  moved.starts_at = begun + days{30};
  EXPECT_TRUE(edit(one, edit_of(moved), begun));
  // It goes on longer than was planned.
  ShowDetails longer = details();
  longer.ends_at = Patch<Timestamp>(begun + hours{8});
  EXPECT_TRUE(edit(one, edit_of(longer), begun));
}

TEST(Show, IsPostponedAndScheduledAgain) {
  ShowEdit given = edit_of(details());
  given.plan = Plan::postponed;
  const Show postponed = edit(show(), given, now).value();
  EXPECT_EQ(postponed.plan, Plan::postponed);
  given.plan.reset();
  EXPECT_EQ(edit(postponed, given, now)->plan, Plan::postponed);
  // Also after the day on which it should have been.
  given.plan = Plan::scheduled;
  given.details.starts_at = now + days{60};
  EXPECT_EQ(edit(postponed, given, now + days{20})->plan, Plan::scheduled);
}

TEST(Show, IsMergedOnceIntoOneThatStandsForItself) {
  const Show one = show();
  Show other = show();
  other.id = "other";
  const auto merged = merge(one, other, false);
  ASSERT_TRUE(merged && *merged);
  EXPECT_EQ((*merged)->merged_into, "other");
  EXPECT_EQ((*merged)->version, 1);
  EXPECT_FALSE(merge(**merged, other, false).value());
  EXPECT_EQ(merge(one, one, false).error().slug, "show_not_merged");
  EXPECT_EQ(merge(one, **merged, false).error().slug, "show_not_merged");
  EXPECT_EQ(merge(one, other, true).error().slug, "show_not_merged");
}

TEST(Venue, HasACountryAndATimeZone) {
  VenueDetails given{.name = "Hall", .city = "Apia", .country = "WS", .time_zone = "Pacific/Apia"};
  EXPECT_TRUE(check(given));
  for (const char* bad : {"", "ws", "WSM", "W", "É"}) {
    given.country = bad;
    EXPECT_EQ(check(given).error().fields.at(0).field, "venue.country");
  }
  given.country = "WS";
  given.time_zone = "Pacific/Nowhere";
  EXPECT_EQ(check(given).error().fields.at(0).field, "venue.timeZone");
}

}  // namespace
}  // namespace ticketing::shows
