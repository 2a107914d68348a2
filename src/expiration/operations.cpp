#include "expiration/operations.hpp"

#include <fmt/format.h>

#include "common/runtime/change.hpp"
#include "expiration/store.hpp"

namespace ticketing::expiration {
namespace {

constexpr std::int64_t rebuild_page = 500;

// A job is added once; since a show can be moved, each of its times has a job of its own.
jobs::Job to_job(const Expiration& expiration) {
  const auto& [id, version, due, kind] = expiration;
  if (kind == Kind::show) {
    return {.id = fmt::format("{}-{}", id, to_millis(due)),
            .data = encode(contracts::ShowBegun{.show_id = id, .starts_at = due}),
            .due = due};
  }
  return {.id = id, .data = encode(contracts::ExpirationComplete{.order_id = id}), .due = due};
}

}  // namespace

Operations::Operations(runtime::OwnedData& data, jobs::JobQueue& queue)
    : data_(data), queue_(queue) {}

Task<bus::Verdict> Operations::schedule(Expiration expiration) {
  const jobs::Job job = to_job(expiration);
  runtime::Change change{.contends_for = expiration.id,
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
  const bool is_waiting = is_new || co_await waits(expiration.id);
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

Task<std::optional<Beginning>> Operations::find_beginning(const std::string& show_id) {
  const auto found = co_await data_.database().query(store::beginning_of(show_id));
  if (found.empty()) co_return std::nullopt;
  co_return store::decode_beginning(found.rows.front());
}

Task<bus::Verdict> Operations::follow_show(Beginning beginning) {
  const std::string show_id = beginning.expiration.id;
  const auto before = co_await find_beginning(show_id);
  co_await runtime::commit(data_, {.contends_for = show_id,
                                   .write = store::store_beginning(beginning),
                                   .batch_delay = db::background_batch_delay});
  // Also for a duplicate: the first delivery may have died between the row and the job.
  const auto current = co_await find_beginning(show_id);
  const jobs::Job job = to_job(current->expiration);
  if (before && (!current->is_awaited || before->expiration.due != current->expiration.due))
    co_await queue_.remove(to_job(before->expiration).id);
  if (current->is_awaited) co_await queue_.add(job);
  co_return bus::Verdict::done;
}

Task<> Operations::announce(const jobs::Job& job) {
  if (const auto begun = contracts::decode<contracts::ShowBegun>(job.data))
    co_return co_await announce_show(*begun);
  const bus::Event event = data_.events().make(contracts::ExpirationComplete{.order_id = job.id});
  co_await runtime::commit(data_, {.contends_for = job.id,
                                   .write = store::announce_expiration(job.id, event.id),
                                   .event = event,
                                   .entity_id = job.id});
}

Task<> Operations::announce_show(contracts::ShowBegun begun) {
  const bus::Event event = data_.events().make(begun);
  co_await runtime::commit(
      data_, {.contends_for = begun.show_id,
              .write = store::announce_beginning(begun.show_id, begun.starts_at, event.id),
              .event = event,
              .entity_id = begun.show_id});
}

Task<> Operations::rebuild_jobs() {
  if (rebuilt_ && queue_.keeps_jobs()) co_return;
  std::string last;
  for (;;) {
    const auto page = co_await data_.database().query(store::waiting_after(last, rebuild_page));
    std::vector<jobs::Job> missing;
    for (const db::Row& row : page.rows) {
      const auto expiration = row.as<Expiration>();
      missing.push_back(to_job(expiration));
      last = expiration.id;
    }
    co_await queue_.add_many(std::move(missing));
    if (std::ssize(page.rows) < rebuild_page) break;
  }
  rebuilt_ = true;
}

}  // namespace ticketing::expiration
