// Streams, and the effect of draining on streams and requests.
#include <atomic>
#include <stdexcept>

#include "common/async/signal.hpp"
#include "common/async/timers.hpp"
#include "fixtures/test_server.hpp"

namespace ticketing::http {
namespace {

using std::chrono::milliseconds;

std::atomic<int> streams{0};
std::atomic<int> started{0};
std::atomic<bool> saw_closing{false};
std::atomic<bool> may_end{false};

struct Counted {
  Counted() {
    ++streams;
    ++started;
  }
  ~Counted() { --streams; }
};

Task<> three(StreamWriter& writer) {
  co_await writer.write("one ");
  co_await writer.write("");
  co_await writer.write("two ");
  co_await writer.write(std::string(100'000, '3'));
}
Task<> wait_by_timer(StreamWriter& writer) {
  const Counted counted;
  SystemTimers timers;
  co_await writer.write("hello");
  while (!writer.closing()) co_await timers.sleep_for(std::chrono::minutes{1});
}
Task<> wait_by_signal(StreamWriter& writer) {
  const Counted counted;
  Signal signal(co_await asio::this_coro::executor);
  co_await writer.write("hello");
  while (!writer.closing()) co_await signal.wait_for(std::chrono::minutes{1});
  saw_closing = true;
}
Task<> flood(StreamWriter& writer) {
  const Counted counted;
  const std::string piece(64 * 1024, 'x');
  for (;;) co_await writer.write(piece);
}
Task<> fail(StreamWriter& writer) {
  co_await writer.write("begun");
  throw std::runtime_error("broken");
}

template <Task<> (*body)(StreamWriter&)>
Task<Result<Response>> streaming(const Request&) {
  Response response;
  response.headers.add("Content-Type", "text/event-stream");
  response.stream.emplace(Audience::all(), body);
  co_return response;
}
Task<Result<Response>> hello(const Request&) { co_return json_response(200, "{}"); }
Task<Result<Response>> wait_for_the_test(const Request&) {
  ++started;
  SystemTimers timers;
  while (!may_end) co_await timers.sleep_for(milliseconds{2});
  co_return json_response(200, "done");
}
Task<Result<Response>> sleep_long(const Request&) {
  const Counted counted;
  SystemTimers timers;
  co_await timers.sleep_for(std::chrono::minutes{1});
  co_return json_response(200, "done");
}

Routes routes() {
  return {{"GET", "/", hello},
          {"GET", "/until", wait_for_the_test},
          {"GET", "/long", sleep_long},
          {"GET", "/three", streaming<three>},
          {"GET", "/timer", streaming<wait_by_timer>},
          {"GET", "/signal", streaming<wait_by_signal>},
          {"GET", "/flood", streaming<flood>},
          {"GET", "/fail", streaming<fail>}};
}

class Streams : public testing::Test {
 protected:
  void SetUp() override {
    streams = started = 0;
    saw_closing = may_end = false;
  }
};
using Drain = Streams;

TEST_F(Streams, AreSentChunked) {
  RunningServer server(routes());
  SocketClient client(server.port());
  const Reply reply = client.exchange(get("/three"));
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.headers.at("x-accel-buffering"), "no");
  EXPECT_EQ(reply.headers.at("transfer-encoding"), "chunked");
  EXPECT_EQ(reply.headers.at("content-type"), "text/event-stream");
  EXPECT_EQ(reply.body, "one two " + std::string(100'000, '3'));
  EXPECT_TRUE(client.is_closed_by_peer());
}

TEST_F(Streams, EndWithTheConnectionForHttpOneZero) {
  RunningServer server(routes());
  SocketClient client(server.port());
  client.send("GET /three HTTP/1.0\r\n\r\n");
  const Reply reply = client.read(false);
  EXPECT_FALSE(reply.headers.contains("transfer-encoding"));
  EXPECT_EQ(client.read_to_end(), "one two " + std::string(100'000, '3'));
}

TEST_F(Streams, HeadGetsNoBody) {
  RunningServer server(routes());
  SocketClient client(server.port());
  client.send("HEAD /flood HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.read(false).status, 200);
  EXPECT_EQ(client.exchange(get("/")).body, "{}");
  EXPECT_EQ(started, 0);
}

TEST_F(Streams, EndSoonAfterTheirCallerHasGone) {
  RunningServer server(routes());
  for (const char* path : {"/timer", "/signal", "/flood"}) {
    SocketClient client(server.port());
    client.send(get(path));
    EXPECT_EQ(client.read(false).status, 200);
    ASSERT_TRUE(eventually([] { return streams == 1; })) << path;
    client.close();
    EXPECT_TRUE(eventually([] { return streams == 0; })) << path;
  }
}

TEST_F(Streams, EndWhenTheirCallerDoesNotRead) {
  ServerSettings settings;
  settings.write_timeout = milliseconds{150};
  RunningServer server(routes(), settings);
  SocketClient client(server.port());
  client.send(get("/flood"));
  ASSERT_TRUE(eventually([] { return started == 1; }));
  EXPECT_TRUE(eventually([] { return streams == 0; }));
}

TEST_F(Streams, OutliveTheTimeOutsOfRequests) {
  ServerSettings settings;
  settings.header_timeout = settings.body_timeout = settings.idle_timeout =
      settings.handler_timeout = settings.write_timeout = milliseconds{400};
  RunningServer server(routes(), settings);
  SocketClient client(server.port());
  client.send(get("/timer"));
  EXPECT_EQ(client.read(false).status, 200);
  std::this_thread::sleep_for(milliseconds{1'000});
  EXPECT_EQ(streams, 1);
}

TEST_F(Streams, ThatBreakLackTheirLastChunk) {
  RunningServer server(routes());
  SocketClient client(server.port());
  const Reply reply = client.exchange(get("/fail"));
  EXPECT_EQ(reply.body, "begun");
  EXPECT_FALSE(reply.headers.contains("last-chunk"));
}

TEST_F(Streams, DoNotCountAsRequestsInFlight) {
  ServerSettings settings;
  settings.limits.requests.in_all = 1;
  RunningServer server(routes(), settings);
  SocketClient first(server.port()), second(server.port());
  first.send(get("/timer"));
  EXPECT_EQ(first.read(false).status, 200);
  EXPECT_EQ(second.exchange(get("/")).status, 200);
}

TEST_F(Streams, ManyIdleOnesAreServedByOneThread) {
  RunningServer server(routes());
  std::vector<std::unique_ptr<SocketClient>> clients;
  for (int i = 0; i < 200; ++i) {
    clients.push_back(std::make_unique<SocketClient>(server.port()));
    clients.back()->send(get("/signal"));
  }
  EXPECT_TRUE(eventually([] { return streams == 200; }));
  EXPECT_EQ(SocketClient(server.port()).exchange(get("/")).status, 200);
  clients.clear();
  EXPECT_TRUE(eventually([] { return streams == 0; }));
}

TEST_F(Drain, LetsARunningRequestFinish) {
  RunningServer server(routes());
  SocketClient client(server.port());
  client.send(get("/until"));
  ASSERT_TRUE(eventually([] { return started == 1; }));
  auto drained = server.begin_drain(std::chrono::minutes{1});
  server.let_it_read();
  may_end = true;
  const Reply reply = client.read();
  EXPECT_EQ(reply.body, "done");
  EXPECT_EQ(reply.headers.at("connection"), "close");
  EXPECT_TRUE(client.is_closed_by_peer());
  EXPECT_EQ(drained.wait_for(std::chrono::seconds{30}), std::future_status::ready);
}

TEST_F(Drain, ClosesIdleConnectionsAndTakesNoNewOnes) {
  RunningServer server(routes());
  SocketClient idle(server.port());
  EXPECT_EQ(idle.exchange(get("/")).status, 200);
  server.begin_drain(std::chrono::seconds{5}).get();
  EXPECT_TRUE(idle.is_closed_by_peer());
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(server.port());
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_NE(::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ::close(socket);
}

TEST_F(Drain, LetsAPartlyReceivedRequestArrive) {
  RunningServer server(routes());
  SocketClient client(server.port());
  client.send("GET / HTTP/1.1\r\n");
  server.let_it_read();
  auto drained = server.begin_drain(std::chrono::minutes{1});
  server.let_it_read();
  client.send("Host: x\r\n\r\n");
  EXPECT_EQ(client.read().headers["connection"], "close");
  drained.get();
}

TEST_F(Drain, EndsStreamsProperly) {
  RunningServer server(routes());
  SocketClient by_timer(server.port()), by_signal(server.port());
  by_timer.send(get("/timer"));
  by_signal.send(get("/signal"));
  ASSERT_TRUE(eventually([] { return streams == 2; }));
  server.let_it_read();
  auto drained = server.begin_drain(std::chrono::minutes{1});
  for (SocketClient* client : {&by_timer, &by_signal}) {
    const Reply reply = client->read();
    EXPECT_EQ(reply.body, "hello");
    EXPECT_EQ(reply.headers.count("last-chunk"), 1);
  }
  EXPECT_EQ(drained.wait_for(std::chrono::seconds{30}), std::future_status::ready);
  EXPECT_TRUE(saw_closing);
}

TEST_F(Drain, EndsWithItsGrace) {
  RunningServer server(routes());
  SocketClient client(server.port()), half(server.port());
  client.send(get("/long"));
  half.send("GET /");
  ASSERT_TRUE(eventually([] { return streams == 1; }));
  const auto start = std::chrono::steady_clock::now();
  server.begin_drain(std::chrono::seconds{0}).get();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds{30});
  EXPECT_TRUE(client.is_closed_by_peer());
  EXPECT_EQ(streams, 0) << "what can be stopped was stopped";
}

TEST_F(Drain, MayBeAskedForTwice) {
  RunningServer server(routes());
  server.begin_drain(std::chrono::seconds{1}).get();
  server.begin_drain(std::chrono::seconds{1}).get();
}

}  // namespace
}  // namespace ticketing::http
