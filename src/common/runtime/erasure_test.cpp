#include "common/runtime/erasure.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <stdexcept>

#include "fixtures/service_test.hpp"

namespace ticketing::runtime {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class UserErasureTest : public fixtures::ServiceTest {
 protected:
  bus::Verdict note(const std::string& user_id) {
    return run(erasure_.note({.id = user_id, .version = 1, .erased_at = platform_.now()},
                             {.id = platform_.next_id()}));
  }
  // Of whom something is erased in a sweep.
  std::vector<std::string> sweep() {
    asked_.clear();
    run(erasure_.sweep());
    return asked_;
  }
  double open() { return platform_.metric("erasures_open{service=\"memos\"}"); }
  Task<bool> erase(std::string user_id) {
    asked_.push_back(user_id);
    if (failing_ == user_id) throw std::runtime_error("as the test says");
    co_return !going_on_[user_id];
  }

  static Task<bool> nothing_left() { co_return true; }

  std::vector<std::string> asked_;
  std::map<std::string, bool> going_on_;
  std::string failing_;
  std::unique_ptr<db::Database> database_ =
      platform_.get().open_database("memos", {db::erased_users_migration()});
  Erasure erasure_{platform_.get(), "memos", *database_,
                   [this](std::string user_id) { return erase(std::move(user_id)); }};
};

TEST_F(UserErasureTest, IsRepeatedUntilNoSessionCanBringAnythingBack) {
  EXPECT_EQ(note("ann"), bus::Verdict::done);
  EXPECT_THAT(sweep(), ElementsAre("ann"));
  EXPECT_EQ(open(), 1);
  platform_.skip(Erasure::late_max - Milliseconds{1});
  EXPECT_THAT(sweep(), ElementsAre("ann"));
  platform_.skip(Milliseconds{1});
  EXPECT_THAT(sweep(), ElementsAre("ann"));
  EXPECT_EQ(open(), 0);
  EXPECT_THAT(sweep(), IsEmpty());
}

TEST_F(UserErasureTest, WaitsForWhatGoesOn) {
  note("ann");
  going_on_["ann"] = true;
  platform_.skip(Erasure::late_max);
  EXPECT_THAT(sweep(), ElementsAre("ann"));
  EXPECT_EQ(open(), 1);
  going_on_["ann"] = false;
  EXPECT_THAT(sweep(), ElementsAre("ann"));
  EXPECT_THAT(sweep(), IsEmpty());
}

// It is told again after a restore, and a service that was down gets it together with what happened
// before.
TEST_F(UserErasureTest, IsRepeatedFromTheLatestTimeThatTheServiceHeardOfIt) {
  note("ann");
  platform_.skip(Erasure::late_max);
  sweep();
  note("ann");
  platform_.skip(Erasure::late_max - Milliseconds{1});
  EXPECT_THAT(sweep(), ElementsAre("ann"));
  platform_.skip(Milliseconds{1});
  EXPECT_THAT(sweep(), ElementsAre("ann"));
  EXPECT_THAT(sweep(), IsEmpty());
}

TEST_F(UserErasureTest, OfOneUserDoesNotWaitForThatOfAnother) {
  note("ann");
  note("bob");
  failing_ = "ann";
  EXPECT_THAT(sweep(), ElementsAre("ann", "bob"));
  platform_.skip(Erasure::late_max);
  EXPECT_THAT(sweep(), ElementsAre("ann", "bob"));
  EXPECT_THAT(sweep(), ElementsAre("ann"));
  EXPECT_EQ(open(), 1);
}

TEST_F(UserErasureTest, GoesThroughAllPages) {
  for (int i = 0; i < 101; ++i) note("user " + std::to_string(i));
  EXPECT_EQ(sweep().size(), 101U);
}

TEST_F(UserErasureTest, IsTakenUpByTheNextProcess) {
  note("ann");
  std::vector<std::string> asked;
  Erasure next(platform_.get(), "memos", *database_, [&](std::string user_id) {
    asked.push_back(std::move(user_id));
    return nothing_left();
  });
  run(next.sweep());
  EXPECT_THAT(asked, ElementsAre("ann"));
}

}  // namespace
}  // namespace ticketing::runtime
