#include "common/base/log.hpp"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>

#include "common/base/clock.hpp"
#include "common/base/text.hpp"

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

void write(Level level, std::string_view message, Fields fields) {
  if (!enabled(level)) return;
  std::string line = fmt::format(R"({{"time":"{}","level":"{}","service":")",
                                 to_iso8601(SystemClock{}.now()), level_name(level));
  append_json_escaped(line, service_name());
  line += R"(","message":")";
  append_json_escaped(line, message);
  line += '"';
  for (const Field& field : fields) {
    line += ",\"";
    append_json_escaped(line, field.name);
    line += "\":";
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
  line += '}';
  logger().log(spdlog_level(level), spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace ticketing::log
