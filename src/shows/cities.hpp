// The cities where shows are to come. No user waits for all shows to be counted: what was counted
// is kept for a moment.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/async/task.hpp"
#include "common/base/clock.hpp"
#include "common/base/described.hpp"
#include "common/db/database.hpp"

namespace ticketing::shows {

struct City {
  std::string name;  // as most of its shows write it
  std::int64_t shows = 0;
};
BOOST_DESCRIBE_STRUCT(City, (), (name, shows))

class Cities {
 public:
  explicit Cities(db::Database& database) : database_(database) {}

  // At most `cities_max`, those with the most shows first. Not older than some seconds, unless
  // another caller is counting them just now.
  Task<std::vector<City>> read(Timestamp now);
  // A show was made or changed here: what was counted is out of date.
  void forget() {
    counted_at_.reset();
    is_current_ = false;
  }

  static constexpr std::size_t cities_max = 60;

 private:
  Task<std::vector<City>> count(Timestamp now);

  db::Database& database_;
  std::optional<std::vector<City>> cities_;
  std::optional<Timestamp> counted_at_;
  bool is_counting_ = false;
  bool is_current_ = false;  // what is being counted
};

}  // namespace ticketing::shows
