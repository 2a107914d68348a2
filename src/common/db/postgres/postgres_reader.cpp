#include "common/db/postgres/postgres_session.hpp"

namespace ticketing::db {
namespace {

// Every read of a batch waits for the slowest one.
constexpr std::size_t reads_together_max = 64;

}  // namespace

PostgresReader::PostgresReader(const Executor& executor, const PostgresSettings& settings,
                               PostgresQueue& queue, PostgresClock& server_clock)
    : PostgresSession(executor, settings, PostgresLink::Role::reader, queue, server_clock,
                      reads_together_max) {}

Task<> PostgresReader::serve(QueuedTransactions& transactions) {
  const SteadyTime end = deadline();
  std::size_t done = 0;
  std::string lost;
  while (done < transactions.size() && lost.empty()) {
    std::vector<const Statement*> reads;
    for (std::size_t i = done; i < transactions.size(); ++i) {
      reads.push_back(&transactions[i].transaction.statements.front());
    }
    try {
      PostgresPipeline::Answers answers = co_await pipeline_.run(reads, end);
      for (StatementResult& result : answers.results) {
        transactions[done++].transaction.outcome.results.push_back(std::move(result));
      }
      if (!answers.fault) continue;
      const bool refused = answers.fault->kind == PostgresFault::Kind::refused;
      transactions[done++].transaction.outcome = {
          .kind = refused ? Outcome::Kind::refused : Outcome::Kind::unavailable,
          .reason = answers.fault->reason,
          .results = {}};
      if (answers.fault->kind == PostgresFault::Kind::link_stale) link_.close();
      if (!link_.is_open()) lost = answers.fault->reason;
    } catch (const LinkLost& error) {
      lost = error.what();
    }
  }
  for (; done < transactions.size(); ++done) {
    transactions[done].transaction.outcome = {
        .kind = Outcome::Kind::unavailable, .reason = lost, .results = {}};
  }
}

}  // namespace ticketing::db
