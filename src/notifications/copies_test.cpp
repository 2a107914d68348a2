#include "notifications/copies.hpp"

#include <gtest/gtest.h>

namespace ticketing::notifications {
namespace {

TEST(ShowCopy, ChangesForItsHoldersByPlanOrTimeAlone) {
  const Timestamp evening{std::chrono::hours{20}}, later{std::chrono::hours{44}};
  const auto show = [](contracts::ShowPlan status, Timestamp starts_at,
                       const std::string& name = "Opera") {
    return ShowCopy{.name = name, .status = status, .starts_at = starts_at};
  };
  using enum contracts::ShowPlan;
  struct Case {
    ShowCopy before, after;
    ShowChange change;
  };
  const Case cases[] = {
      {show(scheduled, evening), show(scheduled, evening, "Great opera"), ShowChange::none},
      {show(scheduled, evening), show(scheduled, later), ShowChange::moved},
      {show(scheduled, evening), show(postponed, evening), ShowChange::postponed},
      {show(postponed, evening), show(postponed, later), ShowChange::none},
      {show(postponed, evening), show(scheduled, later), ShowChange::moved},
      {show(postponed, evening), show(scheduled, evening), ShowChange::moved},
      {show(scheduled, evening), show(cancelled, later), ShowChange::cancelled},
      {show(cancelled, evening), show(cancelled, later), ShowChange::none},
      {show(cancelled, evening), show(scheduled, evening), ShowChange::moved},
  };
  for (const auto& [before, after, change] : cases) {
    EXPECT_EQ(change_between(before, after), change)
        << name_of(before.status) << " " << name_of(after.status) << " " << after.name;
  }
}

}  // namespace
}  // namespace ticketing::notifications
