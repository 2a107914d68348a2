#include "common/base/config.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>

#include "common/base/exceptions.hpp"

namespace ticketing {
namespace {

constexpr std::size_t file_size_max = 64 * 1024;

// The content of a file without the end of its last line, which editors and `echo` add; nothing
// when it cannot be read.
std::optional<std::string> read_value(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string value(file_size_max + 1, '\0');
  if (!file.read(value.data(), static_cast<std::streamsize>(value.size())) && !file.eof()) {
    return std::nullopt;
  }
  value.resize(static_cast<std::size_t>(file.gcount()));
  if (value.size() > file_size_max) return std::nullopt;
  if (value.ends_with('\n')) value.pop_back();
  if (value.ends_with('\r')) value.pop_back();
  return value;
}

}  // namespace

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
  const auto path = lookup_(name + "_FILE");
  if (!path || path->empty()) return value;
  if (value) {
    fault(fmt::format("{0} and {0}_FILE are both set; set one of them", name));
    return value;
  }
  value = read_value(*path);
  if (!value) {
    fault(fmt::format("{}_FILE: {} cannot be read, or is larger than 64 KiB", name, *path));
  } else if (value->empty()) {
    value.reset();
  }
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

void Environment::fault(std::string message) {
  if (std::ranges::find(faults_, message) == faults_.end()) faults_.push_back(std::move(message));
}

void Environment::check() const {
  if (faults_.empty()) return;
  throw ConfigError(fmt::format("configuration: {}", fmt::join(faults_, "; ")));
}

}  // namespace ticketing
