#include "common/base/log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <string>

namespace ticketing::log {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string line_of(const AuditEvent& event) {
  testing::internal::CaptureStderr();
  audit(event);
  return testing::internal::GetCapturedStderr();
}

std::string text_in(const std::string& line, const char* name) {
  return std::string(boost::json::parse(line).at(name).as_string());
}

TEST(AuditLine, HasTheFieldsThatAreNotEmpty) {
  const std::string line = line_of(
      {.event = "operator.note", .outcome = "succeeded", .subject = "order", .amount = "5.00"});
  EXPECT_EQ(text_in(line, "event"), "operator.note");
  EXPECT_EQ(text_in(line, "amount"), "5.00");
  EXPECT_THAT(line, Not(HasSubstr("operator\"")));
}

// A caller without a token may send anything as the id of an order.
TEST(AuditLine, HoldsNoMoreOfACallersTextThanTwoHundredBytes) {
  const std::string line =
      line_of({.event = "e", .outcome = "o", .subject = std::string(60'000, 'x')});
  EXPECT_EQ(text_in(line, "subject"), std::string(200, 'x') + "…");
  EXPECT_LT(line.size(), 600U);
  std::string wide;
  for (int i = 0; i < 100; ++i) wide += "🎫";
  EXPECT_EQ(text_in(line_of({.event = "e", .outcome = "o", .subject = wide}), "subject"),
            wide.substr(0, 200) + "…");
  const std::string malformed = "a" + std::string(400, '\x80');
  EXPECT_LT(line_of({.event = "e", .outcome = "o", .subject = malformed}).size(), 1'000U);
}

TEST(AuditLine, ShowsInATerminalWhatItIs) {
  const std::string text = "a\u009b31m\u202eb\u2066c\u200fd\u2028e\u007ff\u200bg\U000e0041h";
  for (const char* field : {"subject", "operator", "address", "user", "reason"}) {
    const AuditEvent event{.event = "e",
                           .outcome = "o",
                           .reason = text,
                           .user = text,
                           .subject = text,
                           .by_operator = text,
                           .address = text};
    const std::string line = line_of(event);
    EXPECT_THAT(line, HasSubstr(R"(a\u009b31m\u202eb\u2066c\u200fd\u2028e\u007ff\u200bg)"
                                R"(\udb40\udc41h)"));
    EXPECT_EQ(text_in(line, field), text) << field;
  }
  EXPECT_EQ(text_in(line_of({.event = "e", .outcome = "o", .subject = "Zoë \n"}), "subject"),
            "Zoë \n");
}

}  // namespace
}  // namespace ticketing::log
