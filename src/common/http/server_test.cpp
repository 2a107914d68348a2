// What the server does with requests, good and bad, that arrive in time. See server_faults_test.cpp
// for time-outs and load, stream_test.cpp for streams and draining.
#include "common/http/server.hpp"

#include "common/base/exceptions.hpp"
#include "common/http/request_rules.hpp"
#include "fixtures/test_server.hpp"

namespace ticketing::http {
namespace {

Task<Result<Response>> hello(const Request&) { co_return json_response(200, R"({"hello":1})"); }
Task<Result<Response>> echo(const Request& request) { co_return json_response(201, request.body); }
Task<Result<Response>> nothing(const Request&) {
  co_return Response{.status = 204, .headers = {}, .body = {}};
}
Task<Result<Response>> show(const Request& request) {
  co_return json_response(
      200, request.path_param("id") + '|' + std::string(request.query_param("q").value_or("-")) +
               '|' + request.remote_address + '|' + std::string(trace::current().request_id()) +
               '|' + trace::to_traceparent(trace::current()));
}
Task<Result<Response>> refuse_it(const Request&) {
  co_return refuse(invalid_field("title", {codes::empty(), "must not be empty"}));
}
Task<Result<Response>> throw_unavailable(const Request&) {
  throw Unavailable("10.0.0.1 is away", std::chrono::seconds{7});
  co_return Response{};
}
Task<Result<Response>> throw_unknown(const Request&) {
  throw OutcomeUnknown("lost");
  co_return Response{};
}
Task<Result<Response>> throw_anything(const Request&) {
  throw std::runtime_error("secret path /etc/x");
  co_return Response{};
}
Task<Result<Response>> split_response(const Request&) {
  Response response;
  response.headers.add("Location", "/x\r\nSet-Cookie: evil=1");
  co_return response;
}
Task<Result<Response>> large(const Request&) {
  co_return json_response(200, std::string(3'000'000, 'x'));
}

Routes routes() {
  return {{"GET", "/", hello},
          {"POST", "/echo", echo},
          {"GET", "/echo", hello},
          {"DELETE", "/thing", nothing},
          {"GET", "/show/:id", show},
          {"PUT", "/file/:id",
           taking({.media_types = {"image/png", "image/webp"}, .bytes_max = 200'000}, echo)},
          {"POST", "/refuse", refuse_it},
          {"GET", "/away", throw_unavailable},
          {"POST", "/unknown", throw_unknown},
          {"GET", "/broken", throw_anything},
          {"GET", "/split", split_response},
          {"GET", "/large", large}};
}

ServerSettings behind_a_proxy() {
  ServerSettings settings;
  settings.trusted_proxy_hops = 1;
  return settings;
}

TEST(Server, AnswersWithTheFieldsOfEveryAnswer) {
  RunningServer server(routes());
  SocketClient client(server.port());
  for (const char* path : {"/", "/nowhere", "/broken"}) {
    const Reply reply = client.exchange(get(path));
    EXPECT_EQ(reply.headers.at("cache-control"), "no-store") << path;
    EXPECT_EQ(reply.headers.at("x-content-type-options"), "nosniff");
    EXPECT_EQ(reply.headers.at("content-security-policy"),
              "default-src 'none'; frame-ancestors 'none'");
    EXPECT_EQ(reply.headers.at("referrer-policy"), "no-referrer");
    EXPECT_TRUE(reply.headers.at("date").ends_with(" GMT"));
    EXPECT_TRUE(trace::is_request_id(reply.headers.at("x-request-id")));
    EXPECT_FALSE(reply.headers.contains("connection"));
    EXPECT_FALSE(reply.headers.contains("strict-transport-security"));
  }
}

TEST(Server, KeepsConnectionsAsTheVersionSays) {
  RunningServer server(routes());
  SocketClient client(server.port());
  for (int i = 0; i < 3; ++i) EXPECT_EQ(client.exchange(get("/")).body, R"({"hello":1})");
  const Reply last = client.exchange(get("/", "Connection: close\r\n"));
  EXPECT_EQ(last.status, 200);
  EXPECT_EQ(last.headers.at("connection"), "close");
  EXPECT_TRUE(client.is_closed_by_peer());

  SocketClient old(server.port());
  const Reply kept = old.exchange("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(kept.headers.at("connection"), "keep-alive");
  EXPECT_EQ(old.exchange("GET / HTTP/1.0\r\n\r\n").headers.at("connection"), "close");
  EXPECT_TRUE(old.is_closed_by_peer());
}

TEST(Server, HeadHasTheLengthButNotTheBody) {
  RunningServer server(routes());
  SocketClient client(server.port());
  client.send("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.read(false).headers.at("content-length"), "11");
  EXPECT_EQ(client.exchange(get("/")).status, 200) << "the next answer starts where it should";
}

TEST(Server, NoContentHasNoLength) {
  RunningServer server(routes());
  SocketClient client(server.port());
  const Reply reply = client.exchange("DELETE /thing HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(reply.status, 204);
  EXPECT_FALSE(reply.headers.contains("content-length"));
  EXPECT_EQ(client.exchange(get("/")).status, 200);
}

TEST(Server, AnswersPipelinedRequestsInOrder) {
  RunningServer server(routes());
  SocketClient client(server.port());
  std::string all;
  for (int i = 0; i < 200; ++i) {
    all += post("/echo", std::to_string(i));
    all += get("/nowhere");
  }
  std::thread sender([&] { client.send(all); });
  for (int i = 0; i < 200; ++i) {
    ASSERT_EQ(client.read().body, std::to_string(i));
    ASSERT_EQ(client.read().status, 404);
  }
  sender.join();
}

TEST(Server, TakesBodiesChunkedAndInPieces) {
  RunningServer server(routes());
  SocketClient client(server.port());
  client.send(
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
      "Transfer-Encoding: chunked\r\n\r\n5\r\nhel");
  std::this_thread::sleep_for(std::chrono::milliseconds{5});
  client.send("lo\r\n1\r\n!\r\n0\r\n\r\n");
  EXPECT_EQ(client.read().body, "hello!");
  const std::string body(64 * 1024, 'b');
  EXPECT_EQ(client.exchange(post("/echo", body)).body, body);
  EXPECT_EQ(client.exchange(get("/")).status, 200);
}

TEST(Server, SendsLargeBodiesToSlowReaders) {
  RunningServer server(routes());
  SocketClient client;
  client.receive_little();
  client.connect(server.port());
  EXPECT_EQ(client.exchange(get("/large")).body.size(), 3'000'000);
  EXPECT_EQ(client.exchange(get("/")).status, 200);
}

struct Case {
  std::string request;
  int status;
};

std::string chunked_post(const std::string& path, std::size_t size) {
  std::string request = "POST " + path +
                        " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                        "Transfer-Encoding: chunked\r\n\r\n";
  for (std::size_t sent = 0; sent < size; sent += 4096) {
    request += "1000\r\n" + std::string(4096, 'b') + "\r\n";
  }
  return request + "0\r\n\r\n";
}

// The caller sends all of it before it reads: the refusal must not be lost in a reset.
TEST(Server, ALongUploadThatIsRefusedMidwayStillGetsItsAnswer) {
  RunningServer server(routes());
  for (const std::string& request :
       {chunked_post("/echo", 3 << 20), post("/echo", std::string(3 << 20, 'b'))}) {
    SocketClient client(server.port());
    client.send_little();
    EXPECT_TRUE(client.send(request)) << "the connection broke while the caller was sending";
    const Reply reply = client.read();
    EXPECT_EQ(reply.status, 413);
    EXPECT_NE(reply.body.find(R"("slug":"body_too_large")"), std::string::npos) << reply.body;
    EXPECT_TRUE(client.is_ended_by_peer());
  }
}

TEST(Server, OverstepsOfTheLimitsAreNamedAndEndTheConnection) {
  RunningServer server(routes());
  const Case cases[] = {
      {get("/" + std::string(9000, 'a')), 414},
      {get("/", "A: " + std::string(17000, 'a') + "\r\n"), 431},
      {post("/echo", std::string(64 * 1024 + 1, 'b')), 413},
      {post("/echo", std::string(1'000'000, 'b')), 413},
      {"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n10001\r\n", 413},
  };
  for (const auto& [request, status] : cases) {
    SocketClient client(server.port());
    const Reply reply = client.exchange(request);
    EXPECT_EQ(reply.status, status);
    EXPECT_EQ(reply.headers.at("content-type"), "application/problem+json");
    EXPECT_EQ(reply.headers.at("connection"), "close");
    EXPECT_TRUE(client.is_closed_by_peer());
  }
}

TEST(Server, SmugglingAndMalformedInputAreRefusedAndEndTheConnection) {
  RunningServer server(routes());
  const std::string requests[] = {
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
      "0\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n",
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
      "GET / HTTP/1.1\nHost: x\n\nGET / HTTP/1.1\r\nHost: x\r\n\r\n",
      get("/", "A: b\r\n c\r\n"),
      get("/", std::string("A: b\0c\r\n", 8)),
      get("/", "Transfer-Encoding: gzip\r\n"),
      "\x16\x03\x01\x02\x01garbage",
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  };
  for (const std::string& request : requests) {
    SocketClient client(server.port());
    const Reply reply = client.exchange(request);
    EXPECT_EQ(reply.status, 400) << request;
    EXPECT_NE(reply.body.find("\"malformed_request\""), std::string::npos);
    EXPECT_TRUE(client.is_closed_by_peer()) << "nothing after it is answered: " << request;
  }
  for (const Record& record : server.records()) {
    EXPECT_EQ(record.route, "unmatched");
    EXPECT_EQ(record.status, 400);
  }
}

TEST(Server, DistinguishesUnknownPathsAndUnknownMethods) {
  RunningServer server(routes());
  SocketClient client(server.port());
  EXPECT_EQ(client.exchange(get("/nowhere")).status, 404);
  const Reply reply = client.exchange("PATCH /echo HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(reply.status, 405);
  EXPECT_EQ(reply.headers.at("allow"), "POST, GET, HEAD");
  EXPECT_EQ(client.exchange("OPTIONS / HTTP/1.1\r\nHost: x\r\n\r\n").status, 405);
}

TEST(Server, DecodesPathAndQuery) {
  RunningServer server(routes());
  SocketClient client(server.port());
  EXPECT_TRUE(client.exchange(get("/show/a%2Fb?q=%C3%A4+1")).body.starts_with("a/b|ä 1|"));
  for (const char* target : {"/show/%", "/show/%ff", "/show/%00", "/show/1?q=%zz", "/?q=%c0%80"}) {
    const Reply reply = client.exchange(get(target));
    EXPECT_EQ(reply.status, 400) << target;
    EXPECT_FALSE(reply.headers.contains("connection")) << "well framed, so it can go on";
  }
}

TEST(Server, AnswersExpectationsBeforeTheBody) {
  RunningServer server(routes());
  const std::string head =
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n";
  SocketClient client(server.port());
  EXPECT_EQ(client.exchange(head + "Content-Type: application/json\r\n\r\n").status, 100);
  EXPECT_EQ(client.exchange("{}").body, "{}");
  EXPECT_EQ(client.exchange(head + "\r\n").status, 415) << "refused without asking for the body";
  EXPECT_TRUE(client.is_closed_by_peer());
}

TEST(Server, TakesOnlyJson) {
  RunningServer server(routes());
  SocketClient client(server.port());
  const auto with_type = [](std::string_view type) {
    return "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n" + std::string(type) + "\r\n{}";
  };
  EXPECT_EQ(client.exchange(with_type("Content-Type: application/json; charset=utf-8\r\n")).status,
            201);
  EXPECT_EQ(client.exchange(with_type("Content-Type: text/plain\r\n")).status, 415);
  EXPECT_EQ(client.exchange(with_type("")).status, 415);
  EXPECT_EQ(client.exchange("POST /echo HTTP/1.1\r\nHost: x\r\n\r\n").status, 201) << "no body";
}

TEST(Server, RefusesCrossSiteRequests) {
  RunningServer server(routes(), behind_a_proxy());
  SocketClient client(server.port());
  const Reply reply = client.exchange(post("/echo", "{}", "Sec-Fetch-Site: cross-site\r\n"));
  EXPECT_EQ(reply.status, 403);
  EXPECT_NE(reply.body.find("\"cross_site_request\""), std::string::npos);
  EXPECT_EQ(client.exchange(post("/echo", "{}", "Origin: http://evil\r\n")).status, 403);
  EXPECT_EQ(client.exchange(post("/echo", "{}", "Origin: null\r\n")).status, 403);
  EXPECT_EQ(client.exchange(post("/echo", "{}", "Origin: http://test\r\n")).status, 201);
  EXPECT_EQ(client.exchange(post("/echo", "{}", "Sec-Fetch-Site: same-origin\r\n")).status, 201);
  EXPECT_EQ(
      client
          .exchange(post("/echo", "{}",
                         "X-Forwarded-Host: shop.example\r\nOrigin: https://shop.example\r\n"))
          .status,
      201);
  EXPECT_EQ(client.exchange(get("/", "Sec-Fetch-Site: cross-site\r\n")).status, 200);
}

TEST(Server, FindsCallersBehindProxies) {
  RunningServer server(routes(), behind_a_proxy());
  SocketClient client(server.port());
  EXPECT_TRUE(client.exchange(get("/show/1")).body.starts_with("1|-|127.0.0.1|"));
  EXPECT_TRUE(client.exchange(get("/show/1", "X-Forwarded-For: 6.6.6.6, 203.0.113.7\r\n"))
                  .body.starts_with("1|-|203.0.113.7|"));
  RunningServer direct(routes());
  SocketClient other(direct.port());
  EXPECT_TRUE(other.exchange(get("/show/1", "X-Forwarded-For: 203.0.113.7\r\n"))
                  .body.starts_with("1|-|127.0.0.1|"));
}

constexpr const char* proxy_key = "X-Proxy-Key: a key of this test\r\n";

ServerSettings behind_a_proxy_with_key() {
  ServerSettings settings = behind_a_proxy();
  settings.trusted_proxy_key = "a key of this test";
  return settings;
}

TEST(Server, PassesNamesOfAProxysRequestsOnAndMakesMissingOnes) {
  RunningServer server(routes(), behind_a_proxy_with_key());
  SocketClient client(server.port());
  const auto get_by_proxy = [](const std::string& path, const std::string& fields) {
    return get(path, proxy_key + fields);
  };
  const std::string trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const Reply named = client.exchange(
      get_by_proxy("/show/1", "X-Request-Id: caller-0001\r\ntraceparent: " + trace + "\r\n"));
  // The same trace, of which this request is a part of its own; the caller's decision to record it.
  EXPECT_NE(named.body.find("|caller-0001|" + trace.substr(0, 36)), std::string::npos)
      << named.body;
  EXPECT_FALSE(named.body.ends_with(trace));
  EXPECT_TRUE(named.body.ends_with("-01"));
  EXPECT_EQ(named.headers.at("x-request-id"), "caller-0001");
  const Reply unnamed =
      client.exchange(get_by_proxy("/show/1", "X-Request-Id: bad id\r\ntraceparent: x\r\n"));
  const std::string made = unnamed.body.substr(unnamed.body.rfind('|') + 1);
  EXPECT_TRUE(trace::parse_traceparent(made)) << made;
  EXPECT_NE(unnamed.headers.at("x-request-id"), "bad id");
  const Reply problem = client.exchange(get_by_proxy("/nowhere", "X-Request-Id: caller-0002\r\n"));
  EXPECT_NE(problem.body.find(R"("requestId":"caller-0002")"), std::string::npos);
}

// ingress-nginx, for example, passes on the id that the caller has chosen.
TEST(Server, BelievesTheNameOfARequestOnlyFromAProxyWithTheKey) {
  const std::string named = "X-Request-Id: caller-0001\r\n";
  const auto name_at = [](RunningServer& server, const std::string& fields) {
    return SocketClient(server.port()).exchange(get("/show/1", fields)).headers.at("x-request-id");
  };
  RunningServer direct(routes());
  EXPECT_NE(name_at(direct, named), "caller-0001");
  RunningServer without_key(routes(), behind_a_proxy());
  EXPECT_NE(name_at(without_key, named + "X-Forwarded-For: 203.0.113.7\r\n"), "caller-0001");
  EXPECT_NE(name_at(without_key, named + proxy_key), "caller-0001");
  RunningServer with_key(routes(), behind_a_proxy_with_key());
  EXPECT_NE(name_at(with_key, named), "caller-0001");
  EXPECT_EQ(name_at(with_key, named + proxy_key), "caller-0001");
}

TEST(Server, TurnsRefusalsAndExceptionsIntoProblems) {
  RunningServer server(routes());
  SocketClient client(server.port());
  const Reply refused = client.exchange(post("/refuse", "{}"));
  EXPECT_EQ(refused.status, 400);
  EXPECT_NE(refused.body.find(R"("field":"title")"), std::string::npos);

  const Reply away = client.exchange(get("/away"));
  EXPECT_EQ(away.status, 503);
  EXPECT_EQ(away.headers.at("retry-after"), "7");
  EXPECT_NE(away.body.find("\"unavailable\""), std::string::npos);
  EXPECT_EQ(away.body.find("10.0.0.1"), std::string::npos);

  const Reply unknown = client.exchange(post("/unknown", "{}"));
  EXPECT_EQ(unknown.status, 503);
  EXPECT_NE(unknown.body.find("\"outcome_unknown\""), std::string::npos);

  const Reply broken = client.exchange(get("/broken"));
  EXPECT_EQ(broken.status, 500);
  EXPECT_NE(broken.body.find("\"internal_error\""), std::string::npos);
  EXPECT_EQ(broken.body.find("secret"), std::string::npos);
  EXPECT_EQ(client.exchange(get("/")).status, 200) << "the connection goes on";
}

TEST(Server, DoesNotLetAFieldSplitTheResponse) {
  RunningServer server(routes());
  SocketClient client(server.port());
  const Reply reply = client.exchange(get("/split"));
  EXPECT_EQ(reply.status, 500);
  EXPECT_FALSE(reply.headers.contains("set-cookie"));
}

TEST(Server, IgnoresUpgrades) {
  RunningServer server(routes());
  SocketClient client(server.port());
  EXPECT_EQ(client.exchange(get("/", "Connection: Upgrade\r\nUpgrade: websocket\r\n")).status, 200);
}

TEST(Server, CallsTheObserverForEveryAnswer) {
  RunningServer server(routes());
  SocketClient client(server.port());
  client.exchange(get("/show/17"));
  client.exchange("BREW /echo HTTP/1.1\r\nHost: x\r\n\r\n");
  client.exchange(post("/echo", "{}"));
  ASSERT_TRUE(eventually([&] { return server.records().size() == 3; }));
  const auto records = server.records();
  EXPECT_EQ(records[0].route, "/show/:id");
  EXPECT_EQ(records[1].method, "other");
  EXPECT_EQ(records[1].status, 405);
  EXPECT_EQ(records[2].method, "POST");
  EXPECT_EQ(records[2].status, 201);
}

TEST(Server, NamesTheAddressThatIsTaken) {
  RunningServer server(routes());
  asio::io_context context;
  const Router router;
  ServerSettings settings{.address = "127.0.0.1", .port = server.port()};
  EXPECT_THROW(Server(context.get_executor(), settings, router, {}), ConfigError);
  settings.address = "no address";
  EXPECT_THROW(Server(context.get_executor(), settings, router, {}), ConfigError);
}

std::string put(std::string_view path, std::string_view type, std::size_t announced,
                std::string_view body) {
  return "PUT " + std::string(path) +
         " HTTP/1.1\r\nHost: test\r\nContent-Length: " + std::to_string(announced) +
         "\r\nContent-Type: " + std::string(type) + "\r\n\r\n" + std::string(body);
}

TEST(Uploads, HaveTheTypesAndTheLimitOfTheirRoute) {
  RunningServer server(routes());
  const std::string file(200'000, 'x'), larger(200'001, 'x');
  const Reply taken =
      SocketClient(server.port()).exchange(put("/file/1", "image/webp", file.size(), file));
  EXPECT_EQ(taken.status, 201);
  EXPECT_EQ(taken.body, file);
  const struct {
    std::string request;
    int status;
    const char* words;
  } refused[] = {
      {put("/file/1", "image/png", larger.size(), ""), 413, R"("max":200000)"},
      {put("/file/1?a=b", "image/png", 5'000'000'000, ""), 413, R"("max":200000)"},
      {put("/file/1", "image/gif", 3, "GIF"), 415, "Send image/png or image/webp."},
      {put("/file/1", "application/json", 2, "{}"), 415, "Send image/png or image/webp."},
      {put("/echo", "image/png", 3, "PNG"), 405, ""},
      {post("/echo", std::string(65'537, 'x')), 413, R"("max":65536)"},
      {"PUT /file/1 HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nTransfer-Encoding: "
       "chunked\r\n\r\n30D41\r\n",
       413, R"("max":200000)"},
  };
  for (const auto& one : refused) {
    const Reply reply = SocketClient(server.port()).exchange(one.request);
    EXPECT_EQ(reply.status, one.status) << one.request.substr(0, 100);
    EXPECT_NE(reply.body.find(one.words), std::string::npos) << reply.body;
  }
}

TEST(Uploads, AreCountedApartFromOtherBodies) {
  ServerSettings settings;
  settings.limits.request_bytes.per_address = 50'000;
  settings.limits.upload_bytes.per_address = 150'000;
  RunningServer server(routes(), settings);
  const std::string body(60'000, 'x'), file(80'000, 'x'), large(190'000, 'x');
  EXPECT_EQ(SocketClient(server.port()).exchange(post("/echo", body)).status, 429);
  EXPECT_EQ(
      SocketClient(server.port()).exchange(put("/file/1", "image/png", file.size(), file)).status,
      201);
  EXPECT_EQ(
      SocketClient(server.port()).exchange(put("/file/1", "image/png", large.size(), large)).status,
      429);
}

}  // namespace
}  // namespace ticketing::http
