// Data about callers, by caller: a table of bounded size. When it is full, the entry
// that was used least recently makes room; the others stay as they are.
#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "common/limits/caller.hpp"

namespace ticketing::limits {

inline constexpr std::size_t callers_max = 100'000;

// One thread only. References stay good until the next call.
template <class Value>
class CallerTable {
 public:
  explicit CallerTable(std::size_t entries_max = callers_max) : entries_max_(entries_max) {}

  // The caller's entry, which becomes the most recent one; made from `fresh` when there is none.
  Value& at(const Caller& caller, const Value& fresh = {}) {
    const auto known = index_.find(caller.key());
    if (known != index_.end()) {
      entries_.splice(entries_.begin(), entries_, known->second);
      return known->second->second;
    }
    if (entries_.size() >= entries_max_) {
      index_.erase(entries_.back().first);
      entries_.pop_back();
    }
    entries_.emplace_front(caller.key(), fresh);
    index_.emplace(entries_.front().first, entries_.begin());
    return entries_.front().second;
  }

  // The caller's entry, or null. Does not count as a use.
  Value* find(const Caller& caller) {
    const auto known = index_.find(caller.key());
    return known == index_.end() ? nullptr : &known->second->second;
  }

  void erase(const Caller& caller) {
    const auto known = index_.find(caller.key());
    if (known == index_.end()) return;
    const auto entry = known->second;
    index_.erase(known);
    entries_.erase(entry);
  }

  std::size_t size() const { return entries_.size(); }

 private:
  using Entries = std::list<std::pair<std::string, Value>>;

  std::size_t entries_max_;
  Entries entries_;  // most recently used first
  std::unordered_map<std::string_view, typename Entries::iterator> index_;
};

}  // namespace ticketing::limits
