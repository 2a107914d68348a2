// Publishes the current version of every entity of a service once more, from its tables, through
// its outbox: for a listener that is new or that has lost events. Listeners that know the version
// drop it. In steps, each of which is a transaction, so that a run that was killed goes on after
// its last step; one run at a time, also with several replicas.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "common/base/backoff.hpp"
#include "common/bus/event_source.hpp"
#include "common/bus/outbox_relay.hpp"
#include "common/bus/republications.hpp"
#include "common/bus/republish_messages.hpp"
#include "common/bus/republished.hpp"
#include "common/runtime/periodic.hpp"
#include "common/runtime/platform.hpp"

namespace ticketing::runtime {

class Republisher {
 public:
  static constexpr std::int64_t page_rows = 100;  // entities in one step
  // No step begins while more events than this wait in the outbox: those of the running shop do not
  // have to wait behind many copies.
  static constexpr std::int64_t backlog_max = 1'000;
  // A step ends long before. Another process takes over a run this long after its last step.
  static constexpr std::chrono::seconds worker_time{10};
  // Listeners that lose events lose them together. A request of one of them waits this long for
  // those of the others, and then for the end of `pause` since the last run: should copies push
  // each other out of a store that is too small for them, this does not go on without a break.
  static constexpr std::chrono::seconds gather_time{10};
  static constexpr std::chrono::minutes pause{5};

  // All references outlive it.
  Republisher(Platform& platform, std::string service, db::Database& database,
              bus::OutboxRelay& relay, bus::Republished republished);
  ~Republisher();
  Republisher(const Republisher&) = delete;
  Republisher& operator=(const Republisher&) = delete;

  const std::string& service() const { return service_; }

  // To requests; before the bus starts.
  void subscribe();
  void start();
  // Ends after the step that runs; another process, or this one when it starts again, goes on.
  Task<> stop();

  // The run that the request led to, or which covers it.
  Task<bus::Republication> request(bus::RepublishRequested wanted);
  Task<std::optional<bus::Republication>> find(std::string id);

 private:
  Task<bus::Verdict> on_request(const bus::Event& event);
  Task<> round();
  Task<std::optional<bus::Republication>> latest();
  Task<std::optional<bus::Republication>> take();
  Task<> run(bus::Republication run);
  Task<> wait_for_room(bus::Republication& run);
  Task<bool> step(bus::Republication& run);
  Task<bool> store(bus::Republication& run, std::vector<bus::Event> events);
  Task<bool> give_back(bus::Republication run);
  std::vector<bus::Event> read_page(const std::vector<db::Row>& rows, bus::Republication& run);
  Task<> report(bus::Republication run, std::optional<std::string> request_id);
  Timestamp now() const;

  Platform& platform_;
  const std::string service_;
  db::Database& database_;
  bus::OutboxRelay& relay_;
  const bus::Republished republished_;
  const bus::EventSource messages_;
  const std::string worker_;
  Periodic running_;
  prometheus::Counter& copies_;
  prometheus::Gauge& is_running_;
};

}  // namespace ticketing::runtime
