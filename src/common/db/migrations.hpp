// A service's tables, as numbered SQL files compiled into its program and applied in order at
// start.
#pragma once

#include <string_view>
#include <vector>

namespace ticketing::db {

struct Migration {
  std::string_view name;  // "001_topics"
  std::string_view sql;   // one or more statements
};

using Migrations = std::vector<Migration>;

}  // namespace ticketing::db
