// How much of something that exists at one moment a caller may hold: connections, streams, requests
// under way, bytes. What is taken is given back when its Hold ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

#include "common/limits/caller.hpp"

namespace ticketing::limits {

// 0: no limit.
struct ShareLimits {
  std::int64_t per_address = 0;
  std::int64_t per_user = 0;
  std::int64_t in_all = 0;
};

enum class Full { no, address, user, all };
std::string_view to_string(Full full);

// One thread only. The table has a caller while it holds something, which `in_all` bounds, and
// after that until another one needs its entry: so a caller who comes again costs one look-up and
// no memory is allocated.
class Shares {
  struct Entry {
    std::string key;  // of the caller
    std::int64_t amount = 0;
    std::int64_t holds = 0;
    std::list<Entry>::iterator place;  // in busy_, or without a hold in idle_
  };

 public:
  // What a holder has. Moves; the Shares outlive it.
  class Hold {
   public:
    Hold() = default;
    Hold(Hold&& other) noexcept { swap(other); }
    Hold& operator=(Hold&& other) noexcept {
      Hold(std::move(other)).swap(*this);
      return *this;
    }
    ~Hold() { release(); }

    std::int64_t amount() const { return amount_; }
    // Takes more, or gives some back, for the same parties. Other than Full::no: nothing changed.
    Full resize(std::int64_t amount);
    void release();

   private:
    friend class Shares;
    void swap(Hold& other) noexcept;

    Shares* shares_ = nullptr;
    Entry* address_ = nullptr;  // null: not counted for one
    Entry* user_ = nullptr;
    std::int64_t amount_ = 0;
  };

  // `idle_max`, at least 2: how many callers that hold nothing have an entry.
  explicit Shares(ShareLimits limits, std::size_t idle_max = 8'192);
  Shares(const Shares&) = delete;
  Shares& operator=(const Shares&) = delete;

  // Takes `amount` for the parties into `hold`, which gives back what it held before. Other than
  // Full::no: the limit that was met; nothing was taken.
  Full take(Hold& hold, const Parties& parties, std::int64_t amount = 1);

  std::int64_t in_all() const { return in_all_; }
  std::int64_t of(const Caller& caller) const;
  std::size_t callers() const { return index_.size(); }
  const ShareLimits& limits() const { return limits_; }

 private:
  Entry& entry_of(const Caller& caller);
  Full change(Entry* address, Entry* user, std::int64_t by);
  void begin_hold(Entry* entry);
  void end_hold(Entry* entry);

  const ShareLimits limits_;
  const std::size_t idle_max_;
  std::int64_t in_all_ = 0;
  std::list<Entry> busy_, idle_;                        // the one that was used last is the first
  std::unordered_map<std::string_view, Entry*> index_;  // by key
};

}  // namespace ticketing::limits
