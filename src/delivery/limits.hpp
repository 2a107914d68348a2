// What one caller may send to delivery: rows of docs/limits.md.
#pragma once

#include "common/limits/limit.hpp"

namespace ticketing::delivery {

// Each file is read in a jailed program, and kept for an hour even when the next one replaces it.
inline constexpr limits::Limit ticket_files{
    .resource = "files and codes of tickets",
    .per_user = {.standard = 120, .setting = "TICKET_FILES_AN_HOUR", .unit = "an hour"},
    .answer = "429 `too_many_files`"};
// Two are read at once. A file that is admitted waits and is read in less time than a handler has.
inline constexpr limits::Limit files_at_once{
    .resource = "ticket files that are read or wait for it",
    .per_address = {.standard = 6},
    .per_user = {.standard = 3},
    .in_all = {.standard = 5, .unit = "s of waiting, addresses take turns"},
    .answer = "429 `too_many_requests`, in all 503 `unavailable`"};
inline constexpr limits::Limit files_kept{
    .resource = "files of tickets for sale",
    .per_user = {.standard = 1'000, .setting = "TICKET_FILES_MAX"},
    .answer = "400 `too_many_files_kept`"};
inline constexpr limits::Limit megabytes_kept{
    .resource = "megabytes of the files of tickets for sale",
    .per_user = {.standard = 1'000, .setting = "TICKET_MEGABYTES_MAX"},
    .answer = "400 `too_many_bytes_kept`"};

limits::Limits upload_limits();

}  // namespace ticketing::delivery
