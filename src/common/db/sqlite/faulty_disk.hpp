// For tests: a disk that refuses to write or to sync when it is told to. Sits between SQLite and
// its own way to the files, for every connection that is opened after `install`. Part of no
// library.
#pragma once

#include <atomic>

namespace ticketing::db::faulty_disk {

// Once for the process; before connections are opened.
void install();

inline std::atomic<bool> is_full = false;      // writes fail as those to a full disk do
inline std::atomic<bool> writes_fail = false;  // writes fail with an I/O error
inline std::atomic<bool> syncs_fail = false;   // fsync fails

}  // namespace ticketing::db::faulty_disk
