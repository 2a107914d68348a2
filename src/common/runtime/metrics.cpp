#include "common/runtime/metrics.hpp"

#include <prometheus/text_serializer.h>

namespace ticketing::runtime {

prometheus::Counter& Metrics::counter(const std::string& name, const std::string& help,
                                      const Labels& labels) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry_).Add(labels);
}

prometheus::Gauge& Metrics::gauge(const std::string& name, const std::string& help,
                                  const Labels& labels) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry_).Add(labels);
}

Metrics::RouteMetrics& Metrics::route_metrics(std::string_view method, std::string_view route) {
  std::string key;
  key.reserve(method.size() + route.size() + 1);
  key.append(method).append(" ").append(route);
  const auto known = routes_.find(key);
  if (known != routes_.end()) return known->second;
  auto& duration =
      prometheus::BuildHistogram()
          .Name("http_request_duration_seconds")
          .Help("Time from the whole request read to the answer handed to the kernel")
          .Register(registry_)
          .Add({{"method", std::string(method)}, {"route", std::string(route)}},
               prometheus::Histogram::BucketBoundaries{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                                       0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10});
  return routes_.emplace(std::move(key), RouteMetrics{.duration = &duration, .by_status = {}})
      .first->second;
}

void Metrics::observe_request(std::string_view method, std::string_view route, int status,
                              std::chrono::nanoseconds duration) {
  RouteMetrics& metrics = route_metrics(method, route);
  metrics.duration->Observe(std::chrono::duration<double>(duration).count());
  prometheus::Counter*& count = metrics.by_status[status];
  if (count == nullptr) {
    count = &counter("http_requests_total", "Requests answered",
                     {{"method", std::string(method)},
                      {"route", std::string(route)},
                      {"status", std::to_string(status)}});
  }
  count->Increment();
}

std::string Metrics::expose() const {
  return prometheus::TextSerializer().Serialize(registry_.Collect());
}

}  // namespace ticketing::runtime
