#include "delivery/reading_turns.hpp"

#include <gtest/gtest.h>

#include <boost/asio/detached.hpp>

#include <algorithm>
#include <list>

#include "common/base/exceptions.hpp"
#include "fixtures/run_task.hpp"

namespace ticketing::delivery {
namespace {

class ReadingTurnsTest : public testing::Test {
 protected:
  // Sends a file whose reading goes on until end_one(). Its outcome: "reading", "waiting" until
  // then, or why it is refused.
  void send(const std::string& user, const std::string& address) {
    files_.push_back({.user = user, .outcome = "waiting", .turn = std::nullopt});
    asio::co_spawn(io_, take(files_.back(), address), asio::detached);
    run();
  }
  struct File {
    std::string user;
    std::string outcome;
    std::optional<ReadingTurns::Turn> turn;
  };
  Task<> take(File& file, std::string address) {
    try {
      auto turn = co_await turns_.take({.user_id = file.user, .address = std::move(address)});
      file.outcome = turn ? "reading" : turn.error().slug.name();
      if (turn) file.turn.emplace(*std::move(turn));
    } catch (const Overloaded&) {
      file.outcome = "overloaded";
    }
  }
  void end_one() {
    const auto reading = std::ranges::find(files_, "reading", &File::outcome);
    ASSERT_NE(reading, files_.end());
    files_.erase(reading);
    run();
  }
  void run() {
    io_.restart();
    while (io_.poll_one() > 0) continue;
  }
  std::int64_t count(const std::string& user, const std::string& outcome) const {
    return std::ranges::count_if(
        files_, [&](const File& file) { return file.user == user && file.outcome == outcome; });
  }

  asio::io_context io_;
  SystemClock clock_;
  ReadingTurns turns_{io_.get_executor(), clock_};
  std::list<File> files_;
};

TEST_F(ReadingTurnsTest, AreThreeOfAUserFromAnyAddress) {
  for (int i = 0; i < 10; ++i) send("a", "10.0.0." + std::to_string(i));
  EXPECT_EQ(count("a", "reading"), 2);
  EXPECT_EQ(count("a", "waiting"), 1);
  EXPECT_EQ(count("a", "too_many_requests"), 7);
  send("b", "10.0.1.1");
  EXPECT_EQ(count("b", "waiting"), 1);
  end_one();
  end_one();
  EXPECT_EQ(count("b", "reading"), 1);
  send("a", "10.0.0.1");
  EXPECT_EQ(count("a", "too_many_requests"), 7) << "those that have ended made room";
}

TEST_F(ReadingTurnsTest, AreSixOfAnAddressAndOfAnIpv6Network) {
  for (int i = 0; i < 10; ++i) {
    send("a" + std::to_string(i), "2001:db8::" + std::to_string(i + 1));
    send("c" + std::to_string(i), "192.0.2.1");
  }
  const auto held = std::ranges::count_if(
      files_, [](const File& file) { return file.outcome != "too_many_requests"; });
  EXPECT_EQ(held, 12);
}

TEST_F(ReadingTurnsTest, ArePassedFromAddressToAddress) {
  for (int i = 0; i < 6; ++i) send(i < 3 ? "a" : "a too", "10.0.0.1");
  send("b", "10.0.0.2");
  send("c", "10.0.0.3");
  send("d", "10.0.0.4");
  for (int i = 0; i < 4; ++i) end_one();
  EXPECT_EQ(count("b", "waiting") + count("c", "waiting") + count("d", "waiting"), 0)
      << "after two of the first address that were being read, and one more of it";
}

}  // namespace
}  // namespace ticketing::delivery
