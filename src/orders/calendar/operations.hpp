// What can be done with the calendar of a buyer: its secret address is made, ended, and read from.
#pragma once

#include <optional>
#include <string>

#include "common/async/task.hpp"
#include "common/runtime/owned_data.hpp"
#include "orders/calendar/calendar.hpp"

namespace ticketing::orders::calendar {

class Operations {
 public:
  Operations(runtime::Platform& platform, runtime::OwnedData& data)
      : platform_(platform), data_(data) {}

  // Since when the buyer's calendar has its address; nothing: it has none.
  Task<std::optional<Timestamp>> find(std::string user_id);
  // A new address, by its key. The one before ends.
  Task<std::string> open(std::string user_id);
  Task<> close(std::string user_id);
  // The file at the address with this key; nothing when there is none.
  Task<std::optional<std::string>> read(std::string key);

 private:
  runtime::Platform& platform_;
  runtime::OwnedData& data_;
};

}  // namespace ticketing::orders::calendar
