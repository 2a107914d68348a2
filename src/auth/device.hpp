// The device cookie: a browser that was signed in to an account before has one, and with it a limit
// of its own for wrong passwords, which attempts from other devices do not use up (OWASP,
// "Slow Down Online Guessing Attacks with Device Cookies"). It does not replace the password.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "auth/token_key.hpp"

namespace ticketing::auth {

inline constexpr std::chrono::days device_cookie_life{180};

// "account id . device id . authentication code"
std::string device_cookie(const TokenKey& key, const std::string& account_id,
                          const std::string& device_id);
// The device's id; nothing when the cookie is not ours or is another account's.
std::optional<std::string> device_of(const TokenKey& key, const std::string& cookie,
                                     const std::string& account_id);

}  // namespace ticketing::auth
