#include "common/runtime/owned_data.hpp"

#include <algorithm>

namespace ticketing::runtime {

namespace {

constexpr std::chrono::hours publish_again_window{7 * 24};  // as long as the outbox keeps events
constexpr Milliseconds publish_again_interval{5'000};

db::Migrations with_outbox(db::Migrations common) {
  const db::Migrations outbox = bus::outbox_migrations();
  common.insert(common.begin(), outbox.begin(), outbox.end());
  return common;
}

}  // namespace

db::Migrations to_migrations(db::Migrations common, const EmbeddedFiles& schema) {
  for (const EmbeddedFile& file : schema)
    common.push_back({.name = file.name, .sql = file.content});
  return common;
}

OwnedData::OwnedData(Platform& platform, const std::string& service, const EmbeddedFiles& schema,
                     const std::string& entity_table, db::Migrations common)
    : database_(
          platform.open_database(service, to_migrations(with_outbox(std::move(common)), schema))),
      outbox_(service, entity_table),
      events_(service, platform.ids, platform.clock),
      relay_(platform.executor, platform.clock, *database_, platform.bus, outbox_),
      unpublished_(platform.metrics.gauge(
          "outbox_unpublished_events", "Events that wait in the outbox", {{"service", service}})),
      oldest_seconds_(platform.metrics.gauge("outbox_oldest_event_seconds",
                                             "Age of the oldest event that waits in the outbox",
                                             {{"service", service}})),
      measuring_(platform, service + " outbox backlog", Milliseconds{5'000}),
      publishing_again_(platform, service + " publish again", publish_again_interval) {
  platform.bus.on_store_lost([this](Timestamp before) {
    lost_before_ = std::max(lost_before_, before);
    publishing_again_.wake();
  });
}

void OwnedData::start() {
  relay_.start();
  measuring_.start([this] { return measure_backlog(); });
  publishing_again_.start([this] { return publish_lost_again(); });
}

Task<> OwnedData::stop() {
  co_await publishing_again_.stop();
  co_await measuring_.stop();
  co_await relay_.stop();
}

Task<> OwnedData::publish_lost_again() {
  if (lost_before_ == Timestamp{}) co_return;
  const Timestamp before = lost_before_;
  co_await relay_.publish_again(publish_again_window, before);
  if (lost_before_ == before) lost_before_ = {};  // otherwise more was lost meanwhile
}

Task<> OwnedData::measure_backlog() {
  const bus::OutboxBacklog backlog = co_await relay_.backlog();
  unpublished_.Set(static_cast<double>(backlog.unpublished));
  oldest_seconds_.Set(std::chrono::duration<double>(backlog.oldest_age).count());
}

}  // namespace ticketing::runtime
