#include "shows/calendar.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace ticketing::shows {
namespace {

using testing::HasSubstr;
using testing::Not;

Timestamp at(std::string_view text) { return parse_iso8601(text).value(); }
const Timestamp now = at("2026-06-01T12:00:00.000Z");

Show show() {
  return {.id = "01939f41-1f6b-7a3c-b7d5-9e8f7a6b5c03",
          .version = 3,
          .name = "Earth, Wind & Fire; back\\forth",
          .venue = {.id = "v",
                    .name = "Filharmonia",
                    .city = "Łódź",
                    .country = "PL",
                    .time_zone = "Europe/Warsaw"},
          .starts_at = at("2026-10-25T00:30:00.000Z"),
          .user_id = "maker",
          .created_at = now};
}

TEST(Calendar, HasWhatAnEventNeeds) {
  Show one = show();
  one.ends_at = at("2026-10-25T01:30:00.000Z");
  EXPECT_EQ(to_calendar(one, now),
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//ticketing//shows//EN\r\nBEGIN:VEVENT\r\n"
            "UID:01939f41-1f6b-7a3c-b7d5-9e8f7a6b5c03\r\nDTSTAMP:20260601T120000Z\r\n"
            "SEQUENCE:3\r\nDTSTART:20261025T003000Z\r\nDTEND:20261025T013000Z\r\n"
            "SUMMARY:Earth\\, Wind & Fire\\; back\\\\forth\r\n"
            "LOCATION:Filharmonia\\, Łódź\\, PL\r\nSTATUS:CONFIRMED\r\n"
            "END:VEVENT\r\nEND:VCALENDAR\r\n");
}

TEST(Calendar, SaysWhetherTheShowTakesPlace) {
  Show one = show();
  EXPECT_THAT(to_calendar(one, now), Not(HasSubstr("DTEND")));
  one.plan = Plan::postponed;
  EXPECT_THAT(to_calendar(one, now), HasSubstr("STATUS:TENTATIVE\r\n"));
  one.plan = Plan::cancelled;
  EXPECT_THAT(to_calendar(one, now), HasSubstr("STATUS:CANCELLED\r\n"));
}

TEST(Calendar, FoldsLongLinesBetweenCharacters) {
  Show one = show();
  one.name.clear();
  for (int i = 0; i < 100; ++i) one.name += i % 3 == 0 ? "é" : i % 3 == 1 ? "東" : "🎫";
  const std::string file = to_calendar(one, now);
  std::istringstream lines(file);
  std::string unfolded;
  for (std::string line; std::getline(lines, line);) {
    ASSERT_TRUE(line.ends_with('\r'));
    line.pop_back();
    EXPECT_LE(line.size(), 75U);
    EXPECT_NE(static_cast<unsigned char>(line.at(line.starts_with(' ') ? 1 : 0)) & 0xc0, 0x80);
    unfolded += line.starts_with(' ') ? line.substr(1) : "\n" + line;
  }
  EXPECT_THAT(unfolded, HasSubstr("\nSUMMARY:" + one.name + "\n"));
}

}  // namespace
}  // namespace ticketing::shows
