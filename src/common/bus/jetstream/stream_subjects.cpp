#include "common/bus/jetstream/stream_subjects.hpp"

#include <algorithm>

namespace ticketing::bus {
namespace {

// Takes the first token off `text`.
std::string_view take_token(std::string_view& text) {
  const std::size_t dot = text.find('.');
  const std::string_view token = text.substr(0, dot);
  text.remove_prefix(dot == std::string_view::npos ? text.size() : dot + 1);
  return token;
}

bool any_matches(const std::vector<std::string>& patterns, const std::string& subject) {
  return std::ranges::any_of(patterns, [&](const auto& p) { return matches(p, subject); });
}

}  // namespace

bool matches(std::string_view pattern, std::string_view subject) {
  while (!pattern.empty() && !subject.empty()) {
    const std::string_view wanted = take_token(pattern);
    if (wanted == ">") return true;
    const std::string_view token = take_token(subject);
    if (wanted != "*" && wanted != token) return false;
  }
  return pattern.empty() && subject.empty();
}

std::string family_of(std::string_view subject) {
  return std::string(subject.substr(0, subject.find('.'))) + ".>";
}

std::vector<std::string> not_taken(const std::vector<std::string>& patterns,
                                   const std::vector<std::string>& subjects) {
  std::vector<std::string> missing;
  for (const std::string& subject : subjects) {
    if (!any_matches(patterns, subject)) missing.push_back(subject);
  }
  return missing;
}

std::vector<std::string> extended(std::vector<std::string> patterns,
                                  const std::vector<std::string>& subjects) {
  for (const std::string& subject : subjects) {
    if (any_matches(patterns, subject)) continue;
    const std::string family = family_of(subject);
    // The server refuses patterns that overlap; what the family matches is not lost with them.
    std::erase_if(patterns, [&](const std::string& p) { return matches(family, p); });
    patterns.push_back(family);
  }
  return patterns;
}

}  // namespace ticketing::bus
