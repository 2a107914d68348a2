#include "common/runtime/changed_ids.hpp"

#include <gmock/gmock.h>

#include <vector>

#include "common/base/exceptions.hpp"
#include "fixtures/service_test.hpp"

namespace ticketing::runtime {
namespace {

using testing::ElementsAre;

class ChangedIdsTest : public fixtures::ServiceTest {
 public:
  ~ChangedIdsTest() override { run(changed_.stop()); }

 protected:
  void start(std::function<void(const std::string&)> before = [](const std::string&) {}) {
    before_ = std::move(before);
    changed_.start([this](std::string id) -> Task<> {
      before_(id);
      handed_on_.push_back(id);
      co_return;
    });
  }

  ChangedIds changed_{platform_.get(), "test"};
  std::function<void(const std::string&)> before_;
  std::vector<std::string> handed_on_;
};

TEST_F(ChangedIdsTest, AreHandedOnOnceEach) {
  start();
  for (const char* id : {"b", "a", "b"}) changed_.add(id);
  platform_.pass(Milliseconds{1});
  EXPECT_THAT(handed_on_, ElementsAre("a", "b"));
  EXPECT_EQ(changed_.size(), 0U);
}

TEST_F(ChangedIdsTest, AreHandedOnAgainIfTheyChangeMeanwhile) {
  start([this, first = true](const std::string& id) mutable {
    if (std::exchange(first, false)) changed_.add(id);
  });
  changed_.add("a");
  platform_.pass(Milliseconds{1});
  EXPECT_THAT(handed_on_, ElementsAre("a", "a"));
}

TEST_F(ChangedIdsTest, AreAllHandedOnThoughOneFails) {
  start([first = true](const std::string& id) mutable {
    if (id == "a" && std::exchange(first, false)) throw Unavailable("the database is away");
  });
  for (const char* id : {"a", "b", "c"}) changed_.add(id);
  platform_.pass(std::chrono::seconds{1});
  EXPECT_THAT(handed_on_, ElementsAre("b", "c", "a"));
}

TEST_F(ChangedIdsTest, DoNotWaitForOneThatAlwaysFails) {
  start([](const std::string& id) {
    if (id == "a") throw Unavailable("its row cannot be read");
  });
  for (const char* id : {"a", "b"}) changed_.add(id);
  platform_.pass(std::chrono::seconds{2});
  changed_.add("c");
  platform_.pass(std::chrono::seconds{2});
  EXPECT_THAT(handed_on_, ElementsAre("b", "c"));
  EXPECT_EQ(changed_.size(), 1U);
}

}  // namespace
}  // namespace ticketing::runtime
