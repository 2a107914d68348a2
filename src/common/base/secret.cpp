#include "common/base/secret.hpp"

#include <fmt/format.h>

#include <cmath>
#include <map>

#include "common/base/production.hpp"

namespace ticketing {

bool is_easy_to_guess(std::string_view secret) {
  constexpr std::size_t distinct_min = 8;
  constexpr double bits_min = 72;
  std::map<char, double> counts;
  for (const char c : secret) counts[c] += 1;
  const auto length = static_cast<double>(secret.size());
  double bits = 0;  // Shannon's entropy of the text, with independent characters
  for (const auto& [c, count] : counts) bits -= count * std::log2(count / length);
  return counts.size() < distinct_min || bits < bits_min;
}

std::string read_secret(Environment& environment, const std::string& name) {
  constexpr std::size_t size_min = 16;
  std::string secret = environment.text(name, "");
  if (!secret.empty() && secret.size() < size_min) {
    environment.fault(fmt::format("{} must have {} characters or more", name, size_min));
  } else if (!secret.empty() && is_production(environment) && is_easy_to_guess(secret)) {
    environment.fault(fmt::format(
        "{} is too easy to guess for MODE=production: make one with \"openssl rand -hex 32\"",
        name));
  }
  return secret;
}

}  // namespace ticketing
