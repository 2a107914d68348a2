// What can be done with expirations: schedule, drop, announce.
#pragma once

#include <optional>
#include <string>

#include "common/bus/event_bus.hpp"
#include "common/jobs/job_queue.hpp"
#include "common/runtime/owned_data.hpp"
#include "contracts/expiration_events.hpp"
#include "expiration/expiration.hpp"

namespace ticketing::expiration {

class Operations {
 public:
  Operations(runtime::OwnedData& data, jobs::JobQueue& queue);

  // An order was created: its expiration is stored and becomes a job.
  Task<bus::Verdict> schedule(Expiration expiration);
  // An order ended: its job is not needed any more. `retry_later` while the predecessor has not
  // come.
  Task<bus::Verdict> drop(std::string order_id, std::int64_t order_version);
  // A show begins at another time, or does not begin for now: its beginning is stored, and a job
  // takes the place of the one before.
  Task<bus::Verdict> follow_show(Beginning beginning);
  // The time of an order is over, or a show begins: publishes expiration.complete, or
  // expiration.show_begun, once.
  Task<> announce(const jobs::Job& job);
  // Adds a job for every waiting expiration, in case the queue has lost some. Only once if the
  // queue loses none.
  Task<> rebuild_jobs();

 private:
  Task<bool> waits(const std::string& order_id);
  Task<std::optional<Beginning>> find_beginning(const std::string& show_id);
  Task<> announce_show(contracts::ShowBegun begun);

  runtime::OwnedData& data_;
  jobs::JobQueue& queue_;
  bool rebuilt_ = false;
};

}  // namespace ticketing::expiration
