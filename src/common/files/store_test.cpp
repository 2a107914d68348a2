#include "common/files/store.hpp"

#include <gtest/gtest.h>

namespace ticketing::files {
namespace {

TEST(Keys, LeaveNoWayOutOfAFolder) {
  for (const char* key : {"a", "posters/0190-a_b/x-320.webp", "a/b/c.d"})
    EXPECT_TRUE(is_key(key)) << key;
  for (const char* key : {"", "/a", "a/", "a//b", "..", "a/../b", "a/.b", ".a", "A", "a b", "a\\b",
                          "a/\xc3\xbc", "a\n"})
    EXPECT_FALSE(is_key(key)) << key;
  EXPECT_FALSE(is_key(std::string(key_bytes_max + 1, 'a')));
}

TEST(Budget, IsGivenBackWithTheFileAndRefusesWhatExceedsIt) {
  Budget budget;
  {
    Budget::Hold all = budget.take(Budget::bytes_max);
    EXPECT_THROW(budget.take(1), Overloaded);
    all.shrink_to(10);
    EXPECT_EQ(budget.used(), 10U);
    Budget::Hold moved = std::move(all);
    EXPECT_EQ(budget.used(), 10U);
  }
  EXPECT_EQ(budget.used(), 0U);
}

}  // namespace
}  // namespace ticketing::files
