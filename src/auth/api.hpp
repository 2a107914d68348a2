// The HTTP routes of auth.
#pragma once

#include <vector>

#include "auth/operations.hpp"
#include "common/http/router.hpp"
#include "common/identity/identity.hpp"
#include "common/runtime/kept_data.hpp"

namespace ticketing::auth {

struct Api {
  Operations& operations;
  identity::Identity& identity;
  PasswordRules password_rules;
  std::vector<identity::PublicKey> public_keys;  // for /.well-known/jwks.json
  runtime::KeptData& kept;
};

// `api` outlives the routes.
http::Routes routes(const Api& api);

}  // namespace ticketing::auth
