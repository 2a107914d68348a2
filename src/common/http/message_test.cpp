#include "common/http/message.hpp"

#include <gtest/gtest.h>

namespace ticketing::http {
namespace {

TEST(Headers, AreFoundWithoutRegardToCase) {
  Headers headers;
  headers.add("Content-Type", "a");
  headers.add("content-type", "b");
  EXPECT_EQ(headers.find("CONTENT-TYPE"), "a");
  EXPECT_EQ(headers.count("Content-type"), 2);
  EXPECT_EQ(headers.find("Content-Typ"), std::nullopt);
}

TEST(Headers, SetLeavesOneFieldOfTheName) {
  Headers headers;
  headers.add("A", "1");
  headers.add("B", "2");
  headers.add("a", "3");
  headers.set("A", "4");
  headers.set("C", "5");
  EXPECT_EQ(headers.count("A"), 1);
  EXPECT_EQ(headers.find("A"), "4");
  EXPECT_EQ(headers.find("B"), "2");
  EXPECT_EQ(headers.find("C"), "5");
}

TEST(Request, FindsCookiesInEveryCookieField) {
  Request request;
  request.headers.add("Cookie", "a=1; session=ey.x=; quoted=\"v\"");
  request.headers.add("cookie", "refresh=r");
  EXPECT_EQ(request.cookie("a"), "1");
  EXPECT_EQ(request.cookie("session"), "ey.x=");
  EXPECT_EQ(request.cookie("quoted"), "v");
  EXPECT_EQ(request.cookie("refresh"), "r");
  EXPECT_EQ(request.cookie("Session"), std::nullopt);
  EXPECT_EQ(request.cookie("essio"), std::nullopt);
}

TEST(Request, MalformedCookiesAreSkipped) {
  Request request;
  request.headers.add("Cookie", ";;=;a;b;=x; c = 1;d=;\"");
  EXPECT_EQ(request.cookie("a"), std::nullopt);
  EXPECT_EQ(request.cookie("d"), "");
}

TEST(Request, TheFirstOfTwoQueryParametersCounts) {
  Request request;
  request.query = {{"a", "1"}, {"a", "2"}};
  EXPECT_EQ(request.query_param("a"), "1");
  EXPECT_EQ(request.query_param("b"), std::nullopt);
}

TEST(RequestDeathTest, AskingForAPathParameterThatTheRouteLacksIsAProgrammingError) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(Request{}.path_param("id"), "assertion failed");
}

}  // namespace
}  // namespace ticketing::http
