#include <algorithm>
#include <iterator>
#include <tuple>

#include "common/base/backoff.hpp"
#include "common/db/postgres/postgres_session.hpp"

namespace ticketing::db {
namespace {

const Sql begin{"begin", "BEGIN"};
const Sql end{"commit", "COMMIT"};
const Sql undo{"roll_back", "ROLLBACK"};

// Transactions that fail are removed one after the other; after several of them the rest runs one
// by one.
constexpr int tries_together_max = 4;
constexpr int contention_retries_max = 3;
constexpr Milliseconds contention_pause_max{20};

void set_outcome(PendingTransaction& transaction, Outcome::Kind kind, const std::string& reason) {
  transaction.outcome = {.kind = kind, .reason = reason, .results = {}};
}

}  // namespace

struct PostgresWriter::Attempt {
  enum class End {
    committed,
    transaction_at_fault,
    some_transaction_at_fault,
    contention,
    not_unique,
    unavailable,
    unknown
  };
  End end = End::committed;
  std::size_t at_fault = 0;
  std::string reason;
};

PostgresWriter::PostgresWriter(const Executor& executor, const PostgresSettings& settings,
                               PostgresQueue& queue, PostgresClock& server_clock)
    : PostgresSession(executor, settings, PostgresLink::Role::writer, queue, server_clock,
                      settings.batch_max) {}

Task<> PostgresWriter::serve(QueuedTransactions& transactions) {
  // One order for all replicas: they may wait for each other's row locks, but never in a cycle.
  std::vector<QueuedTransaction*> ordered;
  ordered.reserve(transactions.size());
  for (QueuedTransaction& pending : transactions) ordered.push_back(&pending);
  std::ranges::sort(ordered, [](const QueuedTransaction* a, const QueuedTransaction* b) {
    return std::tie(a->contends_for, a) < std::tie(b->contends_for, b);
  });
  Transactions together, alone;
  together.reserve(transactions.size());
  for (QueuedTransaction* pending : ordered)
    (pending->is_alone ? alone : together).push_back(&pending->transaction);
  const SteadyTime until = deadline();
  co_await commit_together(std::move(together), until);
  for (PendingTransaction* transaction : alone) co_await commit_alone(*transaction, until);
}

// One whose row another writer had made first is tried again by itself; the others stay together.
Task<> PostgresWriter::commit_together(Transactions transactions, SteadyTime deadline) {
  Transactions alone;
  for (int tries = 0; tries < tries_together_max && transactions.size() > 1 && link_.is_open();
       ++tries) {
    const Attempt made = co_await attempt(transactions, deadline);
    if (made.end == Attempt::End::committed) {
      transactions.clear();
      break;
    }
    if (made.end == Attempt::End::unavailable || made.end == Attempt::End::unknown) {
      const bool unknown = made.end == Attempt::End::unknown;
      for (PendingTransaction* transaction : transactions) {
        set_outcome(*transaction, unknown ? Outcome::Kind::unknown : Outcome::Kind::unavailable,
                    made.reason);
      }
      transactions.clear();
      break;
    }
    if (made.end == Attempt::End::not_unique) {
      alone.push_back(transactions[made.at_fault]);
    } else if (made.end == Attempt::End::transaction_at_fault) {
      set_outcome(*transactions[made.at_fault], Outcome::Kind::refused, made.reason);
    } else {
      break;
    }
    transactions.erase(transactions.begin() + static_cast<std::ptrdiff_t>(made.at_fault));
  }
  alone.insert(alone.end(), transactions.begin(), transactions.end());
  for (PendingTransaction* transaction : alone) co_await commit_alone(*transaction, deadline);
}

Task<> PostgresWriter::commit_alone(PendingTransaction& transaction, SteadyTime deadline) {
  Attempt made;
  for (int tries = 0; tries <= contention_retries_max; ++tries) {
    if (!link_.is_open() || clock_.steady_now() >= deadline) {
      co_return set_outcome(transaction, Outcome::Kind::unavailable, "PostgreSQL takes too long");
    }
    const Transactions alone{&transaction};
    made = co_await attempt(alone, deadline);
    if (made.end != Attempt::End::contention && made.end != Attempt::End::not_unique) break;
    co_await timers_.sleep_for(up_to(contention_pause_max, random_));
  }
  switch (made.end) {
    case Attempt::End::committed: co_return;
    case Attempt::End::transaction_at_fault:
    case Attempt::End::some_transaction_at_fault:
    case Attempt::End::not_unique:
      co_return set_outcome(transaction, Outcome::Kind::refused, made.reason);
    case Attempt::End::contention:
    case Attempt::End::unavailable:
      co_return set_outcome(transaction, Outcome::Kind::unavailable, made.reason);
    case Attempt::End::unknown:
      co_return set_outcome(transaction, Outcome::Kind::unknown, made.reason);
  }
}

Task<PostgresWriter::Attempt> PostgresWriter::attempt(const Transactions& transactions,
                                                      SteadyTime deadline) {
  using End = Attempt::End;
  const Statement begin_now = begin();
  const Statement commit_now = end();
  const Statement undo_now = undo();
  std::vector<const Statement*> statements;
  if (undo_first_) statements.push_back(&undo_now);
  statements.push_back(&begin_now);
  const std::size_t first = statements.size();
  for (const PendingTransaction* transaction : transactions) {
    for (const Statement& statement : transaction->statements) statements.push_back(&statement);
  }
  statements.push_back(&commit_now);

  PostgresPipeline::Answers answers;
  try {
    answers = co_await pipeline_.run(statements, deadline);
  } catch (const LinkLost& lost) {
    // The whole batch was sent, COMMIT included.
    undo_first_ = false;
    co_return Attempt{.end = End::unknown, .reason = lost.what()};
  }
  if (!answers.fault) {
    undo_first_ = false;
    auto result = answers.results.begin() + static_cast<std::ptrdiff_t>(first);
    for (PendingTransaction* transaction : transactions) {
      const auto last = result + static_cast<std::ptrdiff_t>(transaction->statements.size());
      transaction->outcome.results.assign(std::make_move_iterator(result),
                                          std::make_move_iterator(last));
      result = last;
    }
    co_return Attempt{};
  }
  undo_first_ = true;
  co_return judge(transactions, *answers.fault,
                  answers.failed_at - std::min(first, answers.failed_at));
}

// `failed_at` counts the statements of all transactions; the one after the last is COMMIT.
PostgresWriter::Attempt PostgresWriter::judge(const Transactions& transactions,
                                              const PostgresFault& fault, std::size_t failed_at) {
  using End = Attempt::End;
  using Kind = PostgresFault::Kind;
  std::size_t transaction = 0;
  for (; transaction < transactions.size() &&
         failed_at >= transactions[transaction]->statements.size();
       ++transaction) {
    failed_at -= transactions[transaction]->statements.size();
  }
  const bool is_commit = transaction == transactions.size();
  switch (fault.kind) {
    case Kind::refused:
      return {.end = is_commit ? End::some_transaction_at_fault : End::transaction_at_fault,
              .at_fault = transaction,
              .reason = fault.reason};
    case Kind::contention: return {.end = End::contention, .reason = fault.reason};
    // Where the row of another writer was committed while the statement waited for it, the
    // condition of the statement sees that row at the next try, and its transaction loses the race.
    case Kind::not_unique:
      return {.end = is_commit ? End::some_transaction_at_fault : End::not_unique,
              .at_fault = transaction,
              .reason = fault.reason};
    case Kind::disk_full: queue_.server_had_no_room(); break;
    case Kind::link_stale: link_.close(); break;
    case Kind::unavailable: break;
  }
  return {.end = is_commit ? End::unknown : End::unavailable, .reason = fault.reason};
}

}  // namespace ticketing::db
