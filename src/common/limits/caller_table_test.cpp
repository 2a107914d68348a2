#include "common/limits/caller_table.hpp"

#include <gtest/gtest.h>

namespace ticketing::limits {
namespace {

Caller caller(int number) { return Caller::user(std::to_string(number)); }

TEST(CallerTable, EvictsTheEntryThatWasUsedLeastRecentlyAndNoOther) {
  CallerTable<int> table(3);
  for (int i = 1; i <= 3; ++i) table.at(caller(i)) = i;
  table.at(caller(1));
  table.at(caller(4)) = 4;
  EXPECT_EQ(table.size(), 3U);
  EXPECT_EQ(table.find(caller(2)), nullptr);
  for (int i : {1, 3, 4}) {
    ASSERT_NE(table.find(caller(i)), nullptr) << i;
    EXPECT_EQ(*table.find(caller(i)), i);
  }
}

TEST(CallerTable, StaysWithinItsSizeForAnyInput) {
  CallerTable<int> table(100);
  for (int i = 0; i < 10'000; ++i) table.at(caller(i)) = i;
  EXPECT_EQ(table.size(), 100U);
  EXPECT_NE(table.find(caller(9'900)), nullptr);
  EXPECT_EQ(table.find(caller(9'899)), nullptr);
}

TEST(CallerTable, HasNoEntryAfterItIsErased) {
  CallerTable<int> table;
  table.at(caller(1)) = 1;
  table.erase(caller(1));
  table.erase(caller(2));
  EXPECT_EQ(table.size(), 0U);
  EXPECT_EQ(table.at(caller(1), 7), 7);
}

}  // namespace
}  // namespace ticketing::limits
