#include "common/runtime/change.hpp"

namespace ticketing::runtime {
namespace {

db::Transaction to_transaction(Change& change) {
  db::Transaction transaction{.contends_for = std::move(change.contends_for),
                              .statements = {},
                              .batch_delay = change.batch_delay,
                              .is_alone = change.is_alone};
  transaction.statements = std::move(change.locks);
  transaction.statements.push_back(std::move(change.write));
  db::append(transaction.statements, std::move(change.also));
  return transaction;
}

}  // namespace

Task<bool> commit(OwnedData& data, Change change) {
  const std::size_t write = change.locks.size();
  db::Transaction transaction = to_transaction(change);
  std::vector<EntityEvent> events = std::move(change.more_events);
  if (change.event) events.push_back({*std::move(change.event), std::move(change.entity_id)});
  const std::size_t first_event = transaction.statements.size();
  const bus::Outbox& outbox = change.outbox != nullptr ? *change.outbox : data.outbox();
  for (const EntityEvent& entity_event : events) {
    transaction.statements.push_back(outbox.enqueue(entity_event.event, entity_event.entity_id));
  }
  const auto results = co_await data.database().commit(std::move(transaction));
  for (std::size_t i = 0; i < events.size(); ++i) {
    data.relay().committed(std::move(events[i].event), results[first_event + i]);
  }
  co_return results[write].affected > 0;
}

Task<bool> commit(db::Database& database, Change change) {
  TICKETING_ASSERT(!change.event && change.more_events.empty());
  const std::size_t write = change.locks.size();
  const auto results = co_await database.commit(to_transaction(change));
  co_return results[write].affected > 0;
}

ChangedTooOften::ChangedTooOften()
    : Unavailable("other writers were faster each time; try again") {}

Task<bus::Verdict> follow(OwnedData& data, CopyChange change) {
  db::Transaction transaction{.contends_for = std::move(change.contends_for),
                              .statements = {},
                              .batch_delay = change.batch_delay};
  transaction.statements.push_back(std::move(change.write));
  db::append(transaction.statements, std::move(change.also));
  const std::size_t first_event = transaction.statements.size();
  TICKETING_ASSERT(change.events.empty() || change.outbox != nullptr);
  for (const EntityEvent& copy_event : change.events) {
    transaction.statements.push_back(
        change.outbox->enqueue(copy_event.event, copy_event.entity_id));
  }
  transaction.statements.push_back(std::move(change.read_version));
  const auto results = co_await data.database().commit(std::move(transaction));
  for (std::size_t i = 0; i < change.events.size(); ++i) {
    data.relay().committed(std::move(change.events[i].event), results[first_event + i]);
  }
  const db::Row* row = results.back().first();
  const bool is_there = row != nullptr && row->integer("version") >= change.version;
  co_return is_there ? bus::Verdict::done : bus::Verdict::retry_later;
}

}  // namespace ticketing::runtime
