// The ids that this process works on now: one coroutine at a time for each.
#pragma once

#include <optional>
#include <string>
#include <unordered_set>
#include <utility>

namespace ticketing::payments {

class InProgress {
 public:
  // Holds an id until it is destroyed.
  class Guard {
   public:
    Guard(InProgress& owner, std::string id) : owner_(&owner), id_(std::move(id)) {}
    Guard(Guard&& other) noexcept
        : owner_(std::exchange(other.owner_, nullptr)), id_(std::move(other.id_)) {}
    Guard& operator=(Guard&&) = delete;
    ~Guard() {
      if (owner_ != nullptr) owner_->ids_.erase(id_);
    }

   private:
    InProgress* owner_;
    std::string id_;
  };

  // Nothing when another coroutine works on the id.
  std::optional<Guard> enter(const std::string& id) {
    if (!ids_.insert(id).second) return std::nullopt;
    return Guard(*this, id);
  }
  bool contains(const std::string& id) const { return ids_.contains(id); }
  std::size_t size() const { return ids_.size(); }

 private:
  std::unordered_set<std::string> ids_;
};

}  // namespace ticketing::payments
