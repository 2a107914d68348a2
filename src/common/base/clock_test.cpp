#include "common/base/clock.hpp"

#include <gtest/gtest.h>

namespace ticketing {
namespace {

TEST(Clock, WritesTimesInRfc3339WithMilliseconds) {
  EXPECT_EQ(to_iso8601(from_millis(0)), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(to_iso8601(from_millis(1'709'210'096'007)), "2024-02-29T12:34:56.007Z");
}

TEST(Clock, ReadsBackWhatItWrote) {
  for (const std::int64_t ms : {0LL, 999LL, 1'709'210'096'007LL, 4'102'444'799'999LL}) {
    EXPECT_EQ(parse_iso8601(to_iso8601(from_millis(ms))), from_millis(ms));
  }
}

TEST(Clock, RefusesTimesThatDoNotExistOrHaveAnotherForm) {
  for (const char* text :
       {"", "2023-02-29T00:00:00.000Z", "2024-01-01T24:00:00.000Z", "2024-01-01T00:00:00Z",
        "2024-01-01 00:00:00.000Z", "2024-13-01T00:00:00.000Z", "2024-01-01T00:00:00.000+"}) {
    EXPECT_FALSE(parse_iso8601(text)) << text;
  }
}

}  // namespace
}  // namespace ticketing
