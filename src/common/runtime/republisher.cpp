#include "common/runtime/republisher.hpp"

#include <algorithm>
#include <limits>

#include "common/base/log.hpp"
#include "common/base/span.hpp"
#include "common/bus/subscriptions.hpp"

namespace ticketing::runtime {
namespace {

using bus::Republication;
using bus::RepublicationStatus;

constexpr Milliseconds request_look_interval{5'000};
constexpr Backoff room_backoff{.shortest = Milliseconds{20}, .longest = Milliseconds{2'000}};
constexpr Milliseconds report_interval{1'000};
constexpr std::chrono::hours runs_kept{30 * 24};
// Later than any run: an operator gets a new one.
constexpr Timestamp never_covered = from_millis(std::numeric_limits<std::int64_t>::max());

}  // namespace

Republisher::Republisher(Platform& platform, std::string service, db::Database& database,
                         bus::OutboxRelay& relay, bus::Republished republished)
    : platform_(platform),
      service_(std::move(service)),
      database_(database),
      relay_(relay),
      republished_(std::move(republished)),
      messages_(service_, platform.ids, platform.clock),
      worker_(platform.ids.next()),
      running_(platform, service_ + " republish", request_look_interval),
      copies_(platform.metrics.counter("events_republished_total",
                                       "Copies of events made from entities",
                                       {{"service", service_}})),
      is_running_(platform.metrics.gauge("republish_running",
                                         "1 while this process publishes entities once more",
                                         {{"service", service_}})) {
  if (!republished_.tables.empty()) platform_.republishers->push_back(this);
}

void Republisher::subscribe() {
  if (republished_.tables.empty()) return;
  platform_.bus.subscribe({.consumer = service_,
                           .subject = std::string(bus::RepublishRequested::subject),
                           .handler = [this](const bus::Event& e) { return on_request(e); }});
}

Republisher::~Republisher() { std::erase(*platform_.republishers, this); }

void Republisher::start() {
  if (!republished_.tables.empty()) running_.start([this] { return round(); });
}

Task<> Republisher::stop() { co_await running_.stop(); }

Timestamp Republisher::now() const { return platform_.clock.now() + database_.clock_lead(); }

Task<bus::Verdict> Republisher::on_request(const bus::Event& event) {
  const auto wanted = bus::require(bus::decode_republish_requested(event.payload));
  const bool is_ours = wanted.service ? *wanted.service == service_
                                      : std::ranges::count(republished_.subjects,
                                                           wanted.event_subject.value_or("")) > 0;
  if (!is_ours) co_return bus::Verdict::done;
  const Republication run = co_await request(wanted);
  co_await report(run, event.id);
  co_return bus::Verdict::done;
}

Task<Republication> Republisher::request(bus::RepublishRequested wanted) {
  const Timestamp time = now();
  const auto before = co_await latest();
  Republication run{.id = platform_.ids.next(),
                    .since = wanted.since.value_or(Timestamp{}),
                    .requested_by = wanted.requested_by.substr(0, 200),
                    .requested_at = time,
                    .begins_at = time,
                    .after_id = "",
                    .worker = ""};
  if (wanted.lost_before) {
    run.begins_at = time + gather_time;
    if (before) run.begins_at = std::max<Timestamp>(run.begins_at, before->requested_at + pause);
  }
  db::Transaction transaction;
  transaction.statements.push_back(
      bus::request_republication(run, wanted.lost_before.value_or(never_covered)));
  co_await database_.commit(std::move(transaction));
  running_.wake();
  auto made = co_await latest();
  TICKETING_ASSERT(made.has_value());
  log::info("entities are to be published once more", {{"service", service_},
                                                       {"requested_by", run.requested_by},
                                                       {"since", to_iso8601(run.since)},
                                                       {"run", made->id}});
  co_return *std::move(made);
}

Task<std::optional<Republication>> Republisher::latest() {
  const auto found = co_await database_.query(bus::latest_republication());
  if (found.empty()) co_return std::nullopt;
  co_return found.rows.front().as<Republication>();
}

Task<std::optional<Republication>> Republisher::find(std::string id) {
  const auto found = co_await database_.query(bus::republication_by_id(id));
  if (found.empty()) co_return std::nullopt;
  co_return found.rows.front().as<Republication>();
}

Task<> Republisher::round() {
  while (!running_.is_stopping()) {
    const auto newest = co_await latest();
    if (!newest || newest->status == RepublicationStatus::done) co_return;
    auto run = co_await take();
    if (!run) co_return;
    is_running_.Set(1);
    std::exception_ptr failure;
    try {
      co_await this->run(*std::move(run));
    } catch (...) {
      failure = std::current_exception();
    }
    is_running_.Set(0);
    if (failure) std::rethrow_exception(failure);
  }
}

Task<std::optional<Republication>> Republisher::take() {
  db::Transaction transaction;
  transaction.statements.push_back(bus::forget_republications(now() - runs_kept));
  transaction.statements.push_back(bus::take_republication(worker_, now(), now() + worker_time));
  const auto results = co_await database_.commit(std::move(transaction));
  if (results.back().empty()) co_return std::nullopt;
  co_return results.back().rows.front().as<Republication>();
}

Task<> Republisher::run(Republication run) {
  log::info("publishing entities once more",
            {{"service", service_}, {"run", run.id}, {"entities", run.entities}});
  SteadyTime next_report = platform_.clock.steady_now();
  while (run.status != RepublicationStatus::done) {
    if (running_.is_stopping()) {
      co_await give_back(run);
      co_return;
    }
    co_await wait_for_room(run);
    const bool is_ours = co_await step(run);
    if (!is_ours) co_return;  // another process goes on with it
    if (platform_.clock.steady_now() < next_report) continue;
    next_report = platform_.clock.steady_now() + report_interval;
    co_await report(run, std::nullopt);
  }
  log::info(
      "entities were published once more",
      {{"service", service_}, {"run", run.id}, {"entities", run.entities}, {"events", run.events}});
  co_await report(run, std::nullopt);
}

Task<> Republisher::wait_for_room(Republication& run) {
  for (Milliseconds rest = room_backoff.shortest; !running_.is_stopping();
       rest = room_backoff.next(rest)) {
    const bus::OutboxBacklog backlog = co_await relay_.backlog();
    if (backlog.unpublished < backlog_max) co_return;
    co_await platform_.timers.sleep_for(rest);
    if (now() < run.worker_until - worker_time / 2) continue;
    const bool is_ours = co_await store(run, {});  // it is still being worked on
    if (!is_ours) co_return;
  }
}

Task<bool> Republisher::step(Republication& run) {
  const auto& table = republished_.tables.at(static_cast<std::size_t>(run.next_table));
  const auto page = co_await database_.query(table.page(run.after_id, page_rows));
  std::vector<bus::Event> events = read_page(page.rows, run);
  if (std::ssize(page.rows) < page_rows) {
    run.after_id.clear();
    ++run.next_table;
    if (run.next_table == std::ssize(republished_.tables)) run.status = RepublicationStatus::done;
  }
  const auto count = static_cast<double>(events.size());
  const bool is_ours = co_await store(run, std::move(events));
  if (is_ours) copies_.Increment(count);
  relay_.wake();
  co_return is_ours;
}

std::vector<bus::Event> Republisher::read_page(const std::vector<db::Row>& rows,
                                               Republication& run) {
  const auto& table = republished_.tables.at(static_cast<std::size_t>(run.next_table));
  const std::string oldest = bus::Outbox::id_floor(run.since);
  const trace::Context context = trace::next_context(trace::current());
  std::vector<bus::Event> events;
  for (const db::Row& row : rows) {
    run.after_id = row.text("id");
    ++run.entities;
    if (row.text("last_event_id") < oldest) continue;
    for (bus::RepublishedEvent& copy : table.events_of(row)) {
      events.push_back({.id = platform_.ids.next(),
                        .subject = std::move(copy.subject),
                        .source = service_,
                        .payload = std::move(copy.payload),
                        .context = context,
                        .time = copy.time,
                        .original = std::move(copy.original)});
    }
  }
  return events;
}

Task<bool> Republisher::store(Republication& run, std::vector<bus::Event> events) {
  ++run.step;
  run.events += std::ssize(events);
  run.worker_until = now() + worker_time;
  db::Transaction transaction{.statements = {}, .batch_delay = db::background_batch_delay};
  transaction.statements.push_back(bus::advance_republication(run));
  for (const bus::Event& event : events) {
    transaction.statements.push_back(bus::enqueue_copy(event, run));
  }
  const auto results = co_await database_.commit(std::move(transaction));
  co_return results.front().affected > 0;
}

Task<bool> Republisher::give_back(Republication run) {
  ++run.step;
  run.worker_until = Timestamp{};
  db::Transaction transaction;
  transaction.statements.push_back(bus::advance_republication(run));
  const auto results = co_await database_.commit(std::move(transaction));
  co_return results.front().affected > 0;
}

// For an operator who watches: that it cannot be told keeps no run from going on.
Task<> Republisher::report(Republication run, std::optional<std::string> request_id) {
  const bus::Event event =
      messages_.make(bus::RepublishProgress{.request_id = std::move(request_id),
                                            .service = service_,
                                            .id = run.id,
                                            .status = std::string(name_of(run.status)),
                                            .since = run.since,
                                            .entities = run.entities,
                                            .events = run.events});
  try {
    co_await platform_.bus.publish(event);
  } catch (const std::exception& error) {
    log::warn("cannot tell how far a republication is",
              {{"service", service_}, {"error", error.what()}});
  }
}

}  // namespace ticketing::runtime
