#include "common/http/request_parser.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "common/base/random.hpp"
#include "common/http/problem.hpp"

namespace ticketing::http {
namespace {

using namespace std::string_literals;

const ParserLimits limits{
    .request_line_bytes_max = 100, .header_bytes_max = 300, .body_bytes_max = 50};

struct Parsed {
  int status = 0;  // of the refusal; 0: none
  bool complete = false;
  std::size_t consumed = 0;
  std::string target;
  bool keep_alive = false;
  Request request;
};

// Feeds `bytes` in pieces, the way a connection would.
Parsed parse(std::string_view bytes, std::size_t piece = std::string_view::npos) {
  Parsed out;
  RequestParser parser(limits, out.request);
  bool in_head = true;
  std::size_t available = 0;
  while (available < bytes.size() && out.status == 0 && !out.complete) {
    available += std::min(piece, bytes.size() - available);
    const std::string_view view = bytes.substr(out.consumed, available - out.consumed);
    const auto taken = in_head ? parser.read_head(view) : parser.read_body(view);
    if (!taken) {
      out.status = status_of(taken.error().kind);
      break;
    }
    out.consumed += *taken;
    if (in_head && *taken > 0) {
      in_head = false;
      out.target = parser.target();
      out.keep_alive = parser.keep_alive();
      if (!parser.complete() && available > out.consumed) {
        const auto body = parser.read_body(bytes.substr(out.consumed, available - out.consumed));
        if (!body) {
          out.status = status_of(body.error().kind);
          break;
        }
        out.consumed += *body;
      }
    }
    out.complete = !in_head && parser.complete();
  }
  return out;
}

TEST(RequestParser, ReadsARequestInPiecesOfAnySize) {
  const std::string bytes =
      "POST /a?b=c HTTP/1.1\r\nHost: x\r\nX-Tab:\ta\tb \r\nContent-Length: 5\r\n\r\nhelloGET";
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    const Parsed parsed = parse(bytes, piece);
    ASSERT_TRUE(parsed.complete) << piece;
    EXPECT_EQ(parsed.request.method, "POST");
    EXPECT_EQ(parsed.target, "/a?b=c");
    EXPECT_EQ(parsed.request.headers.find("host"), "x");
    EXPECT_EQ(parsed.request.headers.find("x-tab"), "a\tb");
    EXPECT_EQ(parsed.request.body, "hello");
    EXPECT_TRUE(parsed.keep_alive);
    EXPECT_EQ(parsed.consumed, bytes.size() - 3) << piece;
  }
}

TEST(RequestParser, ReadsChunkedBodiesInPiecesOfAnySize) {
  const std::string bytes =
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\n"
      "3\r\nabc\r\nA;ext=\"q\"\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\nGET";
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    const Parsed parsed = parse(bytes, piece);
    ASSERT_TRUE(parsed.complete) << piece << " status " << parsed.status;
    EXPECT_EQ(parsed.request.body, "abc0123456789");
    EXPECT_EQ(parsed.request.headers.find("trailer"), std::nullopt);
    EXPECT_EQ(parsed.consumed, bytes.size() - 3) << piece;
  }
}

TEST(RequestParser, ClearsTheLastRequest) {
  Request request;
  RequestParser parser(limits, request);
  const std::string_view first = "PUT /1 HTTP/1.0\r\nContent-Length: 1\r\n\r\n";
  ASSERT_EQ(parser.read_head(first), first.size());
  EXPECT_FALSE(parser.is_http_1_1());
  EXPECT_FALSE(parser.keep_alive());
  ASSERT_EQ(parser.read_body("x"), 1);
  parser.reset();
  const std::string_view second = "GET /2 HTTP/1.1\r\nHost: y\r\nExpect: 100-Continue\r\n\r\n";
  ASSERT_EQ(parser.read_head(second), second.size());
  EXPECT_TRUE(parser.complete());
  EXPECT_TRUE(parser.is_http_1_1());
  EXPECT_TRUE(parser.expects_continue());
  EXPECT_EQ(parser.target(), "/2");
}

TEST(RequestParser, AcceptsOneEmptyLineBeforeTheRequest) {
  EXPECT_TRUE(parse("\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n").complete);
  EXPECT_EQ(parse("\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n").status, 400);
}

TEST(RequestParser, HttpOneZeroClosesUnlessAskedNotTo) {
  EXPECT_FALSE(parse("GET / HTTP/1.0\r\n\r\n").keep_alive);
  EXPECT_TRUE(parse("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").keep_alive);
  EXPECT_FALSE(parse("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").keep_alive);
}

TEST(RequestParser, HoldsItsLimitsExactly) {
  const auto line = [](std::size_t n) {
    return "GET /" + std::string(n - 14, 'a') + " HTTP/1.1\r\n";
  };
  EXPECT_TRUE(parse(line(100) + "Host: x\r\n\r\n").complete);
  EXPECT_EQ(parse(line(101) + "Host: x\r\n\r\n").status, 414);
  EXPECT_EQ(parse(std::string(101, 'A')).status, 414) << "before the line has ended";

  const auto fields = [](std::size_t n) {
    return "GET / HTTP/1.1\r\nHost: x\r\nA: " + std::string(n - 16, 'a') + "\r\n\r\n";
  };
  EXPECT_TRUE(parse(fields(300)).complete);
  EXPECT_EQ(parse(fields(301)).status, 431);
  EXPECT_EQ(parse("GET / HTTP/1.1\r\nA: " + std::string(400, 'a')).status, 431);

  const auto body = [](std::size_t n) {
    return "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(n) + "\r\n\r\n" +
           std::string(n, 'b');
  };
  EXPECT_TRUE(parse(body(50)).complete);
  EXPECT_EQ(parse(body(51)).status, 413);
  EXPECT_EQ(
      parse("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 18446744073709551615\r\n\r\n").status,
      413);
}

TEST(RequestParser, BoundsChunkedBodiesAndTheirFraming) {
  const std::string head = "PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(parse(head + "33\r\n").status, 413);
  EXPECT_EQ(parse(head + "19\r\n" + std::string(25, 'x') + "\r\n1A\r\n").status, 413);
  EXPECT_EQ(parse(head + "FFFFFFFFFFFFFFFF\r\n").status, 413);
  EXPECT_EQ(parse(head + "1;" + std::string(5000, 'e'), 100).status, 413);
  EXPECT_EQ(parse(head + "0\r\nT: " + std::string(5000, 'e'), 100).status, 413);
}

TEST(RequestParser, RefusesWhatTwoReadersCouldReadInTwoWays) {
  const std::string cases[] = {
      "GET / HTTP/1.1\nHost: x\n\n",
      "GET / HTTP/1.1\r\nHost: x\n\r\n",
      "GET / HTTP/1.1\r\nHost: x\r\n\n",
      "GET / HTTP/1.1\rHost: x\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n folded\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n\tfolded\r\n\r\n",
      "GET / HTTP/1.1\r\n Host: x\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: x\r\nA : b\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: x\r\n: b\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n"s,
      "GET / HTTP/1.1\r\nHost: x\r\nA: b\x01\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: x\r\nA: b\x7f\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: x\r\nA: b\rc\r\n\r\n",
      "GET / HTTP/1.1\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n",
      "GET / HTTP/2.0\r\nHost: x\r\n\r\n",
      "GET / HTTP/0.9\r\nHost: x\r\n\r\n",
      "GET /\r\n\r\n",
      "GET  / HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET / x HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET\t/ HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET / HTTP/1.1 \r\nHost: x\r\n\r\n",
      "GET /\xc3\xa4 HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET /#f HTTP/1.1\r\nHost: x\r\n\r\n",
      "G(T / HTTP/1.1\r\nHost: x\r\n\r\n",
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
      "\x16\x03\x01\x02",
      "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
      "PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n",
      "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
      "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 2\r\n\r\n",
      "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 1\r\n\r\n",
      "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\n",
      "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
      "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 0x1\r\n\r\n",
      "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n\r\n",
      "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
      "PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
      "PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n",
      "PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: identity\r\n\r\n",
      "PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
      "Transfer-Encoding: chunked\r\n\r\n",
      "PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: identity\r\n"
      "Transfer-Encoding: chunked\r\n\r\n",
      "PUT / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
      "PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\nx\n0\n\n",
      "PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n0\r\n\r\n",
      "PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nx\r\n0\r\n\r\n",
      "PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0x1\r\nx\r\n0\r\n\r\n",
      "PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1 \nx\r\n0\r\n\r\n",
      "PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;a\nb\r\nx\r\n0\r\n\r\n",
      "PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
      "11111111111111111\r\nx\r\n0\r\n\r\n",
      "PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n\r\n",
  };
  for (const std::string& bytes : cases) {
    for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, bytes.size()}) {
      const Parsed parsed = parse(bytes, piece);
      EXPECT_EQ(parsed.status, 400) << testing::PrintToString(bytes) << " in pieces of " << piece;
    }
  }
}

// Beast waits for the rest of a version that never comes: an assertion ended the whole process.
TEST(RequestParser, RefusesARequestLineThatEndsWithinItsVersion) {
  for (const char* line : {"GET / 4", "GET / H", "GET / HTTP", "GET / HTTP/1.", "GET / HTTP/1.1x",
                           "GET /", "GET / ", "GET", "GET  "}) {
    EXPECT_EQ(parse(std::string(line) + "\r\n\r\n").status, 400) << line;
    EXPECT_EQ(parse(std::string(line) + "\r\n\r\n{}", 1).status, 400) << line;
  }
}

TEST(RequestParser, BoundsTheNumberOfFields) {
  Request request;
  RequestParser parser(
      {.request_line_bytes_max = 100, .header_bytes_max = 9000, .body_bytes_max = 0}, request);
  std::string head = "GET / HTTP/1.1\r\nHost: x\r\n";
  for (int i = 0; i < 1000; ++i) head += "a:\r\n";
  const auto read = parser.read_head(head + "\r\n");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::headers_too_large);
}

TEST(RequestParser, SurvivesBytesOfAnyKind) {
  SeededRandom random(20261123);
  const std::string_view seeds[] = {"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello",
                                    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
                                    "chunked\r\n\r\n3\r\nabc\r\n0\r\nT: t\r\n\r\n"};
  int complete = 0, refused = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes(seeds[random.below(2)]);
    for (std::uint64_t n = random.below(4); n > 0; --n) {
      const std::size_t at = random.below(bytes.size());
      switch (random.below(3)) {
        case 0: bytes[at] = static_cast<char>(random.below(256)); break;
        case 1: bytes.insert(at, 1, "\r\n :0;"[random.below(6)]); break;
        default: bytes.erase(at, 1 + random.below(3)); break;
      }
      if (bytes.empty()) bytes = "\r";
    }
    const Parsed parsed = parse(bytes, 1 + random.below(20));
    complete += parsed.complete;
    refused += parsed.status >= 400;
    ASSERT_LE(parsed.request.body.size(), limits.body_bytes_max);
  }
  EXPECT_GT(complete, 1000);
  EXPECT_GT(refused, 1000);
}

}  // namespace
}  // namespace ticketing::http
