#include "contracts/calendar.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace ticketing::contracts {
namespace {

using testing::HasSubstr;
using testing::Not;

Timestamp at(std::string_view text) { return parse_iso8601(text).value(); }
const Timestamp changed_at = at("2026-06-01T12:00:00.000Z");

CalendarShow show() {
  return {.id = "01939f41-1f6b-7a3c-b7d5-9e8f7a6b5c03",
          .version = 3,
          .name = "Earth, Wind & Fire; back\\forth",
          .place = "Filharmonia, Łódź, PL",
          .starts_at = at("2026-10-25T00:30:00.000Z"),
          .ends_at = std::nullopt,
          .changed_at = changed_at,
          .description = ""};
}

TEST(Calendar, HasWhatAnEventNeeds) {
  CalendarShow one = show();
  one.ends_at = at("2026-10-25T01:30:00.000Z");
  EXPECT_EQ(to_calendar(one),
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//ticketing//shows//EN\r\nBEGIN:VEVENT\r\n"
            "UID:01939f41-1f6b-7a3c-b7d5-9e8f7a6b5c03\r\nDTSTAMP:20260601T120000Z\r\n"
            "SEQUENCE:3\r\nDTSTART:20261025T003000Z\r\nDTEND:20261025T013000Z\r\n"
            "SUMMARY:Earth\\, Wind & Fire\\; back\\\\forth\r\n"
            "LOCATION:Filharmonia\\, Łódź\\, PL\r\nSTATUS:CONFIRMED\r\n"
            "END:VEVENT\r\nEND:VCALENDAR\r\n");
}

TEST(Calendar, SaysWhetherTheShowTakesPlace) {
  CalendarShow one = show();
  EXPECT_THAT(to_calendar(one), Not(HasSubstr("DTEND")));
  one.plan = ShowPlan::postponed;
  EXPECT_THAT(to_calendar(one), HasSubstr("STATUS:TENTATIVE\r\n"));
  one.plan = ShowPlan::cancelled;
  EXPECT_THAT(to_calendar(one), HasSubstr("STATUS:CANCELLED\r\n"));
}

TEST(Calendar, OfAPersonHasANameAndAllShows) {
  CalendarShow one = show();
  one.description = "2 tickets\nRow 4";
  const std::string file = to_calendar("Shows; mine", {one, show()});
  EXPECT_THAT(file, HasSubstr("\r\nNAME:Shows\\; mine\r\n"));
  EXPECT_THAT(file, HasSubstr("\r\nDESCRIPTION:2 tickets\\nRow 4\r\n"));
  EXPECT_THAT(file.substr(file.find("END:VEVENT")), HasSubstr("BEGIN:VEVENT"));
  EXPECT_THAT(to_calendar("None", {}), Not(HasSubstr("VEVENT")));
}

TEST(Calendar, FoldsLongLinesBetweenCharacters) {
  CalendarShow one = show();
  one.name.clear();
  for (int i = 0; i < 100; ++i) one.name += i % 3 == 0 ? "é" : i % 3 == 1 ? "東" : "🎫";
  const std::string file = to_calendar(one);
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
}  // namespace ticketing::contracts
