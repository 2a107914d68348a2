#include "common/http/response_head.hpp"

#include <gtest/gtest.h>

namespace ticketing::http {
namespace {

std::string head_of(const Response& response, const HeadFacts& facts = {.request_id = "id"}) {
  ResponseHead head(false);
  head.set_time(from_millis(784111777'000));
  std::string out;
  EXPECT_TRUE(head.append(out, response, facts));
  return out;
}

TEST(ResponseHead, HasTheFieldsOfEveryAnswer) {
  EXPECT_EQ(head_of(json_response(200, "{}")),
            "HTTP/1.1 200 OK\r\n"
            "Content-Type: application/json\r\n"
            "Cache-Control: no-store\r\n"
            "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
            "X-Content-Type-Options: nosniff\r\n"
            "Referrer-Policy: no-referrer\r\n"
            "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
            "X-Request-Id: id\r\n"
            "Content-Length: 2\r\n\r\n");
}

TEST(ResponseHead, LetsHandlersReplaceTwoDefaultsAndNothingOfTheFraming) {
  Response response;
  response.headers.add("cache-control", "max-age=60");
  response.headers.add("Content-Security-Policy", "default-src 'self'");
  response.headers.add("Content-Length", "99");
  response.headers.add("transfer-encoding", "gzip");
  response.headers.add("Connection", "upgrade");
  response.headers.add("Set-Cookie", "a=1");
  response.headers.add("Set-Cookie", "b=2");
  const std::string head = head_of(response);
  EXPECT_EQ(head.find("no-store"), std::string::npos);
  EXPECT_EQ(head.find("'none'"), std::string::npos);
  EXPECT_EQ(head.find("Content-Length: 99"), std::string::npos);
  EXPECT_EQ(head.find("gzip"), std::string::npos);
  EXPECT_EQ(head.find("upgrade"), std::string::npos);
  EXPECT_NE(head.find("Set-Cookie: a=1\r\nSet-Cookie: b=2\r\n"), std::string::npos);
}

TEST(ResponseHead, SaysHowTheBodyEnds) {
  Response response{.status = 204, .headers = {}, .body = {}};
  EXPECT_EQ(head_of(response).find("Content-Length"), std::string::npos);
  response.status = 200;
  const auto chunked = head_of(response, {.framing = Framing::chunked, .close = true});
  EXPECT_NE(chunked.find("Transfer-Encoding: chunked\r\nConnection: close\r\n"), std::string::npos);
  const auto to_close = head_of(response, {.framing = Framing::to_close});
  EXPECT_EQ(to_close.find("Content-Length"), std::string::npos);
  EXPECT_EQ(to_close.find("Transfer-Encoding"), std::string::npos);
}

TEST(ResponseHead, RefusesFieldsThatWouldBreakOut) {
  const ResponseHead head(false);
  const std::pair<const char*, const char*> cases[] = {{"Location", "/a\r\nSet-Cookie: x=1"},
                                                       {"Location", "a\nb"},
                                                       {"Bad Name", "x"},
                                                       {"", "x"},
                                                       {"A:", "x"}};
  for (const auto& [name, value] : cases) {
    Response response;
    response.headers.add(name, value);
    std::string out = "before";
    EXPECT_FALSE(head.append(out, response, {})) << name << value;
    EXPECT_EQ(out, "before");
  }
}

TEST(ResponseHead, AsksForHttpsBehindHttps) {
  ResponseHead head(true);
  std::string out;
  ASSERT_TRUE(head.append(out, {}, {}));
  EXPECT_NE(out.find("Strict-Transport-Security: max-age=31536000\r\n"), std::string::npos);
}

}  // namespace
}  // namespace ticketing::http
