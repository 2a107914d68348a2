#include "common/runtime/descriptors.hpp"

#include <sys/resource.h>

#include <algorithm>

namespace ticketing::runtime {

std::int64_t raise_descriptor_limit() {
  // More is never used, and some systems have no hard limit to speak of.
  constexpr rlim_t enough = 1'000'000;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1'024;
  const rlimit raised{.rlim_cur = limit.rlim_max, .rlim_max = limit.rlim_max};
  if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) limit.rlim_cur = limit.rlim_max;
  return static_cast<std::int64_t>(std::min(limit.rlim_cur, enough));
}

}  // namespace ticketing::runtime
