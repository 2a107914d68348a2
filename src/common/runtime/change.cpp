#include "common/runtime/change.hpp"

namespace ticketing::runtime {

Task<bool> commit(OwnedData& data, Change change) {
  db::Transaction transaction{.contends_for = std::move(change.contends_for), .statements = {}};
  transaction.statements.push_back(std::move(change.write));
  for (db::Statement& statement : change.also) {
    transaction.statements.push_back(std::move(statement));
  }
  if (change.event) {
    transaction.statements.push_back(data.outbox().enqueue(*change.event, change.entity_id));
  }
  const auto results = co_await data.database().commit(std::move(transaction));
  if (change.event) data.relay().committed(*std::move(change.event), results.back());
  co_return results.front().affected > 0;
}

void throw_changes_too_often() {
  throw Unavailable("other writers were faster each time; try again");
}

Task<bus::Verdict> follow(db::Database& database, CopyChange change) {
  db::Transaction transaction{.contends_for = std::move(change.contends_for),
                              .statements = {},
                              .patience = change.patience};
  transaction.statements.push_back(std::move(change.write));
  transaction.statements.push_back(std::move(change.read_version));
  const auto results = co_await database.commit(std::move(transaction));
  const db::Row* row = results.back().first();
  const bool is_there = row != nullptr && row->integer(0) >= change.version;
  co_return is_there ? bus::Verdict::done : bus::Verdict::retry_later;
}

}  // namespace ticketing::runtime
