// A resource and its limits, as data: the source of the settings, of their text in --help and of
// the rows in docs/limits.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/config.hpp"

namespace ticketing::limits {

// One number. Without a setting it is fixed, 0: there is no such limit.
struct Cap {
  std::int64_t standard = 0;
  std::string_view setting = {};  // the variable that changes it; its value 0 switches it off
  std::string_view unit = {};     // "a minute"
  std::int64_t most = 10'000'000;

  // The number in use: the standard one unless the environment sets another.
  std::int64_t read(Environment& environment) const;
};

struct Limit {
  std::string_view resource;
  Cap per_address = {};
  Cap per_user = {};
  Cap in_all = {};
  std::string_view answer;

  // The row of docs/limits.md.
  std::string to_markdown() const;
};
using Limits = std::vector<Limit>;

// The text of --help about the settings of these limits.
std::string settings_help(const Limits& limits);

}  // namespace ticketing::limits
