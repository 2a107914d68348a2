// Authentication of a request: verifies its session cookie. Independent of accounts.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "common/base/clock.hpp"
#include "common/http/router.hpp"
#include "common/identity/jwt.hpp"

namespace ticketing::identity {

using http::Caller;

// A handler that runs only for callers with a session.
using SignedInHandler =
    std::function<Task<Result<http::Response>>(const http::Request&, const Caller&)>;

class Identity {
 public:
  // `secure_cookies`: HTTPS ends in front of us; cookies carry Secure and the __Host- prefix.
  Identity(const Clock& clock, TokenVerifier verifier, bool secure_cookies);

  // Nothing when there is no valid session cookie. Throws Unavailable when there is one and no key
  // yet to verify it with.
  std::optional<Caller> caller_of(const http::Request& request);
  // An endpoint for callers with a session. Without one the answer is 401 "unauthenticated", before
  // the body of the request is read.
  http::Endpoint signed_in(SignedInHandler handler);
  // The same for what only callers with a verified address may do, where that is required: the
  // others get 403 "email_not_verified".
  http::Endpoint verified(SignedInHandler handler);
  // The same for an endpoint of which only some requests need a session. Refuses with
  // `unauthenticated`.
  Task<Result<Caller>> admit(const http::Request& request);

  // The keys that auth signs with today.
  void replace_keys(const std::vector<PublicKey>& keys) { verifier_.replace_keys(keys); }
  // Asked, and waited for, when a session is signed with a key that is not among them: auth may
  // have a new one.
  void set_key_source(std::function<Task<>()> ask) { ask_for_keys_ = std::move(ask); }
  // Whether sessions can be verified.
  bool is_ready() const { return verifier_.has_keys(); }

  // Callers need a verified address for what is verified().
  void require_verified_addresses(bool required) { requires_verified_ = required; }
  bool requires_verified_addresses() const { return requires_verified_; }

  bool secure_cookies() const { return secure_cookies_; }
  const std::string& session_cookie() const { return session_cookie_; }
  const std::string& refresh_cookie() const { return refresh_cookie_; }

 private:
  bool has_unknown_key(const http::Request& request) const;
  Task<Result<Caller>> admit_verified(const http::Request& request);

  const Clock& clock_;
  TokenVerifier verifier_;
  std::function<Task<>()> ask_for_keys_;
  bool secure_cookies_;
  bool requires_verified_ = false;
  std::string session_cookie_;
  std::string refresh_cookie_;
};

}  // namespace ticketing::identity
