// A copy of a show, made from events. No I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/base/clock.hpp"
#include "common/base/described.hpp"
#include "contracts/show_sales.hpp"

namespace ticketing::orders {

struct ShowCopy {
  std::string id;
  std::int64_t version = 0;
  contracts::ShowPlan status = contracts::ShowPlan::scheduled;
  Timestamp starts_at;
  std::optional<std::int64_t> price_cap_percent{};  // of the face value
  std::optional<std::string> merged_into{};         // the show that stands for it
  // Rises with each change of this copy, also with one that keeps the version.
  std::int64_t revision = 1;
};
BOOST_DESCRIBE_STRUCT(ShowCopy, (),
                      (id, version, status, starts_at, price_cap_percent, merged_into, revision))

// At which revision an order saw the show of its ticket, or the one that stands for it.
struct SeenShow {
  std::string id;
  std::int64_t revision = 0;
};

}  // namespace ticketing::orders
