// What is configured for delivery.
#pragma once

#include <cstdint>
#include <string>

#include "common/base/config.hpp"
#include "delivery/upload.hpp"

namespace ticketing::delivery {

struct Settings {
  std::string files_key;             // bytes; empty: the one that the shape keeps
  std::int64_t files_an_hour = 120;  // of a user, with codes in words
  KeptMax kept_max = {};
  // A file has to have a code, and what is sold without one is due.
  bool requires_proof = false;
};

Settings read_settings(Environment& environment);
std::string settings_help();

}  // namespace ticketing::delivery
