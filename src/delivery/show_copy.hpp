// The copy of a show in delivery, made from events: until when its tickets have to be given to
// their buyers, and are kept. No I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/base/clock.hpp"
#include "common/base/described.hpp"
#include "contracts/show_sales.hpp"

namespace ticketing::delivery {

struct ShowCopy {
  std::string id;
  std::int64_t version = 0;
  contracts::ShowPlan status = contracts::ShowPlan::scheduled;
  std::optional<Timestamp> starts_at{};  // unknown of a copy from an old release
  Timestamp over_at;
  std::optional<std::string> merged_into{};  // the show that stands for it
};
BOOST_DESCRIBE_STRUCT(ShowCopy, (), (id, version, status, starts_at, over_at, merged_into))

}  // namespace ticketing::delivery
