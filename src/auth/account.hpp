// An account and the rules for its e-mail, its password and failed attempts to sign in. No I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.hpp"
#include "common/base/described.hpp"
#include "common/base/error.hpp"

namespace ticketing::auth {

struct Account {
  std::string id;
  std::string email;
  std::string password_hash;
  Timestamp created_at;
  std::optional<Timestamp> verified_at = std::nullopt;  // when the address was
  std::optional<Timestamp> operator_since = std::nullopt;
  std::int64_t version = 0;  // a new password or address raises it
};
BOOST_DESCRIBE_STRUCT(Account, (),
                      (id, email, password_hash, created_at, verified_at, operator_since, version))

// Those of contracts/roles.hpp that it has.
std::vector<std::string> roles_of(const Account& account);

struct Credentials {
  std::string email;         // normalize_email()
  std::string former_email;  // former_email()
  std::string password;
};

struct PasswordRules {
  std::size_t characters_min = 6;
  // Passwords that are refused: lower case, one a line, sorted by bytes. Empty: none.
  std::string_view refused = {};
};

inline constexpr std::size_t password_characters_max = 256;
inline constexpr std::size_t email_bytes_max = 254;  // RFC 5321 §4.5.3.1.3

// The address in the form in which it identifies an account, or nothing when it cannot be one:
// lower case and NFC, the domain in ASCII, no white space around it and nothing invisible in it.
std::optional<std::string> normalize_email(std::string_view text);
// The same by the rules that held before 002_email_keys.sql: only ASCII letters are lowered. An old
// account is stored under this form and stays reachable by it.
std::optional<std::string> former_email(std::string_view text);
// What is wrong with an address that has no normal form.
Fault fault_of_email(std::string_view text);
// What is wrong with a new password, or nothing. Characters are counted in NFC.
std::optional<Fault> fault_of_password(std::string_view password, const PasswordRules& rules);

// How long an account is closed to further attempts after this many failures in a row: not at all
// after 4, a second after 5, then doubling to 15 minutes. Never for good.
Milliseconds pause_after(std::int64_t failures);

// The same for an unknown address and a wrong password.
Error invalid_credentials();

}  // namespace ticketing::auth
