#include "common/runtime/turns.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <list>

#include "fixtures/run_task.hpp"

namespace ticketing::runtime {
namespace {

class ManualClock final : public Clock {
 public:
  Timestamp now() const override { return from_millis(0); }
  SteadyTime steady_now() const override { return now_; }
  void advance(Milliseconds by) { now_ += by; }

 private:
  SteadyTime now_{};
};

class TurnsTest : public testing::Test {
 protected:
  // Takes a turn and keeps it.
  void ask(const std::string& address) {
    asio::co_spawn(io_, take(address), [this](std::exception_ptr failure) {
      if (failure) ++refused_;
    });
    run();
  }
  Task<> take(std::string address) {
    Turns::Turn turn = co_await turns_.take(limits::Caller::address(address));
    held_.emplace_back(address, std::move(turn));
  }
  void run() {
    io_.restart();
    while (io_.poll_one() > 0) continue;
  }
  std::size_t held_by(const std::string& address) const {
    return static_cast<std::size_t>(std::ranges::count(
        held_, address, [](const auto& held) -> const std::string& { return held.first; }));
  }

  asio::io_context io_;
  ManualClock clock_;
  Turns turns_{io_.get_executor(), clock_, "too many wait"};
  std::list<std::pair<std::string, Turns::Turn>> held_;
  int refused_ = 0;
};

TEST_F(TurnsTest, AreTakenTwoAtATimeAndByAddress) {
  for (int i = 0; i < 20; ++i) ask("10.0.0.1");
  EXPECT_EQ(held_by("10.0.0.1"), 2U);
  ask("10.0.0.2");
  EXPECT_EQ(held_by("10.0.0.2"), 0U);
  held_.pop_front();
  run();
  held_.pop_front();
  run();
  EXPECT_EQ(held_by("10.0.0.2"), 1U);
  EXPECT_EQ(refused_, 0);
}

TEST_F(TurnsTest, AreRefusedAtOnceWhereTheWaitWouldBeTooLong) {
  for (int i = 0; i < 500; ++i) ask("10.0.0.1");
  EXPECT_GT(refused_, 300);
  const int before = refused_;
  ask("10.0.0.2");
  EXPECT_EQ(refused_, before);
}

TEST_F(TurnsTest, SkipCallersThatWaitedTooLong) {
  for (int i = 0; i < 4; ++i) ask("10.0.0.1");
  clock_.advance(Milliseconds{3'500});
  ask("10.0.0.2");
  held_.pop_front();
  run();
  EXPECT_EQ(refused_, 1) << "the first in line";
  EXPECT_EQ(held_by("10.0.0.2"), 1U);
  held_.clear();
  run();
  EXPECT_EQ(refused_, 2);
  for (int i = 0; i < 2; ++i) ask("10.0.0.3");
  EXPECT_EQ(held_by("10.0.0.3"), 2U) << "all turns are free again";
}

}  // namespace
}  // namespace ticketing::runtime
