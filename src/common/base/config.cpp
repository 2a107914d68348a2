#include "common/base/config.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>

#include "common/base/exceptions.hpp"
#include "common/base/log.hpp"
#include "common/base/small_file.hpp"
#include "common/base/text.hpp"

namespace ticketing {
namespace {

// Without the end of its last line, which editors and `echo` add.
std::string without_line_end(std::string value) {
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

std::optional<std::string> Environment::optional_text(const std::string& name, EmptyFile empty) {
  auto value = lookup_(name);
  if (value && value->empty()) value.reset();
  const auto path = lookup_(name + "_FILE");
  if (!path) return value;
  if (value) {
    fault(fmt::format("{0} and {0}_FILE are both set; set one of them", name));
    return value;
  }
  return read_value(name, *path, empty);
}

std::optional<std::string> Environment::read_value(const std::string& name, const std::string& path,
                                                   EmptyFile empty) {
  if (path.empty()) {
    fault(fmt::format("{}_FILE is empty; name a file, or do not set it", name));
    return std::nullopt;
  }
  auto file = read_small_file(path);
  if (!file) {
    fault(fmt::format("{}_FILE: {} {}", name, path, file.error()));
    return std::nullopt;
  }
  if (file->is_open_to_all) note_once(open_to_all_, name + "_FILE");
  std::string value = without_line_end(std::move(file->content));
  if (!value.empty()) return value;
  if (empty == EmptyFile::fault) fault(fmt::format("{}_FILE: {} is empty", name, path));
  return std::nullopt;
}

std::string Environment::file_path(const std::string& name) {
  std::string path = text(name, "");
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored) && !std::filesystem::is_regular_file(path, ignored)) {
    fault(fmt::format("{}: {} is not a file", name, path));
  }
  return path;
}

std::string Environment::text(const std::string& name, std::string fallback, EmptyFile empty) {
  return optional_text(name, empty).value_or(std::move(fallback));
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

std::vector<std::string> Environment::list(const std::string& name) {
  const std::string all = text(name, "", EmptyFile::unset);
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= all.size();) {
    const std::size_t comma = std::min(all.find(',', at), all.size());
    const std::string_view part = trim(std::string_view(all).substr(at, comma - at));
    if (!part.empty()) parts.emplace_back(part);
    at = comma + 1;
  }
  return parts;
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

void Environment::fault(std::string message) { note_once(faults_, std::move(message)); }

void Environment::note_once(std::vector<std::string>& notes, std::string note) {
  if (std::ranges::find(notes, note) == notes.end()) notes.push_back(std::move(note));
}

void Environment::check() const {
  if (faults_.empty()) return;
  throw ConfigError(fmt::format("configuration: {}", fmt::join(faults_, "; ")));
}

void Environment::warn_of_open_files() const {
  if (open_to_all_.empty()) return;
  log::warn("every user of this machine can read the files of these variables",
            {{"variables", fmt::format("{}", fmt::join(open_to_all_, ", "))}});
}

}  // namespace ticketing
