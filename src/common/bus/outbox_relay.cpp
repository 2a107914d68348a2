#include "common/bus/outbox_relay.hpp"

#include <algorithm>
#include <iterator>

#include "common/base/backoff.hpp"
#include "common/base/id.hpp"
#include "common/base/log.hpp"

namespace ticketing::bus {
namespace {

constexpr Milliseconds poll_interval{500};
constexpr Backoff rest_backoff{.shortest = Milliseconds{50}, .longest = Milliseconds{5'000}};
constexpr std::size_t read_max = 256;
constexpr std::size_t mark_max = 512;
constexpr std::chrono::minutes cleaning_interval{1};

}  // namespace

void OutboxRelay::Rest::begin(SteadyTime now) {
  length = rest_backoff.next(length);
  until = now + length;
}

OutboxRelay::OutboxRelay(const Executor& executor, const Clock& clock, db::Database& database,
                         EventBus& bus, const Outbox& outbox)
    : clock_(clock),
      database_(database),
      bus_(bus),
      outbox_(outbox),
      signal_(executor),
      members_(executor, "outbox relay") {}

void OutboxRelay::start() {
  TICKETING_ASSERT(members_.running() == 0);
  stopping_ = false;
  members_.spawn(run());
}

Task<> OutboxRelay::stop() {
  stopping_ = true;
  signal_.notify();
  co_await members_.wait_below(1);
  // The last chance for marks that failed; without them the events are published once more.
  if (!published_.empty()) co_await mark_published();
  published_.clear();
  resting_.clear();
  in_flight_.clear();
}

void OutboxRelay::committed(Event event, const db::StatementResult& enqueued) {
  if (stopping_ || enqueued.affected == 0) return;
  if (in_flight_.size() >= window_max) {
    more_to_read_ = true;  // when there is room again
    return;
  }
  if (in_flight_.insert(event.id).second) members_.spawn(publish(std::move(event), {}));
}

Task<> OutboxRelay::run() {
  while (!stopping_) {
    publish_rested();
    start_marking();
    co_await read_unpublished();
    co_await forget_old_rows();
    const Milliseconds limit = pause();
    if (!stopping_ && limit > Milliseconds{0}) co_await signal_.wait_for(limit);
  }
}

Task<> OutboxRelay::read_unpublished() {
  if (is_resting(reading_)) co_return;
  more_to_read_ = true;
  if (in_flight_.size() >= window_max) co_return;
  marked_while_reading_.clear();
  read_is_running_ = true;
  try {
    more_to_read_ = co_await read_slice();
    worked(reading_);
  } catch (const std::exception& error) {
    failed(reading_, error.what());
  }
  read_is_running_ = false;
}

// Rows become visible in another order than their ids, so every read begins at the oldest that is
// unpublished, and passes over those in flight.
Task<bool> OutboxRelay::read_slice() {
  const std::size_t limit = in_flight_.size() + std::min(read_max, window_max - in_flight_.size());
  const db::StatementResult found =
      co_await database_.query(outbox_.unpublished(static_cast<std::int64_t>(limit)));
  for (const db::Row& row : found.rows) {
    if (stopping_) break;
    // Marked since the snapshot that was read: no longer in flight, and not unpublished either.
    if (marked_while_reading_.contains(row.text("id"))) continue;
    if (!in_flight_.insert(row.text("id")).second) continue;
    members_.spawn(publish(Outbox::decode(row, outbox_.source()), {}));
  }
  co_return found.rows.size() == limit;
}

Task<> OutboxRelay::publish(Event event, Rest rest) {
  try {
    co_await bus_.publish(event);
  } catch (const std::exception& error) {
    if (stopping_) co_return;
    failed(publishing_, error.what());
    rest.begin(clock_.steady_now());
    resting_.push_back({.event = std::move(event), .rest = rest});
    signal_.notify();
    co_return;
  }
  if (resting_.empty()) worked(publishing_);
  published_.push_back(std::move(event.id));
  start_marking();
}

void OutboxRelay::publish_rested() {
  const SteadyTime now = clock_.steady_now();
  const auto ready = std::partition(resting_.begin(), resting_.end(),
                                    [now](const RestingEvent& r) { return r.rest.until > now; });
  // Taken out first: an event that the bus refuses at once is added to resting_ again within
  // spawn().
  std::vector<RestingEvent> rested(std::make_move_iterator(ready),
                                   std::make_move_iterator(resting_.end()));
  resting_.erase(ready, resting_.end());
  for (RestingEvent& r : rested) members_.spawn(publish(std::move(r.event), r.rest));
}

void OutboxRelay::start_marking() {
  if (mark_is_running_ || published_.empty() || is_resting(writing_)) return;
  mark_is_running_ = true;
  members_.spawn(mark_published());
}

// Events that are published while one batch of marks is being committed form the next batch.
Task<> OutboxRelay::mark_published() {
  mark_is_running_ = true;
  while (!published_.empty()) {
    const std::size_t count = std::min(published_.size(), mark_max);
    const auto end = published_.begin() + static_cast<std::ptrdiff_t>(count);
    std::vector<std::string> ids(std::make_move_iterator(published_.begin()),
                                 std::make_move_iterator(end));
    published_.erase(published_.begin(), end);
    db::Transaction marks{.batch_delay = db::background_batch_delay};
    std::ranges::sort(ids);  // another replica's relay may mark the same: in the same order
    const Timestamp now = clock_.now();
    for (std::size_t i = 0; i < count; i += Outbox::marks_max) {
      const std::size_t some = std::min(count - i, Outbox::marks_max);
      marks.statements.push_back(outbox_.mark_published(std::span(ids).subspan(i, some), now));
    }
    try {
      co_await database_.commit(std::move(marks));
      worked(writing_);
    } catch (const std::exception& error) {
      failed(writing_, error.what());
      std::ranges::move(ids, std::back_inserter(published_));
      break;
    }
    for (std::string& id : ids) {
      in_flight_.erase(id);
      if (read_is_running_) marked_while_reading_.insert(std::move(id));
    }
    if (more_to_read_) signal_.notify();
  }
  mark_is_running_ = false;
}

// One slice a round, so that cleaning never holds up publishing.
Task<> OutboxRelay::forget_old_rows() {
  if (stopping_ || is_resting(writing_) || clock_.steady_now() < next_cleaning_) co_return;
  try {
    db::Transaction forget;
    forget.statements.push_back(outbox_.forget_published(clock_.now() - Outbox::retention));
    const auto results = co_await database_.commit(std::move(forget));
    if (results.front().affected == Outbox::slice_rows_max) co_return;
    next_cleaning_ = clock_.steady_now() + cleaning_interval;
  } catch (const std::exception& error) {
    failed(writing_, error.what());
  }
}

Milliseconds OutboxRelay::pause() const {
  const SteadyTime now = clock_.steady_now();
  if (!is_resting(reading_) && more_to_read_ && in_flight_.size() < window_max) {
    return Milliseconds{0};
  }
  SteadyTime wake = now + poll_interval;
  for (const RestingEvent& r : resting_) wake = std::min(wake, r.rest.until);
  return std::max(std::chrono::ceil<Milliseconds>(wake - now), Milliseconds{1});
}

void OutboxRelay::failed(Outage& outage, const char* reason) {
  outage.rest.begin(clock_.steady_now());
  if (std::exchange(outage.is_on, true)) return;
  log::warn("events stay in the outbox",
            {{"source", outbox_.source()}, {"failed", outage.what}, {"error", reason}});
}

void OutboxRelay::worked(Outage& outage) {
  outage.rest = {};
  if (!std::exchange(outage.is_on, false)) return;
  log::info("the outbox is published again",
            {{"source", outbox_.source()}, {"works", outage.what}});
}

Task<OutboxBacklog> OutboxRelay::backlog() {
  const db::StatementResult result = co_await database_.query(outbox_.backlog());
  const db::Row& row = *result.first();
  OutboxBacklog backlog{.unpublished = row.integer("count")};
  if (!row.is_null("oldest_id")) {
    const Timestamp oldest = time_of_id(row.text("oldest_id")).value_or(clock_.now());
    backlog.oldest_age = std::max(clock_.now() - oldest, Milliseconds{0});
  }
  co_return backlog;
}

Task<> OutboxRelay::publish_again(std::chrono::hours window, Timestamp before) {
  std::string after = Outbox::id_floor(clock_.now() - window);
  for (;;) {
    db::Transaction slice;
    slice.statements.push_back(outbox_.publish_again(after, before));
    const auto results = co_await database_.commit(std::move(slice));
    const db::StatementResult& again = results.front();
    for (const db::Row& row : again.rows) after = std::max(after, row.text("id"));
    wake();
    if (std::ssize(again.rows) < Outbox::slice_rows_max) co_return;
  }
}

}  // namespace ticketing::bus
