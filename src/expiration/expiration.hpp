// The time that an order has, and the time until a show begins. No I/O and no decision: who owns
// the order, or the tickets of the show, decides what expires.
#pragma once

#include <string>

#include "common/base/clock.hpp"
#include "common/base/described.hpp"

namespace ticketing::expiration {

enum class Kind { order, show };
BOOST_DESCRIBE_ENUM(Kind, order, show)

struct Expiration {
  std::string id;  // the order's or the show's
  std::int64_t version = 0;
  Timestamp due;
  Kind kind = Kind::order;
};
BOOST_DESCRIBE_STRUCT(Expiration, (), (id, version, due, kind))

// The beginning of a show, as an event tells of it.
struct Beginning {
  Expiration expiration;
  // Not while the show is postponed, nor once another show stands for it.
  bool is_awaited = true;
};

}  // namespace ticketing::expiration
