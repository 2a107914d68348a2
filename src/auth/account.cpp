#include "auth/account.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/base/backoff.hpp"
#include "common/base/text.hpp"
#include "common/base/text_unicode.hpp"
#include "contracts/codes.hpp"
#include "contracts/roles.hpp"

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

bool is_local_part(std::string_view local) {
  const bool is_plain = std::ranges::all_of(local, [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && c != 0x7f &&
           std::string_view("()<>[],;:\\\"@").find(c) == std::string_view::npos;
  });
  return is_plain && !local.empty() && local.size() <= 64 && !local.starts_with('.') &&
         !local.ends_with('.') && local.find("..") == std::string_view::npos;
}

// Whether sorted lines have this one. Halves a range that begins and ends at lines.
bool has_line(std::string_view lines, std::string_view wanted) {
  while (!lines.empty()) {
    const std::size_t before = lines.rfind('\n', lines.size() / 2);
    const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
    const std::size_t end = std::min(lines.find('\n', begin), lines.size());
    const std::string_view line = lines.substr(begin, end - begin);
    if (line == wanted) return true;
    lines = wanted < line ? lines.substr(0, begin) : lines.substr(std::min(end + 1, lines.size()));
  }
  return false;
}

bool is_address(std::string_view email) {
  const std::size_t at = email.rfind('@');
  return at != std::string_view::npos && email.size() <= email_bytes_max &&
         is_local_part(email.substr(0, at)) && is_domain(email.substr(at + 1));
}

}  // namespace

std::optional<std::string> normalize_email(std::string_view text) {
  const std::string_view trimmed = trim_unicode(text);
  const std::size_t at = trimmed.rfind('@');
  if (at == std::string_view::npos || has_invisible_character(trimmed)) return std::nullopt;
  const auto domain = domain_to_ascii(trimmed.substr(at + 1));
  if (!domain) return std::nullopt;
  std::string email = to_lower(trimmed.substr(0, at)) + "@" + *domain;
  if (!is_address(email)) return std::nullopt;
  return email;
}

std::optional<std::string> former_email(std::string_view text) {
  std::string email = to_lower_ascii(trim(text));
  if (!is_address(email)) return std::nullopt;
  return email;
}

Fault fault_of_email(std::string_view text) {
  const std::string_view trimmed = trim_unicode(text);
  if (has_invisible_character(trimmed) && trimmed.find(' ') == std::string_view::npos) {
    return {codes::invisible_character(),
            "contains a character that cannot be seen; type it again"};
  }
  return {codes::not_an_email(), "must be an e-mail address"};
}

std::optional<Fault> fault_of_password(std::string_view password, const PasswordRules& rules) {
  const std::size_t length = utf8_length(to_nfc(password));
  if (length < rules.characters_min) {
    return Fault{codes::too_short(rules.characters_min),
                 fmt::format("must have at least {} characters", rules.characters_min)};
  }
  if (length > password_characters_max) {
    return Fault{codes::too_long(password_characters_max),
                 fmt::format("must have at most {} characters", password_characters_max)};
  }
  if (has_line(rules.refused, to_lower(password))) {
    return Fault{codes::too_common(), "is among the most common ones; choose another"};
  }
  return std::nullopt;
}

Milliseconds pause_after(std::int64_t failures) {
  constexpr Backoff backoff{.shortest = std::chrono::seconds{1},
                            .longest = std::chrono::minutes{15}};
  constexpr std::int64_t without_pause = 4;
  return failures > without_pause ? backoff.after(failures - without_pause) : Milliseconds{0};
}

std::vector<std::string> roles_of(const Account& account) {
  std::vector<std::string> roles{std::string(contracts::member_role)};
  if (account.operator_since) roles.emplace_back(contracts::operator_role);
  return roles;
}

Error invalid_credentials() {
  return {.kind = ErrorKind::invalid,
          .slug = slugs::invalid_credentials,
          .detail = "The e-mail address or the password is wrong."};
}

}  // namespace ticketing::auth
