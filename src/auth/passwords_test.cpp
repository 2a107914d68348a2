#include "auth/passwords.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sodium.h>

#include "fixtures/run_task.hpp"

namespace ticketing::auth {
namespace {

TEST(Passwords, VerifyWhatTheyHashedAndNothingElse) {
  asio::io_context io;
  Passwords passwords;
  const std::string stored = run_task(io, passwords.hash("123456"));
  EXPECT_THAT(stored, testing::StartsWith("$argon2id$v=19$m=19456,t=2,p=1$"));
  EXPECT_TRUE(run_task(io, passwords.verify("123456", stored)));
  EXPECT_FALSE(run_task(io, passwords.verify("123457", stored)));
  EXPECT_FALSE(run_task(io, passwords.verify("", stored)));
}

TEST(Passwords, AreTheSameHoweverAnAccentIsTyped) {
  asio::io_context io;
  Passwords passwords;
  const std::string composed = "p\u00e4sswort", in_parts = "pa\u0308sswort";
  for (const std::string& one : {composed, in_parts}) {
    const std::string stored = run_task(io, passwords.hash(one));
    EXPECT_TRUE(run_task(io, passwords.verify(composed, stored))) << one;
    EXPECT_TRUE(run_task(io, passwords.verify(in_parts, stored))) << one;
  }
}

TEST(Passwords, OfOldHashesAreFoundAsTheyWereTyped) {
  asio::io_context io;
  Passwords passwords;
  const std::string typed = "pa\u0308sswort";
  std::array<char, crypto_pwhash_STRBYTES> old{};
  ASSERT_EQ(crypto_pwhash_str(old.data(), typed.data(), typed.size(), 1, 8192 * 1024), 0);
  EXPECT_TRUE(run_task(io, passwords.verify(typed, old.data())));
  EXPECT_FALSE(run_task(io, passwords.verify("pa\u0308sswortx", old.data())));
}

TEST(Passwords, DifferInEveryCharacterOfTheirs) {
  asio::io_context io;
  Passwords passwords;
  const std::string many(72, 'x');
  const std::pair<std::string, std::string> pairs[] = {
      {many + "A", many + "B"},
      {"pass word1 ", " pass word1"},
      {std::string("abc\0def", 7), std::string("abc\0xyz", 7)}};
  for (const auto& [one, other] : pairs) {
    EXPECT_FALSE(run_task(io, passwords.verify(other, run_task(io, passwords.hash(one))))) << one;
  }
}

TEST(Passwords, AnUnknownAccountHasNoValidPassword) {
  asio::io_context io;
  Passwords passwords;
  EXPECT_FALSE(run_task(io, passwords.verify("123456", "")));
  EXPECT_FALSE(run_task(io, passwords.verify("", "")));
}

}  // namespace
}  // namespace ticketing::auth
