// Shows as a calendar file (RFC 5545): that of one show, and the calendar of a person. No I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/base/clock.hpp"
#include "contracts/show_sales.hpp"

namespace ticketing::contracts {

struct CalendarShow {
  std::string id;
  std::int64_t version = 0;
  std::string name;
  std::string place;  // "Filharmonia, Łódź, PL"
  Timestamp starts_at;
  std::optional<Timestamp> ends_at;
  ShowPlan plan = ShowPlan::scheduled;
  Timestamp changed_at;     // the file was made, or the show is so since then
  std::string description;  // empty: none
};

// The file of one show.
std::string to_calendar(const CalendarShow& show);

// A calendar that programs read again and again.
std::string to_calendar(const std::string& name, const std::vector<CalendarShow>& shows);

}  // namespace ticketing::contracts
