// What each service that owns entities has: its database, the outbox in it and the relay that
// empties it, also for a second time when the bus has lost its store. change.hpp changes entities.
#pragma once

#include <memory>
#include <string>

#include "common/base/embedded_files.hpp"
#include "common/bus/event_source.hpp"
#include "common/bus/outbox.hpp"
#include "common/bus/outbox_relay.hpp"
#include "common/runtime/lost_events_watch.hpp"
#include "common/runtime/periodic.hpp"
#include "common/runtime/platform.hpp"
#include "common/runtime/republisher.hpp"

namespace ticketing::runtime {

class OwnedData {
 public:
  // `schema` is the service's own numbered SQL, `common` the tables that machinery it uses brings
  // along; `entity_table` is the one whose changes are published; `republished` says how its
  // entities are published once more.
  OwnedData(Platform& platform, const std::string& service, const EmbeddedFiles& schema,
            const std::string& entity_table, db::Migrations common = {},
            bus::Republished republished = {});

  db::Database& database() { return *database_; }
  const db::Database& database() const { return *database_; }
  // The time by which all replicas decide: that of their database.
  Timestamp now() const { return clock_.now() + database_->clock_lead(); }
  const bus::Outbox& outbox() const { return outbox_; }
  const bus::EventSource& events() const { return events_; }
  bus::OutboxRelay& relay() { return relay_; }
  Republisher& republisher() { return republisher_; }

  // To what concerns the data as such. Once, before the bus starts.
  void subscribe();
  void start();
  Task<> stop();

 private:
  Task<> measure_backlog();
  Task<> publish_lost_again();

  const Clock& clock_;
  std::unique_ptr<db::Database> database_;
  bus::Outbox outbox_;
  bus::EventSource events_;
  bus::OutboxRelay relay_;
  Republisher republisher_;
  LostEventsWatch lost_events_;
  prometheus::Gauge& unpublished_;
  prometheus::Gauge& oldest_seconds_;
  Periodic measuring_;
  Timestamp lost_before_{};  // the bus has lost what it had taken before; zero: nothing
  Periodic publishing_again_;
};

// The tables of the common machinery, then the service's own.
db::Migrations to_migrations(db::Migrations common, const EmbeddedFiles& schema);

}  // namespace ticketing::runtime
