#include "common/db/postgres/postgres_pipeline.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

namespace ticketing::db {
namespace {

// The server cuts names off at 63 bytes.
constexpr std::size_t name_bytes_max = 40;

}  // namespace

Task<PostgresPipeline::Answers> PostgresPipeline::run(
    const std::vector<const Statement*>& statements, SteadyTime deadline) {
  Answers answers;
  answers.results.reserve(statements.size());
  try {
    send(statements);
    co_await read(statements, answers, deadline);
  } catch (const LinkLost&) {
    if (!answers.fault) throw;
  }
  if (answers.fault) drop_unconfirmed();
  co_return answers;
}

void PostgresPipeline::send(const std::vector<const Statement*>& statements) {
  sent_.clear();
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const Prepared& prepared = prepare(*statements[i]->sql, i);
    link_.send_execute(prepared.name, statements[i]->params);
    sent_.push_back({.statement = i, .preparing = nullptr});
  }
  link_.send_sync();
}

PostgresPipeline::Prepared& PostgresPipeline::prepare(const Sql& sql, std::size_t statement) {
  Prepared& prepared = prepared_[&sql];
  if (!prepared.name.empty() && prepared.text == sql.text()) return prepared;
  prepared = {.text = sql.text(),
              .name = fmt::format("{}_{}", sql.name().substr(0, name_bytes_max), ++names_)};
  link_.send_prepare(prepared.name, prepared.text);
  sent_.push_back({.statement = statement, .preparing = &prepared});
  return prepared;
}

// Answers to a message end with a null, the segment with an answer of its own. Once one failed, the
// server skips the others up to there.
Task<> PostgresPipeline::read(const std::vector<const Statement*>& statements, Answers& answers,
                              SteadyTime deadline) {
  std::size_t at = 0;
  for (;;) {
    const PostgresAnswer answer = co_await link_.receive(deadline);
    if (!answer) {
      ++at;
      continue;
    }
    const ExecStatusType status = PQresultStatus(answer.get());
    if (status == PGRES_PIPELINE_SYNC) co_return;
    if (status == PGRES_PIPELINE_ABORTED) continue;
    if (status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE) {
      // Of the connection, not of a statement: without a state it is libpq's own; after the last
      // statement the server reports its end. The next answers show that the link is lost.
      const bool has_state = PQresultErrorField(answer.get(), PG_DIAG_SQLSTATE) != nullptr;
      if (!has_state || at >= sent_.size()) continue;
      answers.failed_at = sent_[at].statement;
      answers.fault = fault_of(*answer, statements[answers.failed_at]->sql->name());
      continue;
    }
    TICKETING_ASSERT(at < sent_.size());
    if (sent_[at].preparing != nullptr) {
      sent_[at].preparing->is_confirmed = true;
    } else {
      answers.results.push_back(decode_answer(*answer, statements[sent_[at].statement]->sql));
    }
  }
}

void PostgresPipeline::drop_unconfirmed() {
  std::erase_if(prepared_, [](const auto& entry) { return !entry.second.is_confirmed; });
}

}  // namespace ticketing::db
