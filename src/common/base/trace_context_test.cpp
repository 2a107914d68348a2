#include "common/base/trace_context.hpp"

#include <gtest/gtest.h>

#include <set>
#include <thread>

namespace ticketing::trace {
namespace {

const std::string good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

TEST(RequestId, IsTakenWhenItIsSafeToRepeat) {
  EXPECT_TRUE(is_request_id("abcDEF09"));
  EXPECT_TRUE(is_request_id(std::string(64, '-')));
  EXPECT_FALSE(is_request_id("short_7"));
  EXPECT_FALSE(is_request_id(std::string(65, 'a')));
  EXPECT_FALSE(is_request_id("with space"));
  EXPECT_FALSE(is_request_id("with\"quote"));
}

TEST(Traceparent, FollowsTheRecommendation) {
  const auto read = [](const std::string& text) {
    return to_traceparent(parse_traceparent(text).value_or(Context{}));
  };
  EXPECT_EQ(read(good), good);
  EXPECT_EQ(read("cc" + good.substr(2) + "-new"), good);
  EXPECT_EQ(read("cc" + good.substr(2)), good);
  EXPECT_EQ(read(good.substr(0, 53) + "02"), good.substr(0, 53) + "00");
  EXPECT_EQ(read(good + "-new"), "");
  EXPECT_EQ(read("cc" + good.substr(2) + "new"), "");
  EXPECT_EQ(read("ff" + good.substr(2)), "");
  EXPECT_EQ(read(good.substr(1)), "");
  EXPECT_EQ(read("00-" + std::string(32, '0') + "-b7ad6b7169203331-01"), "");
  EXPECT_EQ(read("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01"), "");
  EXPECT_EQ(read("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01"), "");
  EXPECT_EQ(read(""), "");
}

TEST(TraceContext, CountsWhatIsInvalidAsAbsent) {
  EXPECT_TRUE(read_context("", "").empty());
  EXPECT_TRUE(read_context("00-x", "no id\r\n").empty());
  const Context context = read_context(good, "request-0001");
  EXPECT_EQ(to_traceparent(context), good);
  EXPECT_EQ(context.request_id(), "request-0001");
  EXPECT_EQ(read_context(to_traceparent(context), context.request_id()), context);
}

TEST(TraceContext, MakesDistinctAndValidIds) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string request = new_request_id(), made = to_hex(new_trace_id());
    EXPECT_TRUE(is_request_id(request));
    seen.insert({request, made, to_hex(new_span_id())});
  }
  EXPECT_EQ(seen.size(), 3000U);
}

TEST(TraceContext, IsThatOfTheInnermostBlockOfItsThread) {
  EXPECT_TRUE(current().empty());
  const Scope outer(read_context(good, "outer-0001"));
  {
    const Scope inner(read_context("", "inner-0001"));
    EXPECT_EQ(current().request_id(), "inner-0001");
    EXPECT_FALSE(current().has_trace());
    std::thread([] { EXPECT_TRUE(current().empty()); }).join();
  }
  EXPECT_EQ(current().request_id(), "outer-0001");
}

}  // namespace
}  // namespace ticketing::trace
