#include "expiration/operations.hpp"

#include "contracts/expiration_events.hpp"
#include "expiration/store.hpp"

namespace ticketing::expiration {
namespace {

constexpr std::int64_t rebuild_page = 500;

jobs::Job to_job(const Expiration& expiration) {
  return {.id = expiration.order_id,
          .data = encode(contracts::ExpirationComplete{.order_id = expiration.order_id}),
          .due = expiration.due};
}

}  // namespace

Operations::Operations(runtime::OwnedData& data, jobs::JobQueue& queue)
    : data_(data), queue_(queue) {}

Task<bus::Verdict> Operations::schedule(Expiration expiration) {
  const jobs::Job job = to_job(expiration);
  db::Transaction transaction{.contends_for = expiration.order_id,
                              .patience = db::follower_patience};
  transaction.statements.push_back(store::insert_expiration(expiration));
  transaction.statements.push_back(store::expiration_state(expiration.order_id));
  auto store_job = queue_.store(job);
  const bool stored_together = store_job.has_value();
  if (store_job) transaction.statements.push_back(*std::move(store_job));
  const auto results = co_await data_.database().commit(std::move(transaction));
  if (stored_together) {
    queue_.stored(job);
  } else if (store::decode_state(results[1].rows.front()).waiting) {
    // Also for a duplicate: the first delivery may have died between the row and the job.
    co_await queue_.add(job);
  }
  co_return bus::Verdict::done;
}

Task<bus::Verdict> Operations::drop(std::string order_id, std::int64_t order_version) {
  db::Transaction transaction{.contends_for = order_id, .patience = db::follower_patience};
  transaction.statements.push_back(store::drop_expiration(order_id, order_version));
  transaction.statements.push_back(store::expiration_state(order_id));
  const auto results = co_await data_.database().commit(std::move(transaction));
  const db::Row* row = results[1].first();
  if (row == nullptr || store::decode_state(*row).order_version < order_version) {
    co_return bus::Verdict::retry_later;
  }
  co_await queue_.remove(order_id);
  co_return bus::Verdict::done;
}

Task<> Operations::announce(const jobs::Job& job) {
  const std::string order_id = job.id;
  const bus::Event event =
      data_.events().make(contracts::ExpirationComplete{.order_id = order_id}, "");
  db::Transaction transaction{.contends_for = order_id, .statements = {}};
  transaction.statements.push_back(store::announce_expiration(order_id, event.id));
  transaction.statements.push_back(data_.outbox().enqueue(event, order_id));
  const auto results = co_await data_.database().commit(std::move(transaction));
  data_.relay().committed(event, results.back());
}

Task<> Operations::rebuild_jobs() {
  if (rebuilt_ && queue_.keeps_jobs()) co_return;
  std::string last;
  for (;;) {
    const auto page = co_await data_.database().query(store::waiting_after(last, rebuild_page));
    std::vector<jobs::Job> missing;
    for (const db::Row& row : page.rows) {
      missing.push_back(to_job(store::decode_expiration(row)));
      last = missing.back().id;
    }
    co_await queue_.add_many(std::move(missing));
    if (std::ssize(page.rows) < rebuild_page) break;
  }
  rebuilt_ = true;
}

}  // namespace ticketing::expiration
