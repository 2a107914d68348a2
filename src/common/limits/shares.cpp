#include "common/limits/shares.hpp"

#include <utility>

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
  std::swap(address_, other.address_);
  std::swap(user_, other.user_);
  std::swap(amount_, other.amount_);
}

void Shares::Hold::release() {
  if (shares_ == nullptr) return;
  shares_->change(address_, user_, -amount_);
  shares_->end_hold(address_);
  shares_->end_hold(user_);
  shares_ = nullptr;
  amount_ = 0;
}

Full Shares::Hold::resize(std::int64_t amount) {
  TICKETING_ASSERT(shares_ != nullptr && amount >= 0);
  const Full full = shares_->change(address_, user_, amount - amount_);
  if (full == Full::no) amount_ = amount;
  return full;
}

Shares::Shares(ShareLimits limits, std::size_t idle_max) : limits_(limits), idle_max_(idle_max) {
  // The entries of both parties of a hold are idle for a moment when it begins.
  TICKETING_ASSERT(idle_max_ >= 2);
}

Full Shares::take(Hold& hold, const Parties& parties, std::int64_t amount) {
  hold.release();
  const bool has_address = parties.address && limits_.per_address > 0;
  const bool has_user = parties.user && limits_.per_user > 0;
  Entry* const address = has_address ? &entry_of(*parties.address) : nullptr;
  Entry* const user = has_user ? &entry_of(*parties.user) : nullptr;
  const Full full = change(address, user, amount);
  if (full != Full::no) return full;
  begin_hold(address);
  begin_hold(user);
  hold.shares_ = this;
  hold.address_ = address;
  hold.user_ = user;
  hold.amount_ = amount;
  return Full::no;
}

std::int64_t Shares::of(const Caller& caller) const {
  const auto found = index_.find(caller.key());
  return found == index_.end() ? 0 : found->second->amount;
}

// A new one takes the place of the one that has been idle for the longest time, with its memory.
Shares::Entry& Shares::entry_of(const Caller& caller) {
  const auto known = index_.find(caller.key());
  if (known != index_.end()) return *known->second;
  if (idle_.size() < idle_max_) {
    Entry& entry = idle_.emplace_front(Entry{.key = caller.key()});
    entry.place = idle_.begin();
    index_.emplace(entry.key, &entry);
    return entry;
  }
  Entry& entry = idle_.back();
  auto node = index_.extract(entry.key);
  entry.key = caller.key();
  node.key() = entry.key;
  index_.insert(std::move(node));
  idle_.splice(idle_.begin(), idle_, entry.place);
  return entry;
}

// The caller's own limit first: its answer names the caller that has to wait.
Full Shares::change(Entry* address, Entry* user, std::int64_t by) {
  const auto exceeds = [by](std::int64_t held, std::int64_t limit) {
    return by > 0 && limit > 0 && held + by > limit;
  };
  if (user != nullptr && exceeds(user->amount, limits_.per_user)) return Full::user;
  if (address != nullptr && exceeds(address->amount, limits_.per_address)) return Full::address;
  if (exceeds(in_all_, limits_.in_all)) return Full::all;
  in_all_ += by;
  if (address != nullptr) address->amount += by;
  if (user != nullptr) user->amount += by;
  return Full::no;
}

void Shares::begin_hold(Entry* entry) {
  if (entry != nullptr && entry->holds++ == 0) busy_.splice(busy_.begin(), idle_, entry->place);
}

void Shares::end_hold(Entry* entry) {
  if (entry != nullptr && --entry->holds == 0) idle_.splice(idle_.begin(), busy_, entry->place);
}

}  // namespace ticketing::limits
