#include "shows/time_zone.hpp"

#include <gtest/gtest.h>

namespace ticketing::shows {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

Timestamp at(std::string_view text) { return parse_iso8601(text).value(); }
std::string day(std::string_view zone, std::string_view time) {
  return to_iso8601(Timestamp(local_day(zone, at(time)))).substr(0, 10);
}

TEST(TimeZone, IsThatOfAPlace) {
  for (const char* good : {"Europe/Berlin", "America/Argentina/Buenos_Aires", "Pacific/Apia",
                           "Asia/Kolkata", "Asia/Calcutta", "Etc/GMT+2", "UTC"}) {
    EXPECT_TRUE(is_time_zone(good)) << good;
  }
  for (const char* bad :
       {"", "Berlin", "europe/berlin", "Europe/Berlin ", "Europe", "posix/Europe/Berlin",
        "right/Europe/Berlin", "../../etc/passwd", "Europe/../UTC", "+01:00", "posixrules"}) {
    EXPECT_FALSE(is_time_zone(bad)) << bad;
  }
}

TEST(TimeZone, FollowsSummerTimeInBothDirections) {
  // 2026-03-29 01:00 UTC: clocks go from 02:00 to 03:00; 2026-10-25 01:00 UTC: from 03:00 to 02:00.
  EXPECT_EQ(utc_offset("Europe/Warsaw", at("2026-03-29T00:59:59.999Z")), hours{1});
  EXPECT_EQ(utc_offset("Europe/Warsaw", at("2026-03-29T01:00:00.000Z")), hours{2});
  EXPECT_EQ(utc_offset("Europe/Warsaw", at("2026-10-25T00:59:59.999Z")), hours{2});
  EXPECT_EQ(utc_offset("Europe/Warsaw", at("2026-10-25T01:00:00.000Z")), hours{1});
  // South of the equator, and by half an hour.
  EXPECT_EQ(utc_offset("Australia/Lord_Howe", at("2026-01-01T00:00:00.000Z")), hours{11});
  EXPECT_EQ(utc_offset("Australia/Lord_Howe", at("2026-07-01T00:00:00.000Z")),
            hours{10} + minutes{30});
}

TEST(TimeZone, HasADayOfItsOwnAroundSummerTime) {
  EXPECT_EQ(day("Europe/Warsaw", "2026-03-28T22:59:00.000Z"), "2026-03-28");
  EXPECT_EQ(day("Europe/Warsaw", "2026-03-28T23:00:00.000Z"), "2026-03-29");
  EXPECT_EQ(day("Europe/Warsaw", "2026-03-29T21:59:00.000Z"), "2026-03-29");
  EXPECT_EQ(day("Europe/Warsaw", "2026-03-29T22:00:00.000Z"), "2026-03-30");
  EXPECT_EQ(day("Europe/Warsaw", "2026-10-24T22:00:00.000Z"), "2026-10-25");
  EXPECT_EQ(day("Europe/Warsaw", "2026-10-25T22:59:00.000Z"), "2026-10-25");
  EXPECT_EQ(day("Europe/Warsaw", "2026-10-25T23:00:00.000Z"), "2026-10-26");
}

TEST(TimeZone, HasADayOfItsOwnOnEachSideOfTheDateLine) {
  const char* const moment = "2026-12-31T10:30:00.000Z";
  EXPECT_EQ(day("Pacific/Kiritimati", moment), "2027-01-01");  // UTC+14
  EXPECT_EQ(day("Pacific/Pago_Pago", moment), "2026-12-30");   // UTC-11
  EXPECT_EQ(day("UTC", moment), "2026-12-31");
}

}  // namespace
}  // namespace ticketing::shows
