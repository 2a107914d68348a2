#include "auth/account.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/base/text.hpp"

namespace ticketing::auth {
namespace {

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= 63 && !label.starts_with('-') && !label.ends_with('-') &&
         std::ranges::all_of(label, [](char c) {
           const auto byte = static_cast<unsigned char>(c);
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || byte >= 0x80;
         });
}

bool is_domain(std::string_view domain) {
  if (domain.find('.') == std::string_view::npos) return false;
  while (true) {
    const std::size_t dot = domain.find('.');
    if (!is_label(domain.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    domain.remove_prefix(dot + 1);
  }
}

}  // namespace

std::optional<std::string> normalize_email(std::string_view text) {
  const std::string email = to_lower_ascii(trim(text));
  const std::size_t at = email.rfind('@');
  if (at == std::string::npos || at == 0 || at > 64 || email.size() > email_bytes_max)
    return std::nullopt;
  const std::string_view local = std::string_view(email).substr(0, at);
  const bool local_is_plain = std::ranges::all_of(local, [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && c != 0x7f &&
           std::string_view("()<>[],;:\\\"@").find(c) == std::string_view::npos;
  });
  if (!local_is_plain || local.starts_with('.') || local.ends_with('.') ||
      local.find("..") != std::string_view::npos) {
    return std::nullopt;
  }
  if (!is_domain(std::string_view(email).substr(at + 1))) return std::nullopt;
  return email;
}

std::optional<std::string> fault_of_password(std::string_view password,
                                             const PasswordRules& rules) {
  const std::size_t length = utf8_length(password);
  if (length < rules.characters_min) {
    return fmt::format("password must have at least {} characters", rules.characters_min);
  }
  if (length > password_characters_max) {
    return fmt::format("password must have at most {} characters", password_characters_max);
  }
  if (rules.refused != nullptr &&
      rules.refused->contains(std::string_view(to_lower_ascii(password)))) {
    return "password is among the most common ones; choose another";
  }
  return std::nullopt;
}

std::chrono::seconds pause_after(std::int64_t failures) {
  constexpr std::chrono::seconds longest{15 * 60};
  if (failures < 5) return std::chrono::seconds{0};
  const std::int64_t doublings = std::min<std::int64_t>(failures - 5, 10);
  return std::min(std::chrono::seconds{1LL << doublings}, longest);
}

Error invalid_credentials() {
  return {.kind = ErrorKind::invalid,
          .slug = "invalid_credentials",
          .detail = "The e-mail address or the password is wrong."};
}

}  // namespace ticketing::auth
