#include "common/runtime/owned_data.hpp"

#include <algorithm>

#include "common/db/erased_users.hpp"

namespace ticketing::runtime {

namespace {

constexpr Milliseconds publish_again_interval{5'000};

db::Migrations with_outbox(db::Migrations common) {
  db::Migrations all = bus::outbox_migrations();
  all.push_back(bus::republications_migration());
  all.push_back(bus::received_events_migration());
  all.push_back(db::erased_users_migration());
  all.insert(all.end(), common.begin(), common.end());
  return all;
}

}  // namespace

db::Migrations to_migrations(db::Migrations common, const EmbeddedFiles& schema) {
  for (const EmbeddedFile& file : schema)
    common.push_back({.name = file.name, .sql = file.content});
  return common;
}

OwnedData::OwnedData(Platform& platform, const std::string& service, const EmbeddedFiles& schema,
                     const std::string& entity_table, db::Migrations common,
                     bus::Republished republished)
    : clock_(platform.clock),
      database_(
          platform.open_database(service, to_migrations(with_outbox(std::move(common)), schema))),
      outbox_(service, entity_table),
      events_(service, platform.ids, platform.clock),
      relay_(platform.executor, platform.clock, *database_, platform.bus, outbox_),
      republisher_(platform, service, *database_, relay_, std::move(republished)),
      lost_events_(platform, service, *database_),
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

void OwnedData::subscribe() { republisher_.subscribe(); }

void OwnedData::start() {
  relay_.start();
  measuring_.start([this] { return measure_backlog(); });
  publishing_again_.start([this] { return publish_lost_again(); });
  republisher_.start();
  lost_events_.start();
}

Task<> OwnedData::stop() {
  co_await lost_events_.stop();
  co_await republisher_.stop();
  co_await publishing_again_.stop();
  co_await measuring_.stop();
  co_await relay_.stop();
}

Task<> OwnedData::publish_lost_again() {
  if (lost_before_ == Timestamp{}) co_return;
  const Timestamp before = lost_before_;
  co_await relay_.publish_again(bus::Outbox::retention, before);
  if (lost_before_ == before) lost_before_ = {};  // otherwise more was lost meanwhile
}

Task<> OwnedData::measure_backlog() {
  const bus::OutboxBacklog backlog = co_await relay_.backlog();
  unpublished_.Set(static_cast<double>(backlog.unpublished));
  oldest_seconds_.Set(std::chrono::duration<double>(backlog.oldest_age).count());
}

}  // namespace ticketing::runtime
