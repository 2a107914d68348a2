#include "common/runtime/changed_ids.hpp"

#include <utility>

namespace ticketing::runtime {
namespace {

// After a turn that failed.
constexpr Milliseconds retry_interval{1'000};

// Puts an id back unless its turn succeeded.
class Turn {
 public:
  Turn(std::set<std::string>& waiting, const std::string& id) : waiting_(waiting), id_(id) {
    waiting_.erase(id_);
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ~Turn() {
    if (!succeeded_) waiting_.insert(id_);
  }
  void succeed() { succeeded_ = true; }

 private:
  std::set<std::string>& waiting_;
  const std::string id_;
  bool succeeded_ = false;
};

}  // namespace

ChangedIds::ChangedIds(Platform& platform, const std::string& what)
    : running_(platform, what, retry_interval) {}

void ChangedIds::start(HandOn hand_on) {
  hand_on_ = std::move(hand_on);
  running_.start([this] { return hand_on_all(); });
}

Task<> ChangedIds::stop() { co_await running_.stop(); }

void ChangedIds::add(const std::string& id) {
  waiting_.insert(id);
  running_.wake();
}

// Begins behind the last one, so that one that always fails does not keep the others waiting.
Task<> ChangedIds::hand_on_all() {
  while (!waiting_.empty() && !running_.is_stopping()) {
    const auto next = waiting_.upper_bound(last_);
    last_ = next == waiting_.end() ? *waiting_.begin() : *next;
    Turn turn(waiting_, last_);
    co_await hand_on_(last_);
    turn.succeed();
  }
}

}  // namespace ticketing::runtime
