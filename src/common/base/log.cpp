#include "common/base/log.hpp"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <initializer_list>
#include <memory>
#include <utility>

#include "common/base/clock.hpp"
#include "common/base/digest.hpp"
#include "common/base/text.hpp"
#include "common/base/text_unicode.hpp"
#include "common/base/trace_context.hpp"

namespace ticketing::log {
namespace {

// The level is kept by spdlog alone; the logger is made once and lives as long as the process.
spdlog::logger& logger() {
  static const auto instance = [] {
    auto made = std::make_shared<spdlog::logger>("ticketing",
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");
    made->set_level(spdlog::level::info);
    return made;
  }();
  return *instance;
}

std::string& service_name() {
  static std::string name = "ticketing";
  return name;
}

spdlog::level::level_enum spdlog_level(Level level) {
  switch (level) {
    case Level::debug: return spdlog::level::debug;
    case Level::info: return spdlog::level::info;
    case Level::warn: return spdlog::level::warn;
    case Level::error: return spdlog::level::err;
    case Level::off: return spdlog::level::off;
  }
  return spdlog::level::info;
}

std::string_view level_name(Level level) {
  constexpr std::string_view names[] = {"debug", "info", "warn", "error", "off"};
  return names[static_cast<std::size_t>(level)];
}

}  // namespace

void configure(Level level, std::string_view service) {
  service_name() = service;
  logger().set_level(spdlog_level(level));
}

bool parse_level(std::string_view text, Level& level) {
  for (const Level candidate : {Level::debug, Level::info, Level::warn, Level::error, Level::off}) {
    if (text == level_name(candidate)) {
      level = candidate;
      return true;
    }
  }
  return false;
}

bool enabled(Level level) { return logger().should_log(spdlog_level(level)); }

namespace {

std::string begin_line(Level level) {
  std::string line = fmt::format(R"({{"time":"{}","level":"{}","service":")",
                                 to_iso8601(SystemClock{}.now()), level_name(level));
  append_json_escaped(line, service_name());
  line += '"';
  return line;
}

void append_name(std::string& line, std::string_view name) {
  line += ",\"";
  append_json_escaped(line, name);
  line += "\":";
}

void append_field(std::string& line, const Field& field) {
  append_name(line, field.name);
  if (const auto* text = std::get_if<std::string_view>(&field.value)) {
    line += '"';
    append_json_escaped(line, *text);
    line += '"';
  } else if (const auto* number = std::get_if<std::int64_t>(&field.value)) {
    fmt::format_to(std::back_inserter(line), "{}", *number);
  } else {
    fmt::format_to(std::back_inserter(line), "{:.6g}", std::get<double>(field.value));
  }
}

// What the line belongs to, when it belongs to a request.
void append_context(std::string& line) {
  const trace::Context context = trace::current();
  if (!context.request_id().empty()) append_field(line, {"request_id", context.request_id()});
  if (context.has_trace()) append_field(line, {"trace_id", trace::to_hex(context.trace_id)});
}

void write_line(spdlog::level::level_enum level, std::string line) {
  line += '}';
  logger().log(level, spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace

void write(Level level, std::string_view message, Fields fields) {
  if (!enabled(level)) return;
  std::string line = begin_line(level);
  append_field(line, {"message", message});
  for (const Field& field : fields) append_field(line, field);
  append_context(line);
  write_line(spdlog_level(level), std::move(line));
}

namespace {

// Some of an audit line is what a caller sent.
constexpr std::size_t audit_bytes_max = 200;

void append_audit_text(std::string& line, std::string_view name, std::string_view text) {
  if (text.empty()) return;
  append_name(line, name);
  line += '"';
  const bool is_long = text.size() > audit_bytes_max;
  append_json_plain(line, utf8_prefix(text, audit_bytes_max));
  line += is_long ? "…\"" : "\"";
}

}  // namespace

void audit(const AuditEvent& event) {
  // Critical, because it is written at every level but off.
  if (!logger().should_log(spdlog::level::critical)) return;
  std::string line = begin_line(Level::info);
  append_field(line, {"log", "audit"});
  const std::string agent =
      event.user_agent.empty() ? "" : sha256_hex(event.user_agent).substr(0, 16);
  for (const auto& [name, text] : std::initializer_list<std::pair<const char*, std::string_view>>{
           {"event", event.event},
           {"outcome", event.outcome},
           {"reason", event.reason},
           {"user", event.user},
           {"session", event.session},
           {"subject", event.subject},
           {"amount", event.amount},
           {"operator", event.by_operator},
           {"address", event.address},
           {"user_agent_hash", agent}}) {
    append_audit_text(line, name, text);
  }
  if (event.count > 1) append_field(line, {"count", event.count});
  append_context(line);
  write_line(spdlog::level::critical, std::move(line));
}

}  // namespace ticketing::log
