#include "common/runtime/bus_metrics.hpp"

namespace ticketing::runtime {

prometheus::Counter& lost_events_counter(Metrics& metrics, const std::string& consumer,
                                         const std::string& subject) {
  return metrics.counter("bus_events_lost_total", "Times that the bus dropped events of a listener",
                         {{"consumer", consumer}, {"subject", subject}});
}

void BusMetrics::update() {
  for (const bus::DeliveryCounts& counts : bus_.counts()) {
    set(counts, "delivered", counts.delivered);
    set(counts, "retry_later", counts.retry_later);
    set(counts, "retried", counts.retried);
    set(counts, "dead_letter", counts.dead_letters);
    // Shown as 0 from the beginning, so that the first increase can be seen.
    lost_events_counter(metrics_, counts.consumer, counts.subject);
    metrics_
        .gauge("bus_pending_events", "Events that a listener has not settled yet",
               {{"consumer", counts.consumer}, {"subject", counts.subject}})
        .Set(static_cast<double>(counts.pending));
  }
}

void BusMetrics::set(const bus::DeliveryCounts& counts, const std::string& outcome,
                     std::uint64_t value) {
  const std::string key = counts.consumer + " " + counts.subject + " " + outcome;
  auto known = shown_.find(key);
  if (known == shown_.end()) {
    auto& counter = metrics_.counter(
        "bus_deliveries_total", "Events handed to listeners, by what became of them",
        {{"consumer", counts.consumer}, {"subject", counts.subject}, {"outcome", outcome}});
    known = shown_.emplace(key, Shown{.counter = &counter, .value = 0}).first;
  }
  known->second.counter->Increment(static_cast<double>(value - known->second.value));
  known->second.value = value;
}

}  // namespace ticketing::runtime
