#include "common/base/config.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "common/base/exceptions.hpp"

namespace ticketing {

Environment::Environment()
    : Environment([](const std::string& name) -> std::optional<std::string> {
        const char* value = std::getenv(name.c_str());
        if (value == nullptr) return std::nullopt;
        return std::string(value);
      }) {}

Environment::Environment(Lookup lookup) : lookup_(std::move(lookup)) {}

std::optional<std::string> Environment::optional_text(const std::string& name) {
  auto value = lookup_(name);
  if (value && value->empty()) value.reset();
  return value;
}

std::string Environment::text(const std::string& name, std::string fallback) {
  return optional_text(name).value_or(std::move(fallback));
}

std::int64_t Environment::integer(const std::string& name, std::int64_t fallback, std::int64_t min,
                                  std::int64_t max) {
  const auto value = optional_text(name);
  if (!value) return fallback;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), number);
  if (error != std::errc{} || end != value->data() + value->size() || number < min ||
      number > max) {
    fault(
        fmt::format("{} must be a whole number from {} to {}, not \"{}\"", name, min, max, *value));
    return fallback;
  }
  return number;
}

bool Environment::flag(const std::string& name, bool fallback) {
  return one_of(name, fallback ? "1" : "0", {"0", "1"}) == "1";
}

std::string Environment::one_of(const std::string& name, std::string fallback,
                                const std::vector<std::string>& allowed) {
  auto value = optional_text(name);
  if (!value) return fallback;
  if (std::ranges::find(allowed, *value) == allowed.end()) {
    fault(fmt::format("{} must be one of {}, not \"{}\"", name, fmt::join(allowed, ", "), *value));
    return fallback;
  }
  return *std::move(value);
}

void Environment::check() const {
  if (faults_.empty()) return;
  throw ConfigError(fmt::format("configuration: {}", fmt::join(faults_, "; ")));
}

}  // namespace ticketing
