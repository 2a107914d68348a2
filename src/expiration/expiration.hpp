// The time an order has. No I/O and no decision: orders decides whether an order expires.
#pragma once

#include <string>

#include "common/base/clock.hpp"
#include "common/base/described.hpp"

namespace ticketing::expiration {

struct Expiration {
  std::string order_id;
  std::int64_t order_version = 0;
  Timestamp due;
};
BOOST_DESCRIBE_STRUCT(Expiration, (), (order_id, order_version, due))

}  // namespace ticketing::expiration
