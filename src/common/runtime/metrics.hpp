// Counters, gauges and histograms in Prometheus' text format (docs/operations.md names them all).
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

namespace ticketing::runtime {

using Labels = std::map<std::string, std::string>;

class Metrics {
 public:
  // The same name and labels give the same object; it lives as long as the Metrics.
  prometheus::Counter& counter(const std::string& name, const std::string& help,
                               const Labels& labels = {});
  prometheus::Gauge& gauge(const std::string& name, const std::string& help,
                           const Labels& labels = {});

  // Counts an HTTP request and its duration by method, route and status.
  void observe_request(std::string_view method, std::string_view route, int status,
                       std::chrono::nanoseconds duration);

  std::string expose() const;

 private:
  struct RouteMetrics {
    prometheus::Histogram* duration;
    std::map<int, prometheus::Counter*> by_status;
  };
  RouteMetrics& route_metrics(std::string_view method, std::string_view route);

  prometheus::Registry registry_;
  std::unordered_map<std::string, RouteMetrics> routes_;
};

}  // namespace ticketing::runtime
