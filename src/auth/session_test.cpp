#include "auth/session.hpp"

#include <gtest/gtest.h>

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

TEST(RefreshTokens, BelongToTheirSessionAndCannotBeMadeUp) {
  const identity::SigningKey key("a secret of sixteen");
  const RefreshTokens tokens(key);
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
  const identity::SigningKey key("a secret of sixteen");
  const RefreshTokens tokens(key);
  SeededRandom random(1);
  const std::string first = tokens.first("s", random);
  const std::string second = tokens.successor(first);
  EXPECT_EQ(second, tokens.successor(first));
  EXPECT_NE(second, first);
  EXPECT_NE(tokens.successor(second), second);
  EXPECT_EQ(tokens.session_of(second), "s");
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
