// What one caller may send to delivery: a row of docs/limits.md.
#pragma once

#include "common/limits/limit.hpp"

namespace ticketing::delivery {

// Each file is read in a jailed program, and kept for an hour even when the next one replaces it.
inline constexpr limits::Limit ticket_files{
    .resource = "files and codes of tickets",
    .per_user = {.standard = 120, .setting = "TICKET_FILES_AN_HOUR", .unit = "an hour"},
    .answer = "429 `too_many_files`"};

}  // namespace ticketing::delivery
