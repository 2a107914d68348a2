#include "auth/session.hpp"

#include <gtest/gtest.h>

#include "common/identity/jwt.hpp"

namespace ticketing::auth {
namespace {

const Timestamp now = from_millis(1'800'000'000'000);

Session session() {
  return {.id = "s",
          .user_id = "u",
          .token_hash = "current",
          .parent_hash = "parent",
          .rotated_at = now,
          .created_at = now};
}

TEST(TokenKey, GivesAnotherValueForEachPurposeAndTextAndKey) {
  const TokenKey key{std::string(43, 'A')};
  EXPECT_EQ(key.derive("p", "x"), key.derive("p", "x"));
  EXPECT_NE(key.derive("p", "x"), key.derive("q", "x"));
  EXPECT_NE(key.derive("p", "x"), key.derive("p", "y"));
  EXPECT_NE(key.derive("p", "x"), TokenKey("B" + std::string(42, 'A')).derive("p", "x"));
}

TEST(RefreshTokens, BelongToTheirSessionAndCannotBeForged) {
  const RefreshTokens tokens{TokenKey(std::string(43, 'A'))};
  SeededRandom random(1);
  const std::string token = tokens.first("018c0000-0000-7000-8000-000000000000", random);
  EXPECT_EQ(tokens.session_of(token), "018c0000-0000-7000-8000-000000000000");
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string forged = token;
    forged[i] = forged[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(tokens.session_of(forged)) << i;
  }
  for (const std::string bad : {"", ".", "..", "a.b", "a.b.c"})
    EXPECT_FALSE(tokens.session_of(bad)) << bad;
}

TEST(RefreshTokens, HaveOneSuccessorInTheSameSession) {
  const RefreshTokens tokens{TokenKey(std::string(43, 'A'))};
  SeededRandom random(1);
  const std::string first = tokens.first("s", random);
  const std::string second = tokens.successor(first);
  EXPECT_EQ(second, tokens.successor(first));
  EXPECT_NE(second, first);
  EXPECT_NE(tokens.successor(second), second);
  EXPECT_EQ(tokens.session_of(second), "s");
}

// Made by a version whose refresh tokens followed from JWT_KEY; a database from then keeps that
// key.
TEST(RefreshTokens, FromBeforeTheyHadAKeyOfTheirOwnStayGood) {
  const identity::SigningKey key("a secret of sixteen");
  const RefreshTokens tokens{TokenKey(key.derived_secret())};
  EXPECT_EQ(tokens.session_of("01a21756-b7cb-70de-b235-7898a897ce0a."
                              "nAvVBALUuoRda8P_Urc1zxXWR9Psv7lj77PTZnCbf9Y."
                              "ZrYrEytXQEzDjSP_Jwf_5p0xTo-NK-A6UPBzjtdyS7A"),
            "01a21756-b7cb-70de-b235-7898a897ce0a");
}

TEST(Session, RotatesItsCurrentTokenAndRepeatsTheOneBeforeForTenSeconds) {
  EXPECT_EQ(judge(session(), "current", now), RefreshVerdict::rotate);
  EXPECT_EQ(judge(session(), "parent", now + std::chrono::seconds{10}), RefreshVerdict::repeat);
  EXPECT_EQ(judge(session(), "parent", now + std::chrono::seconds{11}), RefreshVerdict::reused);
  EXPECT_EQ(judge(session(), "older", now), RefreshVerdict::reused);
}

TEST(Session, EndsWhenRevokedIdleOrOld) {
  Session revoked = session();
  revoked.revoked_at = now;
  EXPECT_EQ(judge(revoked, "current", now), RefreshVerdict::ended);
  EXPECT_EQ(judge(session(), "current", now + std::chrono::days{14}), RefreshVerdict::rotate);
  EXPECT_EQ(judge(session(), "current", now + std::chrono::days{14} + Milliseconds{1}),
            RefreshVerdict::ended);
  Session old = session();
  old.created_at = now - std::chrono::days{30} - Milliseconds{1};
  EXPECT_EQ(judge(old, "current", now), RefreshVerdict::ended);
}

}  // namespace
}  // namespace ticketing::auth
