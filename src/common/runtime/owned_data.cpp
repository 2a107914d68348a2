#include "common/runtime/owned_data.hpp"

namespace ticketing::runtime {

namespace {

db::Migrations with_outbox(db::Migrations common) {
  common.insert(common.begin(), bus::outbox_migration());
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
      measuring_(platform, service + " outbox backlog", Milliseconds{5'000}) {}

void OwnedData::start() {
  relay_.start();
  measuring_.start([this] { return measure_backlog(); });
}

Task<> OwnedData::stop() {
  co_await measuring_.stop();
  co_await relay_.stop();
}

Task<> OwnedData::measure_backlog() {
  const bus::OutboxBacklog backlog = co_await relay_.backlog();
  unpublished_.Set(static_cast<double>(backlog.unpublished));
  oldest_seconds_.Set(std::chrono::duration<double>(backlog.oldest_age).count());
}

}  // namespace ticketing::runtime
