#include "common/tracing/otlp_json.hpp"

#include <gtest/gtest.h>

namespace ticketing::tracing {
namespace {

trace::SpanRecord record(const std::string& service) {
  return {
      .context = trace::read_context("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", ""),
      .parent = {1, 2, 3, 4, 5, 6, 7, 8},
      .kind = trace::SpanKind::consumer,
      .name = "process note.created",
      .service = service,
      .start_nanoseconds = 1'800'000'000'000'000'001,
      .end_nanoseconds = 1'800'000'000'000'000'002,
      .attributes = {{"messaging.destination.name", "note.created"},
                     {"http.response.status_code", std::int64_t{503}}},
      .error = "failed: \"no\""};
}

const Resource resource{
    .process = "ticketing", .version = "1.0", .service_name = "", .attributes = {}};

TEST(OtlpJson, IsWhatTheProtocolDescribes) {
  EXPECT_EQ(to_otlp_json(resource, {record("notes")}),
            R"({"resourceSpans":[{"resource":{"attributes":[)"
            R"({"key":"service.name","value":{"stringValue":"notes"}},)"
            R"({"key":"service.namespace","value":{"stringValue":"ticketing"}},)"
            R"({"key":"service.version","value":{"stringValue":"1.0"}}]},)"
            R"("scopeSpans":[{"scope":{"name":"notes"},"spans":[)"
            R"({"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203331",)"
            R"("parentSpanId":"0102030405060708","name":"process note.created","kind":5,)"
            R"("startTimeUnixNano":"1800000000000000001","endTimeUnixNano":"1800000000000000002",)"
            R"("attributes":[)"
            R"({"key":"messaging.destination.name","value":{"stringValue":"note.created"}},)"
            R"({"key":"http.response.status_code","value":{"intValue":"503"}}],)"
            R"("status":{"code":2,"message":"failed: \"no\""}}]}]}]})");
}

TEST(OtlpJson, LeavesOutWhatIsNotThere) {
  trace::SpanRecord root = record("notes");
  root.parent = {};
  root.error = "";
  const std::string json = to_otlp_json(resource, {root});
  EXPECT_EQ(json.find("parentSpanId"), std::string::npos);
  EXPECT_EQ(json.find("status\""), std::string::npos);
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++found;
  return found;
}

TEST(OtlpJson, GivesEachServiceOfAProcessAResource) {
  const std::vector<trace::SpanRecord> spans{record("notes"), record("topics"), record("notes"),
                                             record("")};
  const std::string json = to_otlp_json(resource, spans);
  EXPECT_EQ(count(json, R"("resource":)"), 3U);
  EXPECT_EQ(count(json, R"("service.name","value":{"stringValue":"ticketing"})"), 1U);
  EXPECT_EQ(count(json, R"("spanId")"), 4U);

  Resource named = resource;
  named.service_name = "board";
  named.attributes = {{"deployment.environment", "test"}};
  const std::string one_name = to_otlp_json(named, spans);
  EXPECT_EQ(count(one_name, R"("service.name","value":{"stringValue":"board"})"), 3U);
  EXPECT_EQ(count(one_name, R"("deployment.environment")"), 3U);
  EXPECT_EQ(count(one_name, R"("scope":{"name":"notes"})"), 1U);
}

}  // namespace
}  // namespace ticketing::tracing
