#include "common/identity/identity.hpp"

#include <gtest/gtest.h>

#include "common/base/exceptions.hpp"
#include "fixtures/call_endpoint.hpp"
#include "fixtures/run_task.hpp"

namespace ticketing::identity {
namespace {

http::Request with_cookie(const std::string& cookie) {
  http::Request request;
  request.headers.add("Cookie", cookie);
  return request;
}

TEST(Identity, ReadsTheCallerFromTheSessionCookie) {
  SystemClock clock;
  const SigningKey key("a secret of sixteen");
  Identity identity(clock, TokenVerifier({key.public_key()}), false);
  const std::string token = key.sign({.user_id = "u",
                                      .email = "e",
                                      .session_id = "s",
                                      .token_id = "t",
                                      .not_before = clock.now(),
                                      .expires_at = clock.now() + std::chrono::minutes{15}});
  const auto caller = identity.caller_of(with_cookie("other=1; session=" + token));
  ASSERT_TRUE(caller);
  EXPECT_EQ(caller->user_id, "u");
  EXPECT_EQ(caller->email, "e");
  EXPECT_FALSE(identity.caller_of(with_cookie("__Host-session=" + token)));
  EXPECT_FALSE(identity.caller_of(with_cookie("session=" + token + "x")));
  EXPECT_FALSE(identity.caller_of(http::Request{}));
}

TEST(Identity, BehindHttpsUsesOnlyTheCookieWithTheHostPrefix) {
  SystemClock clock;
  const SigningKey key("a secret of sixteen");
  Identity identity(clock, TokenVerifier({key.public_key()}), true);
  const std::string token = key.sign({.user_id = "u",
                                      .email = "e",
                                      .session_id = "s",
                                      .token_id = "t",
                                      .not_before = clock.now(),
                                      .expires_at = clock.now() + std::chrono::minutes{15}});
  EXPECT_TRUE(identity.caller_of(with_cookie("__Host-session=" + token)));
  EXPECT_FALSE(identity.caller_of(with_cookie("session=" + token)));
}

// A service that started before auth was reachable must not send its callers to sign in again.
TEST(Identity, WithoutAKeyASessionIsNeitherValidNorInvalid) {
  SystemClock clock;
  Identity identity(clock, TokenVerifier({}), false);
  EXPECT_THROW(identity.caller_of(with_cookie("session=x")), Unavailable);
  EXPECT_FALSE(identity.caller_of(http::Request{}));
}

// The endpoint's answer to a caller whose address is verified, or not.
std::string answer_to(Identity& identity, const http::Endpoint& endpoint, const SigningKey& key,
                      bool is_verified) {
  const Timestamp signed_at = SystemClock{}.now();
  http::Request request = with_cookie(identity.session_cookie() + "=" +
                                      key.sign({.user_id = "u",
                                                .email = "e",
                                                .session_id = "s",
                                                .token_id = "t",
                                                .not_before = signed_at,
                                                .expires_at = signed_at + std::chrono::minutes{15},
                                                .email_verified = is_verified}));
  asio::io_context io;
  const auto answer = run_task(io, fixtures::call_endpoint(endpoint, request));
  return answer ? std::to_string(answer->status) : std::string(answer.error().slug.name());
}

TEST(Identity, RefusesAnAddressThatIsNotVerifiedOnlyWhereThatIsRequired) {
  SystemClock clock;
  const SigningKey key("a secret of sixteen");
  Identity identity(clock, TokenVerifier({key.public_key()}), false);
  const SignedInHandler handler = [](const http::Request&,
                                     const Caller&) -> Task<Result<http::Response>> {
    co_return http::Response{.status = 204};
  };
  const http::Endpoint endpoint = identity.verified(handler);
  EXPECT_EQ(answer_to(identity, endpoint, key, false), "204");
  identity.require_verified_addresses(true);
  EXPECT_EQ(answer_to(identity, endpoint, key, false), "email_not_verified");
  EXPECT_EQ(answer_to(identity, endpoint, key, true), "204");
  EXPECT_EQ(answer_to(identity, identity.signed_in(handler), key, false), "204");
}

}  // namespace
}  // namespace ticketing::identity
