// A copy of a show, made from events. No I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/base/clock.hpp"
#include "common/base/described.hpp"
#include "contracts/show_sales.hpp"

namespace ticketing::tickets {

struct ShowCopy {
  std::string id;
  std::int64_t version = 0;
  contracts::ShowPlan status = contracts::ShowPlan::scheduled;
  std::optional<Timestamp> starts_at{};  // unknown of a copy from an old release
  Timestamp over_at;
  std::optional<std::int64_t> price_cap_percent{};  // of the face value
  std::optional<std::string> merged_into{};         // the show that stands for it
};
BOOST_DESCRIBE_STRUCT(ShowCopy, (),
                      (id, version, status, starts_at, over_at, price_cap_percent, merged_into))

inline Timestamp begins_at(const ShowCopy& show) { return show.starts_at.value_or(show.over_at); }

inline bool has_begun(const ShowCopy& show, Timestamp now) {
  return contracts::has_begun(show.status, begins_at(show), now);
}

}  // namespace ticketing::tickets
