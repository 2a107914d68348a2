#include "streams/erasing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "common/base/exceptions.hpp"
#include "contracts/auth_events.hpp"
#include "fixtures/service_test.hpp"

namespace ticketing::streams {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class StreamErasureTest : public fixtures::ServiceTest {
 protected:
  StreamErasureTest() {
    erasing_.subscribe(platform_.get().bus);
    platform_.get().bus.start();
  }
  ~StreamErasureTest() override { run(platform_.get().bus.stop()); }

  bus::Event erased() {
    return platform_.event_from(
        "auth", contracts::UserErased{.id = "ann", .version = 1, .erased_at = platform_.now()});
  }
  Task<> erase(std::string user_id) {
    asked_.push_back(std::move(user_id));
    if (outages_-- > 0) throw Unavailable("as the test says");
    co_return;
  }

  int outages_ = 0;
  std::vector<std::string> asked_;
  Erasing erasing_{platform_.get().clock,
                   [this](std::string user_id) { return erase(std::move(user_id)); }};
};

// Also when the event comes late, because the server was away: what was on its way comes as late.
TEST_F(StreamErasureTest, WaitsForWhatIsOnTheWay) {
  const bus::Event event = erased();
  platform_.skip(std::chrono::hours{1});
  spawn(platform_.get().executor, "publish", platform_.get().bus.publish(event));
  platform_.pass(Erasing::on_the_way_max - Milliseconds{1});
  EXPECT_THAT(asked_, IsEmpty());
  platform_.pass(std::chrono::minutes{1});
  EXPECT_THAT(asked_, ElementsAre("ann"));
}

TEST_F(StreamErasureTest, IsRepeatedUntilTheServerHasDoneIt) {
  outages_ = 20;
  const bus::Event event = erased();
  run(platform_.get().bus.publish(event));
  EXPECT_EQ(asked_.size(), 21U);
  EXPECT_THAT(run(platform_.bus().list_dead_letters(1)), IsEmpty());
}

}  // namespace
}  // namespace ticketing::streams
