// What /readyz answers: whether requests should come to this process, and what speaks against it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "common/runtime/platform.hpp"
#include "common/runtime/service.hpp"

namespace ticketing::runtime {

using Services = std::vector<std::unique_ptr<Service>>;

struct Readiness {
  bool bus = false;
  bool identity = false;         // public keys to verify sessions with
  Milliseconds clock_offset{0};  // as clock_offset() below
  std::vector<std::pair<std::string, bool>> services;

  // Within the leeway that tokens have. Beyond it this process refuses valid sessions, or signs
  // ones that the others refuse.
  bool is_clock_right() const;
  bool all() const;
  std::string to_json() const;
};

// How far the clock of this process is ahead of its databases' clocks: the offset that is furthest
// from zero. Zero where the process shares its databases with no other.
Milliseconds clock_offset(const Services& services);

Task<Readiness> check_readiness(const Platform& platform, const Services& services);

}  // namespace ticketing::runtime
