// What codec.hpp declares, for the files that compile it: include it there alone.
#pragma once

#include "common/json/described.hpp"
#include "contracts/codec.hpp"
#include "contracts/limits.hpp"

namespace ticketing::contracts {

template <Contract Event>
std::string encode(const Event& event) {
  return json::to_json(event);
}

template <Contract Event>
Result<Event> decode(std::string_view json) {
  return json::from_json<Event>(json, {.cents_min = price_cents_min, .cents_max = price_cents_max});
}

}  // namespace ticketing::contracts

// The code for one kind of event.
#define TICKETING_COMPILE_CODEC(Event)             \
  template std::string encode(const Event& event); \
  template Result<Event> decode(std::string_view json)
