// How long a random test runs, and its seed.
#pragma once

#include <cstdlib>

namespace ticketing::republish {

inline double number_from(const char* variable, double otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtod(text, nullptr);
}

}  // namespace ticketing::republish
