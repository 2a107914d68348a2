// The auth service, wired.
#pragma once

#include <memory>
#include <string>

#include "auth/operations.hpp"
#include "common/base/config.hpp"
#include "common/runtime/platform.hpp"
#include "common/runtime/service.hpp"

namespace ticketing::auth {

struct Settings {
  std::size_t password_characters_min = 6;
  bool refuse_common_passwords = false;
  AttemptLimits attempts;
  SessionRules sessions;
  std::string operator_token;  // empty: there are no operator's routes
  std::string mail_key;        // bytes; empty: the one that the shape keeps
};

Settings read_settings(Environment& environment);
std::string settings_help();

// `key` outlives the service.
std::unique_ptr<runtime::Service> make_service(runtime::Platform& platform, Settings settings,
                                               const identity::SigningKey& key);

}  // namespace ticketing::auth
