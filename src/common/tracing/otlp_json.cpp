#include "common/tracing/otlp_json.hpp"

#include <map>

#include "common/json/writer.hpp"

namespace ticketing::tracing {
namespace {

constexpr int status_error = 2;

void write_attribute(json::Writer& writer, std::string_view name, const std::string& text) {
  writer.begin_object().field("key", name).key("value");
  writer.begin_object().field("stringValue", text).end_object().end_object();
}

void write_attribute(json::Writer& writer, const trace::Attribute& attribute) {
  if (const auto* text = std::get_if<std::string>(&attribute.value)) {
    write_attribute(writer, attribute.name, *text);
    return;
  }
  writer.begin_object().field("key", attribute.name).key("value");
  writer.begin_object()
      .field("intValue", std::to_string(std::get<std::int64_t>(attribute.value)))
      .end_object()
      .end_object();
}

// 64-bit numbers are text, ids are hexadecimal.
void write_span(json::Writer& writer, const trace::SpanRecord& span) {
  writer.begin_object()
      .field("traceId", trace::to_hex(span.context.trace_id))
      .field("spanId", trace::to_hex(span.context.span_id));
  if (span.parent != trace::SpanId{}) writer.field("parentSpanId", trace::to_hex(span.parent));
  writer.field("name", span.name)
      .field("kind", static_cast<int>(span.kind))
      .field("startTimeUnixNano", std::to_string(span.start_nanoseconds))
      .field("endTimeUnixNano", std::to_string(span.end_nanoseconds));
  writer.key("attributes").begin_array();
  for (const trace::Attribute& attribute : span.attributes) write_attribute(writer, attribute);
  writer.end_array();
  if (!span.error.empty()) {
    writer.key("status").begin_object().field("code", status_error);
    writer.field("message", span.error).end_object();
  }
  writer.end_object();
}

void write_resource(json::Writer& writer, const Resource& resource, const std::string& service) {
  writer.key("resource").begin_object().key("attributes").begin_array();
  write_attribute(writer, "service.name",
                  resource.service_name.empty() ? service : resource.service_name);
  write_attribute(writer, "service.namespace", "ticketing");
  write_attribute(writer, "service.version", resource.version);
  for (const auto& [name, value] : resource.attributes) write_attribute(writer, name, value);
  writer.end_array().end_object();
}

}  // namespace

std::string to_otlp_json(const Resource& resource, const std::vector<trace::SpanRecord>& spans) {
  std::map<std::string, std::vector<const trace::SpanRecord*>> by_service;
  for (const trace::SpanRecord& span : spans) {
    by_service[span.service.empty() ? resource.process : span.service].push_back(&span);
  }
  json::Writer writer;
  writer.begin_object().key("resourceSpans").begin_array();
  for (const auto& [service, its_spans] : by_service) {
    writer.begin_object();
    write_resource(writer, resource, service);
    writer.key("scopeSpans").begin_array().begin_object();
    writer.key("scope").begin_object().field("name", service).end_object();
    writer.key("spans").begin_array();
    for (const trace::SpanRecord* span : its_spans) write_span(writer, *span);
    writer.end_array().end_object().end_array().end_object();
  }
  writer.end_array().end_object();
  return writer.take();
}

}  // namespace ticketing::tracing
