#include "common/base/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace ticketing {

void assertion_failed(const char* expression, const char* file, int line) noexcept {
  std::fprintf(stderr, "assertion failed: %s (%s:%d)\n", expression, file, line);
  std::abort();
}

}  // namespace ticketing
