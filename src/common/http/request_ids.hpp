// Makes request ids and trace contexts: unique, fast, not secret.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "common/base/random.hpp"

namespace ticketing::http {

// xoshiro256** (Blackman and Vigna), seeded by the kernel: a system call a request would cost more
// than the rest of the head. Not thread-safe.
class RequestIds {
 public:
  explicit RequestIds(Random& seed);

  std::string request_id();   // 32 hex digits
  std::string traceparent();  // 00-<trace>-<span>-01

 private:
  std::uint64_t next();
  void append_hex(std::string& out);  // 16 digits

  std::array<std::uint64_t, 4> state_;
};

}  // namespace ticketing::http
