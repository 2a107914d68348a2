#include "auth/passwords.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/db/test_database.hpp"

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

TEST(Passwords, NobodyKnowsThePasswordOfAnUnknownAccount) {
  asio::io_context io;
  Passwords passwords;
  EXPECT_FALSE(run_task(io, passwords.verify("123456", "")));
  EXPECT_FALSE(run_task(io, passwords.verify("", "")));
}

}  // namespace
}  // namespace ticketing::auth
