// The ids of things that have changed, each handed on once in the background: several changes of
// one thing become one. An id whose turn fails is kept for a later round; the others go on.
#pragma once

#include <functional>
#include <set>
#include <string>

#include "common/runtime/periodic.hpp"

namespace ticketing::runtime {

// One executor only.
class ChangedIds {
 public:
  // `what` names it in the log.
  ChangedIds(Platform& platform, const std::string& what);

  using HandOn = std::function<Task<>(std::string id)>;
  void start(HandOn hand_on);
  // Resumes when the turn that runs has ended.
  Task<> stop();

  void add(const std::string& id);
  std::size_t size() const { return waiting_.size(); }

 private:
  Task<> hand_on_all();

  HandOn hand_on_;
  std::set<std::string> waiting_;
  std::string last_;  // whose turn it was last; the next one begins behind it
  Periodic running_;
};

}  // namespace ticketing::runtime
