#include "common/db/postgres/postgres_clock.hpp"

#include <gtest/gtest.h>

namespace ticketing::db {
namespace {

class SetClock final : public Clock {
 public:
  Timestamp now() const override { return wall; }
  SteadyTime steady_now() const override { return steady; }
  void pass(Milliseconds time) {
    wall += time;
    steady += time;
  }
  Timestamp wall = from_millis(1'800'000'000'000);
  SteadyTime steady = SteadyTime{} + std::chrono::hours{5};
};

// The server's answer, which took 2 ms.
void look(PostgresClock& server, const SetClock& own, Timestamp time) {
  server.observe(time, own.steady - Milliseconds{2}, own.steady);
}

TEST(PostgresClock, IsTheOwnClockUntilTheServerWasAsked) {
  EXPECT_EQ(PostgresClock{}.ahead_of(SetClock{}), Milliseconds{0});
}

TEST(PostgresClock, FollowsTheServerWhenTheOwnClockIsSet) {
  SetClock own;
  PostgresClock server;
  const Timestamp server_time = own.wall - std::chrono::hours{1};
  look(server, own, server_time);
  own.pass(Milliseconds{4'000});
  own.wall += std::chrono::hours{7};
  const Timestamp told = own.wall + server.ahead_of(own);
  EXPECT_LE(told - (server_time + Milliseconds{4'000}), Milliseconds{3});
  EXPECT_GE(told - (server_time + Milliseconds{4'000}), Milliseconds{0});
}

TEST(PostgresClock, ASlowAnswerChangesNothingAndAQuickOneImprovesTheEstimate) {
  SetClock own;
  PostgresClock server;
  server.observe(own.wall - Milliseconds{900}, own.steady - Milliseconds{1'000}, own.steady);
  EXPECT_LE(server.ahead_of(own), Milliseconds{0});
  look(server, own, own.wall - Milliseconds{1});
  EXPECT_LE(abs(server.ahead_of(own)), Milliseconds{2});
  server.observe(own.wall - Milliseconds{900}, own.steady - Milliseconds{1'000}, own.steady);
  EXPECT_LE(abs(server.ahead_of(own)), Milliseconds{2});
}

TEST(PostgresClock, FollowsWhenTheServerIsSet) {
  SetClock own;
  PostgresClock server;
  look(server, own, own.wall);
  for (const auto set : {std::chrono::minutes{60}, std::chrono::minutes{-60}}) {
    own.pass(Milliseconds{10'000});
    look(server, own, own.wall + set);
    EXPECT_LE(abs(server.ahead_of(own) - set), Milliseconds{3});
  }
}

}  // namespace
}  // namespace ticketing::db
