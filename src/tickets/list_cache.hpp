// The answers to GET /api/tickets as they were rendered, until anything is committed. Holds none
// where other processes commit to the database, too: there a ticket may change unnoticed.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "common/db/commit_count.hpp"
#include "common/http/message.hpp"

namespace ticketing::tickets {

class ListCache {
 public:
  // Of the database that the lists are read from; null where others commit to it. It outlives this.
  explicit ListCache(const db::CommitCount* commits) : counted_(commits) {}

  // What identifies the list that a request asks for, if an answer to it may be held: not a
  // seller's own.
  static std::optional<std::string> key_of(const http::Request& request);

  // What put() wants to know: called before the list is read.
  std::optional<std::uint64_t> commits_so_far() const;
  // The answer, or null. Valid until put() is called.
  const http::Response* find(const std::string& key);
  // An answer that was read after commits_so_far() gave `commits`.
  void put(std::string key, std::optional<std::uint64_t> commits, const http::Response& answer);

 private:
  const db::CommitCount* counted_;
  std::optional<std::uint64_t> commits_;  // after which all that is held was read
  std::map<std::string, http::Response> answers_;
};

}  // namespace ticketing::tickets
