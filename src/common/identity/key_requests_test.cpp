#include "common/identity/key_requests.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

namespace ticketing::identity {
namespace {

class SetClock final : public Clock {
 public:
  Timestamp now() const override { return {}; }
  SteadyTime steady_now() const override { return steady; }
  SteadyTime steady{std::chrono::hours{1}};
};

class KeyRequestsTest : public testing::Test {
 protected:
  static Task<> ask(KeyRequestsTest& test) {
    co_await test.requests_.ask();
    ++test.answered_;
  }
  void ask(int times) {
    for (int i = 0; i < times; ++i) spawn(io_.get_executor(), "ask", ask(*this));
    run();
  }
  void run() {
    io_.restart();
    io_.poll();
  }

  asio::io_context io_;
  SetClock clock_;
  int fetches_ = 0;
  int answered_ = 0;
  KeyRequests requests_{io_.get_executor(), clock_, [this] { ++fetches_; }};
};

TEST_F(KeyRequestsTest, AllRequestsMeanwhileWaitForOneFetch) {
  ask(20);
  EXPECT_EQ(fetches_, 1);
  EXPECT_EQ(answered_, 0);
  ask(20);
  requests_.fetched();
  run();
  EXPECT_EQ(fetches_, 1);
  EXPECT_EQ(answered_, 40);
}

TEST_F(KeyRequestsTest, NoRequestWaitsAndNothingIsFetchedForFiveSeconds) {
  ask(1);
  requests_.fetched();
  run();
  clock_.steady += key_request_interval - Milliseconds{1};
  ask(10);
  EXPECT_EQ(fetches_, 1);
  EXPECT_EQ(answered_, 11);
  clock_.steady += Milliseconds{1};
  ask(1);
  EXPECT_EQ(fetches_, 2);
  EXPECT_EQ(answered_, 11);
  requests_.fetched();
  run();
  EXPECT_EQ(answered_, 12);
}

}  // namespace
}  // namespace ticketing::identity
