#include "common/base/secret.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "common/base/production.hpp"
#include "common/base/text.hpp"

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

std::optional<std::string> secret_key_from(std::string_view base64) {
  std::string plain(base64.substr(0, base64.find_last_not_of('=') + 1));
  std::ranges::replace(plain, '+', '-');
  std::ranges::replace(plain, '/', '_');
  auto key = from_base64url(plain);
  if (!key || key->size() != secret_key_bytes) return std::nullopt;
  return key;
}

std::string read_secret_key(Environment& environment, const std::string& name) {
  const std::string text = environment.text(name, "");
  if (text.empty()) return {};
  const auto key = secret_key_from(text);
  if (!key) {
    environment.fault(fmt::format(
        "{} must be 32 bytes in base64: make them with \"openssl rand -base64 32\"", name));
  }
  return key.value_or("");
}

}  // namespace ticketing
