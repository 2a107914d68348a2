// How many attempts to pay may be declined in an hour, of one buyer and of all buyers of one
// address together. Counted are those that were declined and those that may still be. No I/O.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "common/base/clock.hpp"
#include "common/base/described.hpp"
#include "common/base/error.hpp"

namespace ticketing::payments::attempts {

inline constexpr std::chrono::hours declines_window{1};

// 0: no limit.
struct DeclineLimits {
  std::int64_t per_user = 10;
  std::int64_t per_address = 60;
};

// Whom an attempt counts for.
struct Payer {
  std::string user_id;
  std::string address;  // as limits count it
};

// Of each limit that is met, the time of the oldest attempt that has to leave the window before
// there is room for another.
struct MetLimits {
  std::optional<Timestamp> of_user;
  std::optional<Timestamp> of_address;
};
BOOST_DESCRIBE_STRUCT(MetLimits, (), (of_user, of_address))

// Refuses with `too_many_declines`, until the later of the two leaves the window.
Result<void> check_declines(const MetLimits& met, Timestamp now);

}  // namespace ticketing::payments::attempts
