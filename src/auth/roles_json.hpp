// The roles of a user as answers have them.
#pragma once

#include <string>
#include <vector>

#include "common/json/writer.hpp"

namespace ticketing::auth {

inline json::Writer& write_roles(json::Writer& writer, const std::vector<std::string>& roles) {
  writer.key("roles").begin_array();
  for (const std::string& role : roles) writer.value(role);
  return writer.end_array();
}

}  // namespace ticketing::auth
