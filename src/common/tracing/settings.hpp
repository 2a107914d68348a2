// Where spans are sent, by the variables that OpenTelemetry names.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "common/base/clock.hpp"
#include "common/base/config.hpp"
#include "common/base/span.hpp"

namespace ticketing::tracing {

using Pairs = std::vector<std::pair<std::string, std::string>>;

struct Settings {
  std::string traces_url;    // "http://collector:4318/v1/traces"; empty: nothing is recorded
  Pairs headers;             // of each call
  std::string ca_file;       // PEM; empty: the system's authorities
  std::string service_name;  // empty: that of the service that did the work
  Pairs resource_attributes;
  trace::Sampling sampling;
  Milliseconds batch_delay{5'000};
};

Settings read_settings(Environment& environment);
std::string settings_help();

}  // namespace ticketing::tracing
