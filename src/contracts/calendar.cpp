#include "contracts/calendar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace ticketing::contracts {
namespace {

constexpr std::size_t line_bytes_max = 75;

// The time in UTC, which needs no description of a time zone: 20260131T193000Z.
std::string utc(Timestamp time) {
  std::string text = to_iso8601(time).substr(0, 19);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text + "Z";
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == ';' || c == ',') out += '\\';
    if (c == '\n')
      out += "\\n";
    else
      out += c;
  }
  return out;
}

// A line longer than 75 bytes goes on in the next one, after a space; no character is divided.
void add_line(std::string& out, std::string_view name, std::string_view value) {
  std::string line = fmt::format("{}:{}", name, value);
  std::size_t length_max = line_bytes_max;
  while (line.size() > length_max) {
    std::size_t end = length_max;
    while ((static_cast<unsigned char>(line[end]) & 0xc0) == 0x80) --end;
    out += line.substr(0, end) + "\r\n ";
    line.erase(0, end);
    length_max = line_bytes_max - 1;
  }
  out += line + "\r\n";
}

std::string_view status_name(ShowPlan plan) {
  switch (plan) {
    case ShowPlan::postponed: return "TENTATIVE";
    case ShowPlan::cancelled: return "CANCELLED";
    case ShowPlan::scheduled: break;
  }
  return "CONFIRMED";
}

void begin(std::string& out) {
  add_line(out, "BEGIN", "VCALENDAR");
  add_line(out, "VERSION", "2.0");
  add_line(out, "PRODID", "-//ticketing//shows//EN");
}

void add_show(std::string& out, const CalendarShow& show) {
  add_line(out, "BEGIN", "VEVENT");
  add_line(out, "UID", show.id);
  add_line(out, "DTSTAMP", utc(show.changed_at));
  add_line(out, "SEQUENCE", std::to_string(show.version));
  add_line(out, "DTSTART", utc(show.starts_at));
  if (show.ends_at) add_line(out, "DTEND", utc(*show.ends_at));
  add_line(out, "SUMMARY", escaped(show.name));
  add_line(out, "LOCATION", escaped(show.place));
  if (!show.description.empty()) add_line(out, "DESCRIPTION", escaped(show.description));
  add_line(out, "STATUS", status_name(show.plan));
  add_line(out, "END", "VEVENT");
}

}  // namespace

std::string to_calendar(const CalendarShow& show) {
  std::string out;
  begin(out);
  add_show(out, show);
  add_line(out, "END", "VCALENDAR");
  return out;
}

std::string to_calendar(const std::string& name, const std::vector<CalendarShow>& shows) {
  std::string out;
  begin(out);
  // Of RFC 7986, and what programs read that are older.
  add_line(out, "NAME", escaped(name));
  add_line(out, "X-WR-CALNAME", escaped(name));
  add_line(out, "REFRESH-INTERVAL;VALUE=DURATION", "PT1H");
  add_line(out, "X-PUBLISHED-TTL", "PT1H");
  for (const CalendarShow& show : shows) add_show(out, show);
  add_line(out, "END", "VCALENDAR");
  return out;
}

}  // namespace ticketing::contracts
