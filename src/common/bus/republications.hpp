// The runs that publish a service's entities once more: a table in the service's own database, so
// that a run which was killed goes on where it was, and replicas share one run at a time.
#pragma once

#include <optional>
#include <string>

#include "common/bus/event.hpp"
#include "common/db/database.hpp"
#include "common/db/migrations.hpp"

namespace ticketing::bus {

enum class RepublicationStatus { waiting, running, done };
BOOST_DESCRIBE_ENUM(RepublicationStatus, waiting, running, done)

struct Republication {
  std::string id;
  RepublicationStatus status = RepublicationStatus::waiting;
  Timestamp since{};         // entities whose last change is older are left out; 0: none is
  std::string requested_by;  // an operator, or the listener that lost events
  Timestamp requested_at{};
  Timestamp begins_at{};
  std::int64_t next_table = 0;  // how far it has come: the table, and in it the last entity
  std::string after_id;
  std::int64_t step = 0;
  std::int64_t entities = 0;  // looked at
  std::int64_t events = 0;    // enqueued
  std::string worker;         // the process that does it, until
  Timestamp worker_until{};   // another one may take over
};
BOOST_DESCRIBE_STRUCT(Republication, (),
                      (id, status, since, requested_by, requested_at, begins_at, next_table,
                       after_id, step, entities, events, worker, worker_until))

// Requests a run. One that waits already takes it in; none is needed if a run with a `since` no
// later than this one's began at or after `lost_before`.
db::Statement request_republication(const Republication& republication, Timestamp lost_before);
// One that waits and is due, or runs without a worker: `worker` has it now. One row, or none.
db::Statement take_republication(const std::string& worker, Timestamp now, Timestamp until);
// Notes how far it has come; `republication.step` is the one after the step that is stored, and the
// worker has to be the same. Otherwise affects no row, and the events of this step are not
// enqueued.
db::Statement advance_republication(const Republication& republication);
// Enqueues a copy if `republication` has come to this step in this transaction.
db::Statement enqueue_copy(const Event& event, const Republication& republication);
// The newest; no row while there was none.
db::Statement latest_republication();
db::Statement republication_by_id(const std::string& id);
db::Statement forget_republications(Timestamp requested_before);

db::Migration republications_migration();

}  // namespace ticketing::bus
