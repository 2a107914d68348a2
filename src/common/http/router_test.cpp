#include "common/http/router.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ticketing::http {
namespace {

Task<Result<Response>> answer(const Request&) { co_return Response{}; }

Router make_router() {
  Router router;
  router.add({{"GET", "/", answer},
              {"GET", "/api/topics", answer},
              {"POST", "/api/topics", answer},
              {"GET", "/api/topics/:id", answer},
              {"PUT", "/api/topics/:topic", answer},
              {"GET", "/api/topics/new", answer},
              {"GET", "/api/:room/new/:id/end", answer},
              {"GET", "/api/topics/new/:id", answer},
              {"DELETE", "/only/delete", answer}});
  return router;
}

std::string pattern(const Router& router, std::string_view method, std::string_view path) {
  const Router::Match match = router.match(method, path);
  return match.route ? match.route->pattern : "";
}

TEST(Router, FindsRoutesByMethodAndPath) {
  const Router router = make_router();
  EXPECT_EQ(pattern(router, "GET", "/"), "/");
  EXPECT_EQ(pattern(router, "GET", "/api/topics"), "/api/topics");
  EXPECT_EQ(router.match("POST", "/api/topics").route->method, "POST");
  EXPECT_EQ(router.routes().size(), 9);
}

TEST(Router, ALiteralWinsOverAParameter) {
  const Router router = make_router();
  EXPECT_EQ(pattern(router, "GET", "/api/topics/new"), "/api/topics/new");
  EXPECT_EQ(pattern(router, "GET", "/api/topics/old"), "/api/topics/:id");
}

TEST(Router, AnEndingWinsOverAPlainParameter) {
  Router router;
  router.add({{"GET", "/topics/:id", answer}, {"GET", "/topics/:name.txt", answer}});
  EXPECT_EQ(pattern(router, "GET", "/topics/a.b.txt"), "/topics/:name.txt");
  EXPECT_EQ(router.match("GET", "/topics/a.b.txt").params.at(0).second, "a.b");
  EXPECT_EQ(router.match("GET", "/topics/a.b.txt").params.at(0).first, "name");
  EXPECT_EQ(pattern(router, "GET", "/topics/.txt"), "/topics/:id");
  EXPECT_EQ(pattern(router, "GET", "/topics/a.tx"), "/topics/:id");
}

TEST(Router, TriesTheParameterWhenALiteralDoesNotMatch) {
  const Router router = make_router();
  const auto match = router.match("GET", "/api/topics/new/7/end");
  ASSERT_NE(match.route, nullptr);
  EXPECT_EQ(match.route->pattern, "/api/:room/new/:id/end");
  using Param = std::pair<std::string_view, std::string>;
  EXPECT_THAT(match.params, testing::ElementsAre(Param{"room", "topics"}, Param{"id", "7"}));
}

TEST(Router, EachMethodNamesItsOwnParameters) {
  const Router router = make_router();
  EXPECT_EQ(router.match("GET", "/api/topics/7").params.at(0).first, "id");
  EXPECT_EQ(router.match("PUT", "/api/topics/7").params.at(0).first, "topic");
}

TEST(Router, HeadIsAnsweredByGet) {
  const Router router = make_router();
  EXPECT_EQ(router.match("HEAD", "/api/topics").route->method, "GET");
  EXPECT_EQ(router.match("HEAD", "/only/delete").route, nullptr);
}

TEST(Router, ListsTheMethodsOfAPath) {
  const Router router = make_router();
  const auto match = router.match("PATCH", "/api/topics");
  EXPECT_EQ(match.route, nullptr);
  EXPECT_THAT(match.allowed, testing::UnorderedElementsAre("GET", "HEAD", "POST"));
  EXPECT_THAT(router.match("GET", "/only/delete").allowed, testing::ElementsAre("DELETE"));
}

TEST(Router, DoesNotMatchOtherPaths) {
  const Router router = make_router();
  for (const char* path : {"/api", "/api/topics/", "/api//topics", "//", "/API/topics",
                           "/api/topics/1/2", "/api/topics%2F1"}) {
    const auto match = router.match("GET", path);
    EXPECT_EQ(match.route, nullptr) << path;
    EXPECT_TRUE(match.allowed.empty()) << path;
    EXPECT_FALSE(match.malformed) << path;
  }
}

TEST(Router, DecodesSegmentBySegment) {
  const Router router = make_router();
  EXPECT_EQ(router.match("GET", "/api/topics/a%2Fb%20c+").params.at(0).second, "a/b c+");
  EXPECT_EQ(router.match("GET", "/api/topics/%C3%A4").params.at(0).second, "ä");
  EXPECT_EQ(pattern(router, "GET", "/api/%74opics"), "/api/topics");
}

TEST(Router, RefusesMalformedPaths) {
  const Router router = make_router();
  for (const char* path : {"", "x", "*", "/api/topics/%", "/api/topics/%4", "/api/topics/%zz",
                           "/api/topics/%00", "/api/topics/%ff", "/nowhere/%c0%af"}) {
    EXPECT_TRUE(router.match("GET", path).malformed) << path;
  }
}

TEST(Router, ALongPathCostsNoDepth) {
  const Router router = make_router();
  std::string path;
  for (int i = 0; i < 100'000; ++i) path += "/api";
  EXPECT_EQ(router.match("GET", path).route, nullptr);
}

TEST(RouterDeathTest, TwoRoutesOfOneMethodAndPathAreAProgrammingError) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  Router router = make_router();
  EXPECT_DEATH(router.add({{"GET", "/api/topics/:other", answer}}), "assertion failed");
}

}  // namespace
}  // namespace ticketing::http
