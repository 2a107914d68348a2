#include "common/db/waiting_list.hpp"

#include <boost/asio/post.hpp>

#include <stdexcept>

namespace ticketing::db {

std::vector<StatementResult> Outcome::take() && {
  switch (kind) {
    case Kind::done: return std::move(results);
    case Kind::refused: throw std::logic_error(reason);
    case Kind::unavailable: throw Unavailable(reason);
    case Kind::unknown: throw OutcomeUnknown(reason);
  }
  return {};
}

void deliver(WaitingLists lists) {
  while (!lists.empty()) {
    const Executor executor = lists.front().resume.executor();
    WaitingLists same;
    WaitingLists others;
    same.reserve(lists.size());
    for (WaitingList& list : lists) {
      (list.resume.executor() == executor ? same : others).push_back(std::move(list));
    }
    asio::post(executor, [same = std::move(same)]() mutable {
      for (WaitingList& list : same) list.resume(std::move(list.outcome));
    });
    lists = std::move(others);
  }
}

}  // namespace ticketing::db
