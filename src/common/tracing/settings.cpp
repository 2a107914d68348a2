#include "common/tracing/settings.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "common/base/text.hpp"

namespace ticketing::tracing {
namespace {

bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7f; });
}

// "a=1,b=2", values percent-encoded: the form of W3C Baggage, which OpenTelemetry uses.
Pairs read_pairs(Environment& environment, const std::string& variable) {
  const std::string text = environment.text(variable, "");
  Pairs pairs;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    const std::string_view entry = trim(std::string_view(text).substr(at, comma - at));
    at = comma + 1;
    if (entry.empty()) continue;
    const std::size_t equals = entry.find('=');
    const std::string_view name = trim(entry.substr(0, equals));
    const auto value = equals == std::string_view::npos
                           ? std::nullopt
                           : percent_decode(trim(entry.substr(equals + 1)), false);
    if (name.empty() || !is_printable(name) || !value || !is_printable(*value)) {
      environment.fault(variable + " must hold name=value pairs, separated by commas");
      return {};
    }
    pairs.emplace_back(name, *value);
  }
  return pairs;
}

std::string read_traces_url(Environment& environment) {
  std::string url = environment.text("OTEL_EXPORTER_OTLP_ENDPOINT", "");
  if (url.empty()) return {};
  if (!url.starts_with("http://") && !url.starts_with("https://")) {
    environment.fault("OTEL_EXPORTER_OTLP_ENDPOINT must be a URL, such as http://collector:4318");
  }
  while (url.ends_with('/')) url.pop_back();
  return url + "/v1/traces";
}

double read_ratio(Environment& environment) {
  const std::string text = environment.text("OTEL_TRACES_SAMPLER_ARG", "1");
  double ratio = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ratio);
  if (error != std::errc{} || end != text.data() + text.size() || !(ratio >= 0 && ratio <= 1)) {
    environment.fault("OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1");
  }
  return ratio;
}

trace::Sampling read_sampling(Environment& environment) {
  const std::string sampler =
      environment.one_of("OTEL_TRACES_SAMPLER", "parentbased_always_on",
                         {"always_on", "always_off", "traceidratio", "parentbased_always_on",
                          "parentbased_always_off", "parentbased_traceidratio"});
  trace::Sampling sampling{.ratio = 1, .follows_parent = sampler.starts_with("parentbased_")};
  if (sampler.ends_with("always_off")) sampling.ratio = 0;
  if (sampler.ends_with("traceidratio")) sampling.ratio = read_ratio(environment);
  return sampling;
}

}  // namespace

Settings read_settings(Environment& environment) {
  // The default of OpenTelemetry is another one, which is not spoken here.
  environment.one_of("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json", {"http/json"});
  return {.traces_url = read_traces_url(environment),
          .headers = read_pairs(environment, "OTEL_EXPORTER_OTLP_HEADERS"),
          .ca_file = environment.text("OTEL_EXPORTER_OTLP_CERTIFICATE", ""),
          .service_name = environment.text("OTEL_SERVICE_NAME", ""),
          .resource_attributes = read_pairs(environment, "OTEL_RESOURCE_ATTRIBUTES"),
          .sampling = read_sampling(environment),
          .batch_delay =
              Milliseconds{environment.integer("OTEL_BSP_SCHEDULE_DELAY", 5'000, 10, 60'000)}};
}

std::string settings_help() {
  return R"(  OTEL_EXPORTER_OTLP_ENDPOINT     where traces are sent, http://collector:4318 (default: nowhere)
  OTEL_EXPORTER_OTLP_HEADERS      sent with them, name=value pairs separated by commas
  OTEL_EXPORTER_OTLP_CERTIFICATE  authorities that vouch for https:// (default the system's)
  OTEL_EXPORTER_OTLP_PROTOCOL     http/json, the only one
  OTEL_SERVICE_NAME               one name for all spans (default: each service's own)
  OTEL_RESOURCE_ATTRIBUTES        further attributes of the resource, name=value pairs
  OTEL_TRACES_SAMPLER             which traces: always_on, always_off, traceidratio, or one of them
                                  after parentbased_ (default parentbased_always_on)
  OTEL_TRACES_SAMPLER_ARG         the part of the traces that traceidratio takes (default 1)
  OTEL_BSP_SCHEDULE_DELAY         milliseconds that a span waits at most (default 5000)
)";
}

}  // namespace ticketing::tracing
