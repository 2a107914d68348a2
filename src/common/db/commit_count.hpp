// What only a database knows that no other process can change. Databases that know it derive from
// this class besides Database.
#pragma once

#include <cstdint>

namespace ticketing::db {

class CommitCount {
 public:
  virtual ~CommitCount() = default;

  // How many commits there were. A query that is sent after this was read sees all of them, and a
  // commit is counted before commit() resumes.
  virtual std::uint64_t commits_so_far() const = 0;
};

}  // namespace ticketing::db
