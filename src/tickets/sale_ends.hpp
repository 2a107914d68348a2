// The end of a sale: when a show begins, its tickets that are still listed lapse.
#pragma once

#include <cstdint>
#include <string>

#include "common/bus/event_bus.hpp"
#include "common/runtime/owned_data.hpp"

namespace ticketing::tickets {

class SaleEnds {
 public:
  SaleEnds(runtime::Platform& platform, runtime::OwnedData& data);

  // See Operations::end_sale().
  Task<bus::Verdict> end(std::string show_id, Timestamp starts_at);
  // See Operations::sweep().
  Task<std::int64_t> sweep();

 private:
  // Of one show, for which `now` is the time. Returns the number of tickets that lapsed.
  Task<std::int64_t> lapse_tickets(std::string show_id, Timestamp now);

  runtime::Platform& platform_;
  runtime::OwnedData& data_;
};

}  // namespace ticketing::tickets
