#include "common/base/money.hpp"

#include <gtest/gtest.h>

namespace ticketing {
namespace {

TEST(Money, ReadsDecimalsExactly) {
  struct Case {
    const char* text;
    std::int64_t cents;
  };
  for (const Case& c :
       {Case{"20", 2000}, Case{"20.5", 2050}, Case{"20.00", 2000}, Case{"0.01", 1},
        Case{"007", 700}, Case{"2e1", 2000}, Case{"1.999E1", 1999}, Case{"20.50000", 2050},
        Case{"0", 0}, Case{"1000e-2", 1000}, Case{"0e400", 0}}) {
    const auto money = parse_money(c.text, 99'999'999);
    ASSERT_TRUE(money) << c.text;
    EXPECT_EQ(money->cents, c.cents) << c.text;
  }
}

TEST(Money, GivesTheReasonOfARefusal) {
  struct Case {
    const char* text;
    MoneyFault fault;
  };
  for (const Case& c :
       {Case{"", MoneyFault::not_a_number}, Case{"abc", MoneyFault::not_a_number},
        Case{".5", MoneyFault::not_a_number}, Case{"5.", MoneyFault::not_a_number},
        Case{"+5", MoneyFault::not_a_number}, Case{" 5", MoneyFault::not_a_number},
        Case{"0x10", MoneyFault::not_a_number}, Case{"1e", MoneyFault::not_a_number},
        Case{"-5", MoneyFault::negative}, Case{"20.005", MoneyFault::too_precise},
        Case{"1e-3", MoneyFault::too_precise}, Case{"1000000", MoneyFault::too_large},
        Case{"1e300", MoneyFault::too_large},
        Case{"99999999999999999999", MoneyFault::too_large}}) {
    const auto money = parse_money(c.text, 99'999'999);
    ASSERT_FALSE(money) << c.text;
    EXPECT_EQ(money.error(), c.fault) << c.text;
  }
}

TEST(Money, WritesTheShortestDecimalThatReadsBackTheSame) {
  EXPECT_EQ(to_decimal(Money{2000}), "20");
  EXPECT_EQ(to_decimal(Money{1950}), "19.5");
  EXPECT_EQ(to_decimal(Money{5}), "0.05");
  for (std::int64_t cents = 0; cents < 20'000; ++cents) {
    ASSERT_EQ(parse_money(to_decimal(Money{cents}), 99'999'999)->cents, cents);
  }
}

}  // namespace
}  // namespace ticketing
