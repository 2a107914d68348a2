#include "common/limits/shares.hpp"

#include "common/base/assert.hpp"

namespace ticketing::limits {

std::string_view to_string(Full full) {
  switch (full) {
    case Full::no: return "no";
    case Full::address: return "address";
    case Full::user: return "user";
    case Full::all: return "all";
  }
  return "no";
}

void Shares::Hold::swap(Hold& other) noexcept {
  std::swap(shares_, other.shares_);
  std::swap(parties_, other.parties_);
  std::swap(amount_, other.amount_);
}

void Shares::Hold::release() {
  if (shares_ == nullptr) return;
  shares_->change(*parties_, -amount_);
  shares_ = nullptr;
  parties_.reset();
  amount_ = 0;
}

Full Shares::Hold::resize(std::int64_t amount) {
  TICKETING_ASSERT(shares_ != nullptr && amount >= 0);
  const Full full = shares_->change(*parties_, amount - amount_);
  if (full == Full::no) amount_ = amount;
  return full;
}

Full Shares::take(Hold& hold, Parties parties, std::int64_t amount) {
  hold.release();
  const Full full = change(parties, amount);
  if (full != Full::no) return full;
  hold.shares_ = this;
  hold.parties_ = std::move(parties);
  hold.amount_ = amount;
  return Full::no;
}

std::int64_t Shares::of(const Caller& caller) const {
  const auto found = by_caller_.find(caller.key());
  return found == by_caller_.end() ? 0 : found->second;
}

// The caller's own limit first: its answer names the caller that has to wait.
Full Shares::change(const Parties& parties, std::int64_t by) {
  const auto exceeds = [by](std::int64_t held, std::int64_t limit) {
    return by > 0 && limit > 0 && held + by > limit;
  };
  if (parties.user && exceeds(of(*parties.user), limits_.per_user)) return Full::user;
  if (parties.address && exceeds(of(*parties.address), limits_.per_address)) return Full::address;
  if (exceeds(in_all_, limits_.in_all)) return Full::all;
  in_all_ += by;
  if (parties.address && limits_.per_address > 0) add(*parties.address, by);
  if (parties.user && limits_.per_user > 0) add(*parties.user, by);
  return Full::no;
}

void Shares::add(const Caller& caller, std::int64_t by) {
  if (by == 0) return;
  const auto entry = by_caller_.try_emplace(caller.key(), 0).first;
  entry->second += by;
  if (entry->second == 0) by_caller_.erase(entry);
}

}  // namespace ticketing::limits
