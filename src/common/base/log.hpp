// Structured logs: one JSON object a line on standard error, with the ids of the request that it
// belongs to (trace::current). Never pass a secret, a token or a body.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

namespace ticketing::log {

enum class Level { debug, info, warn, error, off };

struct Field {
  std::string_view name;
  std::variant<std::string_view, std::int64_t, double> value;

  Field(std::string_view n, std::string_view v) : name(n), value(v) {}
  Field(std::string_view n, const std::string& v) : name(n), value(std::string_view(v)) {}
  Field(std::string_view n, const char* v) : name(n), value(std::string_view(v)) {}
  Field(std::string_view n, double v) : name(n), value(v) {}
  template <class Integer>
    requires std::is_integral_v<Integer>
  Field(std::string_view n, Integer v) : name(n), value(static_cast<std::int64_t>(v)) {}
};
using Fields = std::initializer_list<Field>;

// Sets what is written and the name under which this process appears. Call once, before threads
// start.
void configure(Level level, std::string_view service);
// "debug", "info", "warn", "error" or "off"; false leaves `level` as it was.
bool parse_level(std::string_view text, Level& level);
bool enabled(Level level);

void write(Level level, std::string_view message, Fields fields);
inline void debug(std::string_view message, Fields fields = {}) {
  write(Level::debug, message, fields);
}
inline void info(std::string_view message, Fields fields = {}) {
  write(Level::info, message, fields);
}
inline void warn(std::string_view message, Fields fields = {}) {
  write(Level::warn, message, fields);
}
inline void error(std::string_view message, Fields fields = {}) {
  write(Level::error, message, fields);
}

// Something that matters to security. Empty fields are left out; docs/operations.md says what each
// is. The user agent is written as the beginning of its SHA-256. Each text is cut after 200 bytes,
// and what would change how a terminal shows the line is escaped.
struct AuditEvent {
  std::string_view event;    // "sign_in"
  std::string_view outcome;  // "succeeded", "refused" or "throttled"
  std::string_view reason = {};
  std::string_view user = {};  // an id
  std::string_view session = {};
  std::string_view subject = {};  // the id of what was acted on
  std::string_view amount = {};   // of money: "5.00"
  std::string_view by_operator = {};
  std::string_view address = {};
  std::string_view user_agent = {};
  std::int64_t count = 1;  // how many events the line stands for
};
// Written at every level but off, among the other lines, marked "log":"audit".
void audit(const AuditEvent& event);

}  // namespace ticketing::log
