// The meaning of MODE for the whole program.
#pragma once

#include "common/base/config.hpp"

namespace ticketing {

// Whether MODE is "production" ("local" is the default; another value is a fault): what is
// convenient to develop with, such as a secret that is easy to guess, is refused then.
bool is_production(Environment& environment);

}  // namespace ticketing
