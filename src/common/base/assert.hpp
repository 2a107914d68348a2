// Assertions that stay on in release builds: a violated one is a programming error and ends the
// process.
#pragma once

namespace ticketing {

[[noreturn]] void assertion_failed(const char* expression, const char* file, int line) noexcept;

}  // namespace ticketing

#define TICKETING_ASSERT(expression)      \
  (static_cast<bool>(expression) ? void() \
                                 : ::ticketing::assertion_failed(#expression, __FILE__, __LINE__))
