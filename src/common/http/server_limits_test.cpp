// The load of one caller leaves room for the others. Callers are addresses of the
// loopback network, 127.0.0.1 and 127.0.0.2, and users.
#include <fmt/format.h>

#include <atomic>
#include <type_traits>

#include "common/async/signal.hpp"
#include "common/async/timers.hpp"
#include "fixtures/test_server.hpp"

namespace ticketing::http {
namespace {

using std::chrono::milliseconds;

// A stream cannot be written without an audience.
static_assert(!std::is_default_constructible_v<Audience>);
static_assert(!std::is_default_constructible_v<ResponseStream>);
static_assert(!std::is_constructible_v<ResponseStream, ResponseStream::Write>);
static_assert(!std::is_assignable_v<decltype(Response::stream)&, ResponseStream::Write>);

Task<Result<Response>> hello(const Request&) { co_return json_response(200, "{}"); }
Task<Result<Response>> echo(const Request& request) { co_return json_response(200, request.body); }
Task<Result<Response>> wait_a_while(const Request&) {
  SystemTimers timers;
  co_await timers.sleep_for(std::chrono::minutes{1});
  co_return json_response(200, "{}");
}

Task<> follow(StreamWriter& writer) {
  Signal signal(co_await asio::this_coro::executor);
  co_await writer.write("hello");
  while (!writer.closing()) co_await signal.wait_for(std::chrono::minutes{1});
}
Task<Result<Response>> stream(const Request& request) {
  Response response;
  response.stream.emplace(request.caller ? Audience::session_of(*request.caller) : Audience::all(),
                          follow);
  co_return response;
}

std::atomic<int> session_ms{60'000};  // how long sessions last from now on

// The field User names the caller.
Task<Result<Caller>> by_name(const Request& request) {
  const auto name = request.headers.find("user");
  if (!name) co_return refuse(ErrorKind::unauthenticated, slugs::unauthenticated, "Sign in first.");
  co_return Caller{.user_id = std::string(*name),
                   .session_ends_at = SystemClock{}.now() + milliseconds{session_ms}};
}
Endpoint signed_in(Handler handler) { return {by_name, std::move(handler)}; }

Routes routes() {
  return {{"GET", "/", hello},
          {"POST", "/", echo},
          {"GET", "/healthz", probe(hello)},
          {"GET", "/wait", wait_a_while},
          {"GET", "/mine/wait", signed_in(wait_a_while)},
          {"GET", "/mine", signed_in(hello)},
          {"POST", "/mine", signed_in(echo)},
          {"GET", "/stream", stream},
          {"GET", "/mine/stream", signed_in(stream)}};
}

ServerSettings tight() {
  ServerSettings settings;
  settings.limits.connections = {.per_address = 8, .in_all = 12};
  settings.limits.streams = {.per_address = 3, .per_user = 2, .in_all = 5};
  settings.limits.requests = {.per_address = 3, .per_user = 2, .in_all = 5};
  settings.limits.request_bytes = {.per_address = 40'000, .per_user = 30'000, .in_all = 70'000};
  settings.limits.writes_a_minute = 5;
  settings.spare_connections = 4;
  return settings;
}

using Clients = std::vector<std::unique_ptr<SocketClient>>;

SocketClient& client_at(Clients& clients, const RunningServer& server, int address) {
  clients.push_back(std::make_unique<SocketClient>(server.port(), address));
  return *clients.back();
}

std::string slug_of(const Reply& reply) {
  const std::size_t at = reply.body.find(R"("slug":")");
  if (at == std::string::npos) return "";
  return reply.body.substr(at + 8, reply.body.find('"', at + 8) - at - 8);
}

class ServerLimitsTest : public testing::Test {
 protected:
  void SetUp() override { session_ms = 60'000; }
};

TEST_F(ServerLimitsTest, ConnectionsOfOneAddressLeaveRoomForOthers) {
  RunningServer server(routes(), tight());
  Clients clients;
  for (int i = 0; i < 8; ++i) {
    ASSERT_EQ(client_at(clients, server, 2).exchange(get("/")).status, 200) << i;
  }
  const Reply refused = client_at(clients, server, 2).exchange(get("/"));
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(slug_of(refused), "too_many_connections");
  EXPECT_EQ(refused.headers.at("retry-after"), "1");
  EXPECT_TRUE(clients.back()->is_closed_by_peer());
  EXPECT_EQ(client_at(clients, server, 3).exchange(get("/")).status, 200);
  clients.front()->close();
  EXPECT_TRUE(
      eventually([&] { return client_at(clients, server, 2).exchange(get("/")).status == 200; }));
}

TEST_F(ServerLimitsTest, ProbesAreAnsweredWhenTheServerIsFull) {
  RunningServer server(routes(), tight());
  Clients clients;
  for (int i = 0; i < 12; ++i) {
    ASSERT_EQ(client_at(clients, server, 2 + i % 2).exchange(get("/")).status, 200) << i;
  }
  EXPECT_EQ(client_at(clients, server, 4).exchange(get("/")).status, 503);
  // Also while many others are silent.
  for (int i = 0; i < 20; ++i) client_at(clients, server, 2);
  EXPECT_EQ(client_at(clients, server, 4).exchange(get("/healthz")).status, 200);
  EXPECT_EQ(client_at(clients, server, 4).exchange(get("/healthz")).status, 200);
}

TEST_F(ServerLimitsTest, ASilentConnectionOverTheLimitIsRefusedAndClosed) {
  RunningServer server(routes(), tight());
  Clients clients;
  for (int i = 0; i < 8; ++i) client_at(clients, server, 2).exchange(get("/"));
  SocketClient& silent = client_at(clients, server, 2);
  EXPECT_EQ(slug_of(silent.read()), "too_many_connections");
  EXPECT_TRUE(silent.is_closed_by_peer());
}

TEST_F(ServerLimitsTest, StreamsOfOneAddressLeaveRoomForOthers) {
  RunningServer server(routes(), tight());
  Clients clients;
  for (int i = 0; i < 3; ++i) {
    SocketClient& client = client_at(clients, server, 2);
    client.send(get("/stream"));
    ASSERT_EQ(client.read(false).status, 200);
  }
  const Reply refused = client_at(clients, server, 2).exchange(get("/stream"));
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(slug_of(refused), "too_many_streams");
  SocketClient& other = client_at(clients, server, 3);
  other.send(get("/stream"));
  EXPECT_EQ(other.read(false).status, 200);
  clients.front()->close();
  EXPECT_TRUE(eventually([&] {
    SocketClient& again = client_at(clients, server, 2);
    again.send(get("/stream"));
    return again.read(false).status == 200;
  }));
}

TEST_F(ServerLimitsTest, StreamsOfOneUserAreCountedWhereverTheUserIs) {
  RunningServer server(routes(), tight());
  Clients clients;
  const auto open = [&](int address, const std::string& user) {
    SocketClient& client = client_at(clients, server, address);
    client.send(get("/mine/stream", "User: " + user + "\r\n"));
    return client.read(false).status;
  };
  EXPECT_EQ(open(2, "alice"), 200);
  EXPECT_EQ(open(3, "alice"), 200);
  EXPECT_EQ(open(4, "alice"), 429);
  EXPECT_EQ(open(4, "bob"), 200);
}

TEST_F(ServerLimitsTest, AStreamEndsWithTheSession) {
  RunningServer server(routes(), tight());
  session_ms = 1'000;
  SocketClient client(server.port());
  const auto begun = std::chrono::steady_clock::now();
  client.send(get("/mine/stream", "User: alice\r\n"));
  const Reply reply = client.read();
  const auto lasted = std::chrono::steady_clock::now() - begun;
  EXPECT_EQ(reply.status, 200);
  EXPECT_TRUE(reply.headers.contains("last-chunk")) << "it ends in good order";
  EXPECT_GE(lasted, milliseconds{950});
  EXPECT_LT(lasted, std::chrono::seconds{30});
}

// Within the leeway of clocks a token is still taken, but a stream could not last.
TEST_F(ServerLimitsTest, AStreamIsNotOpenedWithASessionThatIsOver) {
  RunningServer server(routes(), tight());
  session_ms = -5;
  SocketClient client(server.port());
  EXPECT_EQ(client.exchange(get("/mine", "User: alice\r\n")).status, 200);
  EXPECT_EQ(client.exchange(get("/mine/stream", "User: alice\r\n")).status, 401);
}

TEST_F(ServerLimitsTest, APublicStreamEndsAfterItsLifeAndNotAllAtOnce) {
  ServerSettings settings = tight();
  settings.limits.streams = {};
  settings.limits.stream_life = std::chrono::seconds{1};
  RunningServer server(routes(), settings);
  std::vector<milliseconds> lives(6);
  std::vector<std::thread> threads;
  const auto begun = std::chrono::steady_clock::now();
  for (milliseconds& life : lives) {
    threads.emplace_back([&] {
      SocketClient client(server.port());
      client.send(get("/stream"));
      EXPECT_TRUE(client.read().headers.contains("last-chunk"));
      life = std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begun);
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const milliseconds life : lives) {
    EXPECT_GE(life, milliseconds{790});
    EXPECT_LT(life, std::chrono::seconds{30});
  }
}

TEST_F(ServerLimitsTest, RequestsUnderWayOfOneCallerLeaveRoomForOthers) {
  ServerSettings settings = tight();
  settings.limits.connections = {};
  settings.limits.requests.in_all = 10;  // handlers go on without their callers
  RunningServer server(routes(), settings);
  Clients clients;
  for (int i = 0; i < 3; ++i) client_at(clients, server, 2).send(get("/wait"));
  EXPECT_TRUE(
      eventually([&] { return client_at(clients, server, 2).exchange(get("/")).status == 429; }));
  EXPECT_EQ(slug_of(client_at(clients, server, 2).exchange(get("/"))), "too_many_requests");
  EXPECT_EQ(client_at(clients, server, 3).exchange(get("/")).status, 200);
  EXPECT_EQ(client_at(clients, server, 2).exchange(get("/healthz")).status, 200);
  clients.clear();
  for (int i = 0; i < 2; ++i) {
    client_at(clients, server, 4 + i).send(get("/mine/wait", "User: alice\r\n"));
  }
  EXPECT_TRUE(eventually([&] {
    return client_at(clients, server, 6).exchange(get("/mine", "User: alice\r\n")).status == 429;
  }));
  EXPECT_EQ(client_at(clients, server, 6).exchange(get("/mine", "User: bob\r\n")).status, 200);
}

std::string unfinished(std::size_t announced, std::size_t sent) {
  return "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: " +
         std::to_string(announced) + "\r\n\r\n" + std::string(sent, ' ');
}

TEST_F(ServerLimitsTest, UnfinishedBodiesOfOneAddressLeaveRoomForOthers) {
  RunningServer server(routes(), tight());
  Clients clients;
  client_at(clients, server, 2).send(unfinished(60'000, 15'000));
  server.let_it_read();
  SocketClient& second = client_at(clients, server, 2);
  second.send(unfinished(60'000, 40'000));
  const Reply refused = second.read();
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(slug_of(refused), "too_many_bytes");
  EXPECT_TRUE(second.is_closed_by_peer());
  const std::string body(12'000, 'x');
  EXPECT_EQ(client_at(clients, server, 3).exchange(post("/", body)).body, body);
}

TEST_F(ServerLimitsTest, BodiesThatWereOnlyAnnouncedTakeNoRoom) {
  RunningServer server(routes(), tight());
  Clients clients;
  for (int i = 0; i < 7; ++i) client_at(clients, server, 2).send(unfinished(60'000, 1));
  const std::string body(12'000, 'x');
  EXPECT_EQ(client_at(clients, server, 2).exchange(post("/", body)).body, body);
}

TEST_F(ServerLimitsTest, UnfinishedHeadsAreCountedToo) {
  RunningServer server(routes(), tight());
  Clients clients;
  for (int i = 0; i < 6; ++i) {
    client_at(clients, server, 2)
        .send("GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + std::string(14'000, 'x'));
  }
  EXPECT_TRUE(eventually([&] {
    return std::ranges::count_if(clients, [](const auto& c) { return c->has_answer(); }) >= 2;
  }));
  EXPECT_EQ(client_at(clients, server, 3).exchange(get("/")).status, 200);
}

TEST_F(ServerLimitsTest, WithoutASessionTheBodyIsNotWaitedFor) {
  RunningServer server(routes(), tight());
  SocketClient client(server.port());
  client.send(
      "POST /mine HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
      "Content-Length: 60000\r\n\r\n{");
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(client.read().status, 401);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, ServerSettings{}.body_timeout);
  EXPECT_TRUE(client.is_closed_by_peer());
}

TEST_F(ServerLimitsTest, ARefusedRequestThatHasComeWholeKeepsItsConnection) {
  RunningServer server(routes(), tight());
  SocketClient client(server.port());
  EXPECT_EQ(client.exchange(post("/mine", "{}")).status, 401);
  EXPECT_EQ(client.exchange(post("/mine", "{}", "User: alice\r\n")).body, "{}");
}

std::atomic<int> answers_made{0};
Task<Result<Response>> large(const Request&) {
  ++answers_made;
  co_return json_response(200, std::string(400'000, 'x'));
}

TEST_F(ServerLimitsTest, AnswersThatAreNotReadStayFewAndLeaveRoomForOthers) {
  answers_made = 0;
  ServerSettings settings = tight();
  settings.limits.requests = {};
  settings.limits.answer_bytes = {.per_address = 900'000, .in_all = 2'000'000};
  Routes with_large = routes();
  with_large.push_back({"GET", "/large", large});
  RunningServer server(with_large, settings);
  Clients clients;
  const auto ask_and_not_read = [&](int address, int times) {
    SocketClient& client = client_at(clients, server, address);
    client.receive_little();
    for (int i = 0; i < times; ++i) client.send(get("/large"));
  };
  // The next answer is made when the caller has read the one before, not into the kernel's memory.
  ask_and_not_read(2, 20);
  EXPECT_TRUE(eventually([] { return answers_made == 1; }));
  server.let_it_read();
  EXPECT_EQ(answers_made, 1);
  ask_and_not_read(2, 1);
  EXPECT_TRUE(eventually([] { return answers_made == 2; }));
  SocketClient& third = client_at(clients, server, 2);
  third.receive_little();
  third.send(get("/large"));
  EXPECT_LT(third.read_to_end().size(), 400'000U) << "closed";
  EXPECT_EQ(client_at(clients, server, 2).exchange(get("/")).status, 200);
  EXPECT_EQ(client_at(clients, server, 3).exchange(get("/large")).body.size(), 400'000U);
}

constexpr std::size_t file_bytes = std::size_t{5} * 1024 * 1024;
Task<Result<Response>> largest_file(const Request&) {
  co_return json_response(200, std::string(file_bytes, 'x'));
}

// Two people behind one address save the largest file there is.
TEST_F(ServerLimitsTest, TwoFilesAtATimeArriveWholeAtOneAddress) {
  RunningServer server({{"GET", "/file", largest_file}});
  Clients clients;
  std::vector<SocketClient*> readers;
  for (int i = 0; i < 2; ++i) {
    readers.push_back(&client_at(clients, server, 2));
    readers.back()->send("GET /file HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
  }
  std::this_thread::sleep_for(milliseconds{200});
  for (SocketClient* reader : readers) EXPECT_GE(reader->read_to_end().size(), file_bytes);
}

TEST_F(ServerLimitsTest, WritesOfOneUserLeaveRoomForOthers) {
  RunningServer server(routes(), tight());
  SocketClient client(server.port());
  const auto begun = std::chrono::steady_clock::now();
  for (int i = 0; i < 5; ++i) {
    ASSERT_EQ(client.exchange(post("/mine", "{}", "User: alice\r\n")).status, 200);
  }
  const Reply refused = client.exchange(post("/mine", "{}", "User: alice\r\n"));
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(slug_of(refused), "too_many_writes");
  const auto taken =
      std::chrono::ceil<std::chrono::seconds>(std::chrono::steady_clock::now() - begun);
  const int wait = std::stoi(refused.headers.at("retry-after"));
  EXPECT_LE(wait, 12);
  EXPECT_GE(wait, 12 - taken.count());
  EXPECT_EQ(client.exchange(get("/mine", "User: alice\r\n")).status, 200);
  EXPECT_EQ(client.exchange(post("/mine", "{}", "User: bob\r\n")).status, 200);
}

TEST_F(ServerLimitsTest, CallersBehindAProxyOfOursAreCountedSeparately) {
  ServerSettings settings = tight();
  settings.trusted_proxy_hops = 1;
  RunningServer server(routes(), settings);
  Clients clients;
  const auto open = [&](const std::string& address) {
    SocketClient& client = client_at(clients, server, 1);
    client.send(get("/stream", "X-Forwarded-For: " + address + "\r\n"));
    return client.read(false).status;
  };
  EXPECT_EQ(open("192.0.2.1"), 200);
  EXPECT_EQ(open("192.0.2.1:4711"), 200);
  EXPECT_EQ(open("::ffff:192.0.2.1"), 200);
  EXPECT_EQ(open("[::ffff:192.0.2.1]:80"), 429);
  EXPECT_EQ(open("198.51.100.7, 192.0.2.1"), 429) << "what the caller says itself does not count";
  EXPECT_EQ(open("2001:db8::1"), 200);
  // The proxy has as many connections as it needs, within the limit of all.
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(client_at(clients, server, 1).exchange(get("/")).status, 200) << i;
  }
}

// On one machine every program comes from the same address as the proxy.
TEST_F(ServerLimitsTest, AProxyWithAKeyIsDistinguishedFromOtherPrograms) {
  ServerSettings settings = tight();
  settings.trusted_proxy_hops = 1;
  settings.trusted_proxy_key = "a key of this test";
  settings.limits.streams = {.per_address = 3, .in_all = 20};
  RunningServer server(routes(), settings);
  Clients clients;
  const auto open = [&](int from, const std::string& key) {
    SocketClient& client = client_at(clients, server, 1);
    client.send(get("/stream", fmt::format("X-Forwarded-For: 192.0.2.{}\r\n{}", from, key)));
    return client.read(false).status;
  };
  for (int i = 1; i <= 5; ++i) {
    EXPECT_EQ(open(i, "X-Proxy-Key: a key of this test\r\n"), 200) << i;
  }
  EXPECT_EQ(open(11, ""), 200);
  EXPECT_EQ(open(12, "X-Proxy-Key: a key of that test\r\n"), 200);
  EXPECT_EQ(open(13, "X-Proxy-Key: a key\r\n"), 200);
  EXPECT_EQ(open(14, ""), 429) << "all of it is one caller, at its own address";
}

// Connections that have sent nothing, and heads that are not complete, are a program's own until
// the key has come.
TEST_F(ServerLimitsTest, AProgramAtTheProxysAddressTakesNoConnectionsFromTheProxy) {
  ServerSettings settings = tight();
  settings.trusted_proxy_hops = 1;
  settings.trusted_proxy_key = "a key of this test";
  settings.limits.connections = {.per_address = 3, .in_all = 20};
  RunningServer server(routes(), settings);
  Clients idle;
  for (int i = 0; i < 3; ++i) client_at(idle, server, 1).send("GET / HTTP/1.1\r\n");
  server.let_it_read();
  Clients clients;
  const Reply refused = client_at(clients, server, 1).exchange(get("/"));
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(slug_of(refused), "too_many_connections");
  for (int i = 0; i < 5; ++i) {
    SocketClient& proxy = client_at(clients, server, 1);
    const auto request = get(
        "/", fmt::format("X-Forwarded-For: 192.0.2.{}\r\nX-Proxy-Key: a key of this test\r\n", i));
    EXPECT_EQ(proxy.exchange(request).status, 200) << i;
    EXPECT_EQ(proxy.exchange(request).status, 200) << i;
  }
  EXPECT_EQ(client_at(clients, server, 2).exchange(get("/")).status, 200);
}

TEST_F(ServerLimitsTest, AHeadWithoutAKeyIsCountedForItsOwnAddress) {
  ServerSettings settings = tight();
  settings.trusted_proxy_hops = 1;
  settings.trusted_proxy_key = "a key of this test";
  settings.limits.connections = {};
  settings.limits.request_bytes = {.per_address = 30'000, .in_all = 100'000};
  RunningServer server(routes(), settings);
  Clients clients;
  const auto send_half = [&](int address) {
    client_at(clients, server, address)
        .send("GET / HTTP/1.1\r\nX-Padding: " + std::string(10'000, 'x'));
  };
  for (int i = 0; i < 20; ++i) send_half(1);
  server.let_it_read();
  // Twenty of them would be more than all may hold.
  const std::string padding = "X-Padding: " + std::string(10'000, 'x') + "\r\n";
  EXPECT_EQ(client_at(clients, server, 2).exchange(get("/", padding)).status, 200);
}

TEST_F(ServerLimitsTest, WithoutAProxyForwardedAddressesAreIgnored) {
  RunningServer server(routes(), tight());
  Clients clients;
  int refused = 0;
  for (int i = 0; i < 5; ++i) {
    SocketClient& client = client_at(clients, server, 2);
    client.send(get("/stream", "X-Forwarded-For: 192.0.2." + std::to_string(i) + "\r\n"));
    if (client.read(false).status == 429) ++refused;
  }
  EXPECT_EQ(refused, 2);
}

}  // namespace
}  // namespace ticketing::http
