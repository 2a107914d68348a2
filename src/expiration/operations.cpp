#include "expiration/operations.hpp"

#include "common/runtime/change.hpp"
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
  runtime::Change change{.contends_for = expiration.order_id,
                         .write = store::insert_expiration(expiration),
                         .batch_delay = db::background_batch_delay};
  // Also for a duplicate: a job of an expiration that is not waiting publishes nothing.
  auto store_job = queue_.store(job);
  const bool stored_together = store_job.has_value();
  if (store_job) change.also.push_back(*std::move(store_job));
  const bool is_new = co_await runtime::commit(data_, std::move(change));
  if (stored_together) {
    queue_.stored(job);
    co_return bus::Verdict::done;
  }
  // Also for a duplicate: the first delivery may have died between the row and the job.
  const bool is_waiting = is_new || co_await waits(expiration.order_id);
  if (is_waiting) co_await queue_.add(job);
  co_return bus::Verdict::done;
}

Task<bool> Operations::waits(const std::string& order_id) {
  const auto found = co_await data_.database().query(store::expiration_state(order_id));
  co_return !found.empty() && store::decode_state(found.rows.front()).waiting;
}

Task<bus::Verdict> Operations::drop(std::string order_id, std::int64_t order_version) {
  const bus::Verdict verdict =
      co_await runtime::follow(data_, {.contends_for = order_id,
                                       .write = store::drop_expiration(order_id, order_version),
                                       .read_version = store::expiration_state(order_id),
                                       .version = order_version,
                                       .batch_delay = db::background_batch_delay});
  if (verdict == bus::Verdict::retry_later) co_return verdict;
  co_await queue_.remove(order_id);
  co_return verdict;
}

Task<> Operations::announce(const jobs::Job& job) {
  const bus::Event event = data_.events().make(contracts::ExpirationComplete{.order_id = job.id});
  co_await runtime::commit(data_, {.contends_for = job.id,
                                   .write = store::announce_expiration(job.id, event.id),
                                   .event = event,
                                   .entity_id = job.id});
}

Task<> Operations::rebuild_jobs() {
  if (rebuilt_ && queue_.keeps_jobs()) co_return;
  std::string last;
  for (;;) {
    const auto page = co_await data_.database().query(store::waiting_after(last, rebuild_page));
    std::vector<jobs::Job> missing;
    for (const db::Row& row : page.rows) {
      missing.push_back(to_job(row.as<Expiration>()));
      last = missing.back().id;
    }
    co_await queue_.add_many(std::move(missing));
    if (std::ssize(page.rows) < rebuild_page) break;
  }
  rebuilt_ = true;
}

}  // namespace ticketing::expiration
