// What one caller may do to shows: a row of docs/limits.md.
#pragma once

#include "common/limits/limit.hpp"

namespace ticketing::shows {

// Each is decoded, and kept for an hour even when the next one replaces it.
inline constexpr limits::Limit pictures{
    .resource = "pictures of shows",
    .per_user = {.standard = 60, .setting = "PICTURES_AN_HOUR", .unit = "an hour"},
    .answer = "429 `too_many_pictures`"};

}  // namespace ticketing::shows
