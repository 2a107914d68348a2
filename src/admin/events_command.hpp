// ticketing-admin events: asks a service to publish its entities once more, and shows how far it
// is.
#pragma once

#include <optional>
#include <string>

#include "common/base/clock.hpp"

namespace CLI {
class App;
}

namespace ticketing::admin {

// Reads NATS_URL, or OPERATOR_TOKEN for the program that has all services in one process.
void add_events(CLI::App& app);

// "2026-11-01", "2026-11-01T08:00:00Z", or a time before `now`: "90m", "12h", "7d". Nothing when it
// is none of these, or later than `now`.
std::optional<Timestamp> parse_since(const std::string& text, Timestamp now);

}  // namespace ticketing::admin
