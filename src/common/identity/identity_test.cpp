#include "common/identity/identity.hpp"

#include <gtest/gtest.h>

#include "common/base/exceptions.hpp"

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

}  // namespace
}  // namespace ticketing::identity
