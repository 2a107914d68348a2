// How many bytes of files one process has in memory at once.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

#include "common/base/exceptions.hpp"

namespace ticketing::files {

// One thread only.
class Budget {
 public:
  static constexpr std::size_t bytes_max = std::size_t{64} * 1024 * 1024;

  // Some of the budget, given back when it goes. It may outlive the budget.
  class Hold {
   public:
    Hold() = default;
    Hold(Hold&& other) noexcept { swap(other); }
    Hold& operator=(Hold&& other) noexcept {
      Hold(std::move(other)).swap(*this);
      return *this;
    }
    ~Hold() { shrink_to(0); }

    void shrink_to(std::size_t bytes) {
      if (bytes >= bytes_) return;
      *used_ -= bytes_ - bytes;
      bytes_ = bytes;
    }

   private:
    friend class Budget;
    void swap(Hold& other) noexcept {
      std::swap(used_, other.used_);
      std::swap(bytes_, other.bytes_);
    }
    std::shared_ptr<std::size_t> used_;
    std::size_t bytes_ = 0;
  };

  // Throws Overloaded when there is less left.
  Hold take(std::size_t bytes) {
    if (*used_ + bytes > bytes_max) throw Overloaded("too many bytes of files are in memory");
    Hold hold;
    hold.used_ = used_;
    hold.bytes_ = bytes;
    *used_ += bytes;
    return hold;
  }
  std::size_t used() const { return *used_; }

 private:
  std::shared_ptr<std::size_t> used_ = std::make_shared<std::size_t>(0);
};

}  // namespace ticketing::files
