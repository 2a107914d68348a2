#include "common/tracing/settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "common/base/exceptions.hpp"

namespace ticketing::tracing {
namespace {

using Variables = std::map<std::string, std::string>;

Environment environment_of(const Variables& variables) {
  return Environment([variables](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  });
}

Settings read(const Variables& variables) {
  Environment environment = environment_of(variables);
  const Settings settings = read_settings(environment);
  environment.check();
  return settings;
}

std::string fault_of(const Variables& variables) {
  try {
    read(variables);
    return "";
  } catch (const ConfigError& error) {
    return error.what();
  }
}

TEST(TracingSettings, SendNothingWithoutAnEndpoint) {
  EXPECT_EQ(read({}).traces_url, "");
  EXPECT_EQ(read({{"OTEL_SERVICE_NAME", "board"}}).traces_url, "");
}

TEST(TracingSettings, AddThePathOfTracesToTheEndpoint) {
  EXPECT_EQ(read({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318"}}).traces_url,
            "http://collector:4318/v1/traces");
  EXPECT_EQ(read({{"OTEL_EXPORTER_OTLP_ENDPOINT", "https://collector/otlp/"}}).traces_url,
            "https://collector/otlp/v1/traces");
}

TEST(TracingSettings, ReadPairsWithEscapes) {
  EXPECT_THAT(
      read({{"OTEL_EXPORTER_OTLP_HEADERS", "api-key=a%20b%3D, x-tenant = 7 ,"}}).headers,
      testing::ElementsAre(testing::Pair("api-key", "a b="), testing::Pair("x-tenant", "7")));
  EXPECT_THAT(
      read({{"OTEL_RESOURCE_ATTRIBUTES", "deployment.environment=test"}}).resource_attributes,
      testing::ElementsAre(testing::Pair("deployment.environment", "test")));
}

TEST(TracingSettings, HaveTheSamplersOfOpenTelemetry) {
  const auto sampling = [](const std::string& sampler, const std::string& argument = "") {
    return read({{"OTEL_TRACES_SAMPLER", sampler}, {"OTEL_TRACES_SAMPLER_ARG", argument}}).sampling;
  };
  EXPECT_EQ(read({}).sampling.ratio, 1);
  EXPECT_TRUE(read({}).sampling.follows_parent);
  EXPECT_EQ(sampling("always_off").ratio, 0);
  EXPECT_FALSE(sampling("always_off").follows_parent);
  EXPECT_EQ(sampling("parentbased_traceidratio", "0.25").ratio, 0.25);
  EXPECT_TRUE(sampling("parentbased_traceidratio", "0.25").follows_parent);
  EXPECT_EQ(sampling("traceidratio").ratio, 1);
  EXPECT_EQ(sampling("always_on", "0.25").ratio, 1);
}

TEST(TracingSettings, RefuseWhatCannotWork) {
  const std::vector<std::pair<std::string, std::string>> wrong{
      {"OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318"},
      {"OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"},
      {"OTEL_EXPORTER_OTLP_HEADERS", "api-key"},
      {"OTEL_EXPORTER_OTLP_HEADERS", "a=b%0d%0aHost: other"},
      {"OTEL_TRACES_SAMPLER", "jaeger_remote"},
      {"OTEL_BSP_SCHEDULE_DELAY", "soon"}};
  for (const auto& [name, value] : wrong) {
    EXPECT_THAT(fault_of({{name, value}}), testing::HasSubstr(name)) << value;
  }
  for (const char* ratio : {"2", "-0.1", "half", "nan"}) {
    EXPECT_THAT(
        fault_of({{"OTEL_TRACES_SAMPLER", "traceidratio"}, {"OTEL_TRACES_SAMPLER_ARG", ratio}}),
        testing::HasSubstr("OTEL_TRACES_SAMPLER_ARG"))
        << ratio;
  }
}

}  // namespace
}  // namespace ticketing::tracing
