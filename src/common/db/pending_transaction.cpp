#include "common/db/pending_transaction.hpp"

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

void deliver(PendingTransactions transactions) {
  while (!transactions.empty()) {
    const Executor executor = transactions.front().resume.executor();
    PendingTransactions same;
    PendingTransactions others;
    same.reserve(transactions.size());
    for (PendingTransaction& transaction : transactions) {
      (transaction.resume.executor() == executor ? same : others).push_back(std::move(transaction));
    }
    asio::post(executor, [same = std::move(same)]() mutable {
      for (PendingTransaction& transaction : same)
        transaction.resume(std::move(transaction.outcome));
    });
    transactions = std::move(others);
  }
}

}  // namespace ticketing::db
