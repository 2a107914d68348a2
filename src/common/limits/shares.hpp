// How much of something that exists at one moment a caller may hold: connections, streams, requests
// under way, bytes. What is taken is given back when its Hold ends.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>

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

// One thread only. The table has a caller while it holds something, so the table has as many
// entries as there are holds, which `in_all` bounds.
class Shares {
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
    std::optional<Parties> parties_;
    std::int64_t amount_ = 0;
  };

  explicit Shares(ShareLimits limits) : limits_(limits) {}
  Shares(const Shares&) = delete;
  Shares& operator=(const Shares&) = delete;

  // Takes `amount` for the parties into `hold`, which gives back what it held before. Other than
  // Full::no: the limit that was met; nothing was taken.
  Full take(Hold& hold, Parties parties, std::int64_t amount = 1);

  std::int64_t in_all() const { return in_all_; }
  std::int64_t of(const Caller& caller) const;
  const ShareLimits& limits() const { return limits_; }

 private:
  Full change(const Parties& parties, std::int64_t by);
  void add(const Caller& caller, std::int64_t by);

  const ShareLimits limits_;
  std::int64_t in_all_ = 0;
  std::unordered_map<std::string, std::int64_t> by_caller_;
};

}  // namespace ticketing::limits
