// Spans as OTLP/JSON (opentelemetry-proto, "JSON Protobuf Encoding").
#pragma once

#include <string>
#include <vector>

#include "common/base/span.hpp"
#include "common/tracing/settings.hpp"

namespace ticketing::tracing {

// The attributes of the process in each call.
struct Resource {
  std::string process;       // the service of spans that name none
  std::string version;       // of the program
  std::string service_name;  // empty: each service's own
  Pairs attributes;
};

// The body of an ExportTraceServiceRequest. The spans of each service are under a resource of their
// own, so that one process with many services looks as many processes do.
std::string to_otlp_json(const Resource& resource, const std::vector<trace::SpanRecord>& spans);

}  // namespace ticketing::tracing
