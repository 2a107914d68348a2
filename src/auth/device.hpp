// The device cookie: a browser that was signed in to an account before is in it, and so has a limit
// of its own for wrong passwords, which attempts from other devices do not use up (OWASP,
// "Slow Down Online Guessing Attacks with Device Cookies"). It does not replace the password.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "auth/token_key.hpp"

namespace ticketing::auth {

inline constexpr std::chrono::days device_cookie_life{180};

// A browser of a family or an office is signed in to several accounts in turn.
inline constexpr std::size_t accounts_of_device_max = 5;

// For each account, the one of the latest sign-in first, "account id . device id . authentication
// code". `before`: the cookie that the browser had, of which what is not ours is left out.
std::string device_cookie(const TokenKey& key, const std::string& account_id,
                          const std::string& device_id, std::string_view before = {});
// The device's id; nothing when the cookie has none of the account that is ours.
std::optional<std::string> device_of(const TokenKey& key, std::string_view cookie,
                                     const std::string& account_id);

}  // namespace ticketing::auth
