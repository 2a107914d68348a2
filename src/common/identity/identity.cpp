#include "common/identity/identity.hpp"

#include "common/base/exceptions.hpp"

namespace ticketing::identity {

Identity::Identity(const Clock& clock, TokenVerifier verifier, bool secure_cookies)
    : clock_(clock),
      verifier_(std::move(verifier)),
      secure_cookies_(secure_cookies),
      session_cookie_(secure_cookies ? "__Host-session" : "session"),
      refresh_cookie_(secure_cookies ? "__Host-refresh" : "refresh") {}

std::optional<Caller> Identity::caller_of(const http::Request& request) {
  const auto token = request.cookie(session_cookie_);
  if (!token) return std::nullopt;
  // "Sign in first" would end a session that may be valid.
  if (!is_ready()) throw Unavailable("no public key of auth is available yet");
  auto claims = verifier_.verify(*token, clock_.now());
  if (!claims) return std::nullopt;
  return Caller{.user_id = std::move(claims->user_id),
                .email = std::move(claims->email),
                .session_id = std::move(claims->session_id),
                .session_ends_at = claims->expires_at,
                .email_verified = claims->email_verified,
                .roles = std::move(claims->roles)};
}

bool Identity::has_unknown_key(const http::Request& request) const {
  const auto token = request.cookie(session_cookie_);
  return token && verifier_.has_unknown_key(*token);
}

http::Endpoint Identity::signed_in(SignedInHandler handler) {
  return {[this](const http::Request& request) { return admit(request); },
          [handler = std::move(handler)](const http::Request& request) {
            return handler(request, *request.caller);
          }};
}

http::Endpoint Identity::verified(SignedInHandler handler) {
  return {[this](const http::Request& request) { return admit_verified(request); },
          [handler = std::move(handler)](const http::Request& request) {
            return handler(request, *request.caller);
          }};
}

Task<Result<Caller>> Identity::admit_verified(const http::Request& request) {
  auto caller = co_await admit(request);
  if (caller && requires_verified_ && !caller->email_verified) {
    co_return refuse(ErrorKind::forbidden, slugs::email_not_verified,
                     "Verify your e-mail address first: ask for a link to it, and use the link.");
  }
  co_return caller;
}

Task<Result<Caller>> Identity::admit(const http::Request& request) {
  std::optional<Caller> caller = caller_of(request);
  if (!caller && ask_for_keys_ && has_unknown_key(request)) {
    co_await ask_for_keys_();
    caller = caller_of(request);
  }
  if (!caller)
    co_return refuse(ErrorKind::unauthenticated, slugs::unauthenticated, "Sign in first.");
  co_return *std::move(caller);
}

}  // namespace ticketing::identity
