#include "common/http/router.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ticketing::http {
namespace {

Task<Result<Response>> answer(const Request&) { co_return Response{}; }

Router make_router() {
  Router router;
  router.add({{"GET", "/", answer},
              {"GET", "/api/tickets", answer},
              {"POST", "/api/tickets", answer},
              {"GET", "/api/tickets/:id", answer},
              {"PUT", "/api/tickets/:ticket", answer},
              {"GET", "/api/tickets/new", answer},
              {"GET", "/api/:room/new/:id/end", answer},
              {"GET", "/api/tickets/new/:id", answer},
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
  EXPECT_EQ(pattern(router, "GET", "/api/tickets"), "/api/tickets");
  EXPECT_EQ(router.match("POST", "/api/tickets").route->method, "POST");
  EXPECT_EQ(router.routes().size(), 9);
}

TEST(Router, ALiteralWinsOverAParameter) {
  const Router router = make_router();
  EXPECT_EQ(pattern(router, "GET", "/api/tickets/new"), "/api/tickets/new");
  EXPECT_EQ(pattern(router, "GET", "/api/tickets/old"), "/api/tickets/:id");
}

TEST(Router, TurnsBackWhenALiteralLeadsNowhere) {
  const Router router = make_router();
  const auto match = router.match("GET", "/api/tickets/new/7/end");
  ASSERT_NE(match.route, nullptr);
  EXPECT_EQ(match.route->pattern, "/api/:room/new/:id/end");
  using Param = std::pair<std::string_view, std::string>;
  EXPECT_THAT(match.params, testing::ElementsAre(Param{"room", "tickets"}, Param{"id", "7"}));
}

TEST(Router, EachMethodNamesItsOwnParameters) {
  const Router router = make_router();
  EXPECT_EQ(router.match("GET", "/api/tickets/7").params.at(0).first, "id");
  EXPECT_EQ(router.match("PUT", "/api/tickets/7").params.at(0).first, "ticket");
}

TEST(Router, HeadIsAnsweredByGet) {
  const Router router = make_router();
  EXPECT_EQ(router.match("HEAD", "/api/tickets").route->method, "GET");
  EXPECT_EQ(router.match("HEAD", "/only/delete").route, nullptr);
}

TEST(Router, TellsWhichMethodsAPathHas) {
  const Router router = make_router();
  const auto match = router.match("PATCH", "/api/tickets");
  EXPECT_EQ(match.route, nullptr);
  EXPECT_THAT(match.allowed, testing::UnorderedElementsAre("GET", "HEAD", "POST"));
  EXPECT_THAT(router.match("GET", "/only/delete").allowed, testing::ElementsAre("DELETE"));
}

TEST(Router, DoesNotInventPaths) {
  const Router router = make_router();
  for (const char* path : {"/api", "/api/tickets/", "/api//tickets", "//", "/API/tickets",
                           "/api/tickets/1/2", "/api/tickets%2F1"}) {
    const auto match = router.match("GET", path);
    EXPECT_EQ(match.route, nullptr) << path;
    EXPECT_TRUE(match.allowed.empty()) << path;
    EXPECT_FALSE(match.malformed) << path;
  }
}

TEST(Router, DecodesSegmentBySegment) {
  const Router router = make_router();
  EXPECT_EQ(router.match("GET", "/api/tickets/a%2Fb%20c+").params.at(0).second, "a/b c+");
  EXPECT_EQ(router.match("GET", "/api/tickets/%C3%A4").params.at(0).second, "ä");
  EXPECT_EQ(pattern(router, "GET", "/api/%74ickets"), "/api/tickets");
}

TEST(Router, RefusesMalformedPaths) {
  const Router router = make_router();
  for (const char* path : {"", "x", "*", "/api/tickets/%", "/api/tickets/%4", "/api/tickets/%zz",
                           "/api/tickets/%00", "/api/tickets/%ff", "/nowhere/%c0%af"}) {
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
  EXPECT_DEATH(router.add({{"GET", "/api/tickets/:other", answer}}), "assertion failed");
}

}  // namespace
}  // namespace ticketing::http
