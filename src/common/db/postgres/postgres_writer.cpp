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

// Lists at fault are taken out one after the other; many of them, and the rest goes one by one.
constexpr int tries_together_max = 4;
constexpr int contention_retries_max = 3;
constexpr Milliseconds contention_pause_max{20};

void set_outcome(WaitingList& list, Outcome::Kind kind, const std::string& reason) {
  list.outcome = {.kind = kind, .reason = reason, .results = {}};
}

}  // namespace

struct PostgresWriter::Attempt {
  enum class End { committed, list_at_fault, some_list_at_fault, contention, unavailable, unknown };
  End end = End::committed;
  std::size_t at_fault = 0;
  std::string reason;
};

PostgresWriter::PostgresWriter(const Executor& executor, const PostgresSettings& settings,
                               PostgresQueue& queue, PostgresClock& server_clock)
    : PostgresSession(executor, settings, PostgresLink::Role::writer, queue, server_clock,
                      settings.batch_max) {}

Task<> PostgresWriter::serve(PendingLists& lists) {
  // One order for everybody: replicas that take the same rows wait for each other, but never in a
  // circle.
  std::vector<PendingList*> ordered;
  ordered.reserve(lists.size());
  for (PendingList& pending : lists) ordered.push_back(&pending);
  std::ranges::sort(ordered, [](const PendingList* a, const PendingList* b) {
    return std::tie(a->contends_for, a) < std::tie(b->contends_for, b);
  });
  Lists all;
  all.reserve(lists.size());
  for (PendingList* pending : ordered) all.push_back(&pending->list);
  co_await commit_together(std::move(all), deadline());
}

Task<> PostgresWriter::commit_together(Lists lists, SteadyTime deadline) {
  for (int tries = 0; tries < tries_together_max && lists.size() > 1 && link_.is_open(); ++tries) {
    const Attempt made = co_await attempt(lists, deadline);
    if (made.end == Attempt::End::committed) co_return;
    if (made.end == Attempt::End::unavailable || made.end == Attempt::End::unknown) {
      const bool unknown = made.end == Attempt::End::unknown;
      for (WaitingList* list : lists) {
        set_outcome(*list, unknown ? Outcome::Kind::unknown : Outcome::Kind::unavailable,
                    made.reason);
      }
      co_return;
    }
    if (made.end != Attempt::End::list_at_fault) break;
    set_outcome(*lists[made.at_fault], Outcome::Kind::refused, made.reason);
    lists.erase(lists.begin() + static_cast<std::ptrdiff_t>(made.at_fault));
  }
  for (WaitingList* list : lists) co_await commit_alone(*list, deadline);
}

Task<> PostgresWriter::commit_alone(WaitingList& list, SteadyTime deadline) {
  Attempt made;
  for (int tries = 0; tries <= contention_retries_max; ++tries) {
    if (!link_.is_open() || clock_.steady_now() >= deadline) {
      co_return set_outcome(list, Outcome::Kind::unavailable, "PostgreSQL takes too long");
    }
    const Lists alone{&list};
    made = co_await attempt(alone, deadline);
    if (made.end != Attempt::End::contention) break;
    co_await timers_.sleep_for(up_to(contention_pause_max, random_));
  }
  switch (made.end) {
    case Attempt::End::committed: co_return;
    case Attempt::End::list_at_fault:
    case Attempt::End::some_list_at_fault:
      co_return set_outcome(list, Outcome::Kind::refused, made.reason);
    case Attempt::End::contention:
    case Attempt::End::unavailable:
      co_return set_outcome(list, Outcome::Kind::unavailable, made.reason);
    case Attempt::End::unknown: co_return set_outcome(list, Outcome::Kind::unknown, made.reason);
  }
}

Task<PostgresWriter::Attempt> PostgresWriter::attempt(const Lists& lists, SteadyTime deadline) {
  using End = Attempt::End;
  const Statement begin_now = begin();
  const Statement commit_now = end();
  const Statement undo_now = undo();
  std::vector<const Statement*> statements;
  if (undo_first_) statements.push_back(&undo_now);
  statements.push_back(&begin_now);
  const std::size_t first = statements.size();
  for (const WaitingList* list : lists) {
    for (const Statement& statement : list->statements) statements.push_back(&statement);
  }
  statements.push_back(&commit_now);

  PostgresPipeline::Answers answers;
  try {
    answers = co_await pipeline_.run(statements, deadline);
  } catch (const LinkLost& lost) {
    // All of it was on its way, COMMIT included.
    undo_first_ = false;
    co_return Attempt{.end = End::unknown, .reason = lost.what()};
  }
  if (!answers.fault) {
    undo_first_ = false;
    auto result = answers.results.begin() + static_cast<std::ptrdiff_t>(first);
    for (WaitingList* list : lists) {
      const auto last = result + static_cast<std::ptrdiff_t>(list->statements.size());
      list->outcome.results.assign(std::make_move_iterator(result), std::make_move_iterator(last));
      result = last;
    }
    co_return Attempt{};
  }
  undo_first_ = true;
  co_return judge(lists, *answers.fault, answers.failed_at - std::min(first, answers.failed_at));
}

// `failed_at` counts the statements of all lists; the one after the last is COMMIT.
PostgresWriter::Attempt PostgresWriter::judge(const Lists& lists, const PostgresFault& fault,
                                              std::size_t failed_at) {
  using End = Attempt::End;
  using Kind = PostgresFault::Kind;
  std::size_t list = 0;
  for (; list < lists.size() && failed_at >= lists[list]->statements.size(); ++list) {
    failed_at -= lists[list]->statements.size();
  }
  const bool is_commit = list == lists.size();
  switch (fault.kind) {
    case Kind::refused:
      return {.end = is_commit ? End::some_list_at_fault : End::list_at_fault,
              .at_fault = list,
              .reason = fault.reason};
    case Kind::contention: return {.end = End::contention, .reason = fault.reason};
    case Kind::disk_full: queue_.server_had_no_room(); break;
    case Kind::link_stale: link_.close(); break;
    case Kind::unavailable: break;
  }
  return {.end = is_commit ? End::unknown : End::unavailable, .reason = fault.reason};
}

}  // namespace ticketing::db
