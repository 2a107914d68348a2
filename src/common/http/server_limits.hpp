// What one caller, and all callers together, may take of a server.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "common/base/config.hpp"
#include "common/limits/limit.hpp"
#include "common/limits/shares.hpp"

namespace ticketing::http {

struct ServerLimits {
  ServerLimits();  // the standard numbers

  limits::ShareLimits connections;
  limits::ShareLimits streams;
  limits::ShareLimits requests;       // under way
  limits::ShareLimits request_bytes;  // in memory
  limits::ShareLimits upload_bytes;   // of bodies that are files, in memory
  limits::ShareLimits answer_bytes;   // in memory, because the caller does not read them
  std::int64_t writes_a_minute;       // of a user
  std::chrono::seconds stream_life;   // at most; a fifth of it is left to chance
};

// The rows of docs/limits.md.
const limits::Limits& server_limits();
ServerLimits read_server_limits(Environment& environment);
std::string server_limits_help();

}  // namespace ticketing::http
