// The server with callers that are slow, many, faulty or disconnected, and with handlers that hang.
#include <fcntl.h>
#include <sys/resource.h>

#include <array>
#include <atomic>
#include <vector>

#include "common/async/signal.hpp"
#include "common/async/timers.hpp"
#include "common/base/exceptions.hpp"
#include "common/base/random.hpp"
#include "fixtures/test_server.hpp"

namespace ticketing::http {
namespace {

using std::chrono::milliseconds;

std::atomic<int> running{0};
std::atomic<int> ended{0};
std::atomic<bool> release{false};

struct Running {
  Running() { ++running; }
  ~Running() {
    --running;
    ++ended;
  }
};

Task<Result<Response>> hello(const Request&) { co_return json_response(200, "{}"); }

Task<Result<Response>> sleep_long(const Request&) {
  const Running counted;
  SystemTimers timers;
  co_await timers.sleep_for(std::chrono::minutes{1});
  co_return Response{};
}

// A wait that cancellation does not end: each Signal::wait_for ignores it, and the body is touched
// at the end to show that the request is still there.
Task<> stubborn_wait() {
  while (!release) {
    const Executor executor = co_await asio::this_coro::executor;
    co_await suspend<int>(executor, [executor](Resume<int> resume) {
      // The thread moves the waiter out: after it resumed, the context may be destroyed, too.
      std::thread([executor, waiter = std::move(resume)]() mutable {
        while (!release) std::this_thread::sleep_for(milliseconds{1});
        asio::post(executor, [waiter = std::move(waiter)]() mutable { waiter(0); });
      }).detach();
    });
  }
}

Task<Result<Response>> hang(const Request& request) {
  const Running counted;
  co_await stubborn_wait();
  co_return json_response(200, request.body);
}

// For tests of what comes late; others are not to be late where the machine is slow.
ServerSettings quick() {
  ServerSettings settings;
  settings.header_timeout = milliseconds{150};
  settings.body_timeout = milliseconds{150};
  settings.idle_timeout = milliseconds{1'000};
  return settings;
}
ServerSettings with_quick_handlers() {
  ServerSettings settings;
  settings.handler_timeout = milliseconds{150};
  return settings;
}

Routes routes() {
  return {{"GET", "/", hello},
          {"POST", "/", hello},
          {"GET", "/sleep", sleep_long},
          {"POST", "/sleep", sleep_long},
          {"POST", "/hang", hang}};
}

class ServerFaults : public testing::Test {
 protected:
  void SetUp() override {
    running = ended = 0;
    release = false;
  }
};

TEST_F(ServerFaults, SlowHeadsGet408) {
  RunningServer server(routes(), quick());
  SocketClient client(server.port());
  client.send("GET / HT");
  const Reply reply = client.read();
  EXPECT_EQ(reply.status, 408);
  EXPECT_NE(reply.body.find("\"request_timeout\""), std::string::npos);
  EXPECT_TRUE(client.is_closed_by_peer());
}

TEST_F(ServerFaults, ADrippingHeadGainsNoTime) {
  RunningServer server(routes(), quick());
  SocketClient client(server.port());
  const auto start = std::chrono::steady_clock::now();
  std::atomic<bool> done{false};
  std::thread drip([&] {
    for (int i = 0; i < 4'000 && !done; ++i) {
      client.send(i == 0 ? "GET / HTTP/1.1\r\nA: " : "a");
      std::this_thread::sleep_for(milliseconds{10});
    }
  });
  EXPECT_EQ(client.read().status, 408);
  done = true;
  drip.join();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds{20});
}

TEST_F(ServerFaults, SlowBodiesGet408) {
  RunningServer server(routes(), quick());
  SocketClient client(server.port());
  client.send(
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
      "Content-Length: 10\r\n\r\n{");
  EXPECT_EQ(client.read().status, 408);
  EXPECT_TRUE(client.is_closed_by_peer());
}

TEST_F(ServerFaults, IdleConnectionsAreClosedWithoutAnAnswer) {
  RunningServer server(routes(), quick());
  SocketClient fresh(server.port()), used(server.port());
  EXPECT_EQ(used.exchange(get("/")).status, 200);
  EXPECT_TRUE(fresh.is_closed_by_peer());
  EXPECT_TRUE(used.is_closed_by_peer());
}

TEST_F(ServerFaults, AnOverdueHandlerIsStopped) {
  RunningServer server(routes(), with_quick_handlers());
  SocketClient client(server.port());
  const Reply reply = client.exchange(get("/sleep"));
  EXPECT_EQ(reply.status, 503);
  EXPECT_EQ(reply.headers.at("retry-after"), "1");
  EXPECT_NE(reply.body.find("\"unavailable\""), std::string::npos);
  EXPECT_TRUE(client.is_closed_by_peer());
  EXPECT_TRUE(eventually([] { return running == 0; }));

  SocketClient other(server.port());
  EXPECT_NE(other.exchange(post("/sleep", "{}")).body.find("\"outcome_unknown\""),
            std::string::npos)
      << "what an unsafe request did is not known";
}

TEST_F(ServerFaults, AHandlerThatCannotBeStoppedIsAnsweredFor) {
  RunningServer server(routes(), with_quick_handlers());
  SocketClient client(server.port());
  const Reply reply = client.exchange(post("/hang", R"({"a":1})"));
  EXPECT_EQ(reply.status, 503);
  EXPECT_NE(reply.body.find("\"outcome_unknown\""), std::string::npos);
  EXPECT_TRUE(client.is_closed_by_peer());
  EXPECT_EQ(running, 1) << "it runs on";
  release = true;
  EXPECT_TRUE(eventually([] { return ended == 1; }));
  SocketClient other(server.port());
  EXPECT_EQ(other.exchange(get("/")).status, 200);
  EXPECT_TRUE(eventually([&] { return server.records().size() == 2; }));
  EXPECT_EQ(server.records()[0].status, 503);
}

TEST_F(ServerFaults, TooManyRequestsAtOnceAreRefused) {
  ServerSettings settings;
  settings.limits.requests.in_all = 2;
  settings.handler_timeout = std::chrono::minutes{1};
  RunningServer server(routes(), settings);
  SocketClient first(server.port()), second(server.port()), third(server.port());
  first.send(post("/hang", "1"));
  second.send(post("/hang", "2"));
  ASSERT_TRUE(eventually([] { return running == 2; }));
  const Reply reply = third.exchange(get("/"));
  EXPECT_EQ(reply.status, 503);
  EXPECT_EQ(reply.headers.at("retry-after"), "1");
  release = true;
  EXPECT_EQ(first.read().body, "1");
  EXPECT_EQ(second.read().body, "2");
  EXPECT_EQ(third.exchange(get("/")).status, 200);
}

TEST_F(ServerFaults, TooManyConnectionsAreRefused) {
  ServerSettings settings;
  settings.limits.connections.in_all = 2;
  RunningServer server(routes(), settings);
  SocketClient first(server.port()), second(server.port());
  EXPECT_EQ(first.exchange(get("/")).status, 200);
  EXPECT_EQ(second.exchange(get("/")).status, 200);
  SocketClient third(server.port());
  EXPECT_EQ(third.exchange(get("/")).status, 503);
  EXPECT_TRUE(third.is_closed_by_peer());
  first.close();
  EXPECT_TRUE(
      eventually([&] { return SocketClient(server.port()).exchange(get("/")).status == 200; }));
}

TEST_F(ServerFaults, HalfARequestAndACloseDoNoHarm) {
  RunningServer server(routes());
  for (const char* part : {"G", "GET / HTTP/1.1\r\n",
                           "POST / HTTP/1.1\r\nHost: x\r\n"
                           "Content-Length: 5\r\nContent-Type: application/json\r\n\r\nab"}) {
    SocketClient client(server.port());
    client.send(part);
    client.shut_sending();
    EXPECT_TRUE(client.is_closed_by_peer()) << part;
  }
  SocketClient client(server.port());
  EXPECT_EQ(client.exchange(get("/")).status, 200);
}

TEST_F(ServerFaults, AHalfClosedCallerStillGetsItsAnswer) {
  RunningServer server(routes());
  SocketClient client(server.port());
  client.send(get("/"));
  client.shut_sending();
  EXPECT_EQ(client.read().status, 200);
  EXPECT_TRUE(client.is_closed_by_peer());
}

TEST_F(ServerFaults, AThousandConnectionsComeAndGo) {
  RunningServer server(routes());
  for (int i = 0; i < 1000; ++i) {
    SocketClient client(server.port());
    if (i % 3 == 0) client.send("GET /");
    if (i % 3 == 1) ASSERT_EQ(client.exchange(get("/")).status, 200) << i;
  }
  SocketClient client(server.port());
  EXPECT_EQ(client.exchange(get("/")).status, 200);
}

TEST_F(ServerFaults, GarbageGetsA4xxOrAClose) {
  RunningServer server(routes());
  SeededRandom random(7);
  const std::string good = post("/", R"({"a":1})", "Cookie: a=b\r\n");
  for (int round = 0; round < 400; ++round) {
    std::string bytes;
    if (round % 2 == 0) {
      bytes.resize(1 + random.below(600));
      for (char& c : bytes) c = static_cast<char>(random.below(256));
    } else {
      bytes = good;
      for (int i = 0; i < 3; ++i) {
        bytes[random.below(bytes.size())] = static_cast<char>(random.below(256));
      }
    }
    SocketClient client(server.port());
    client.send(bytes);
    client.shut_sending();
    for (Reply reply = client.read(); reply.status != 0; reply = client.read()) {
      ASSERT_TRUE(reply.head.starts_with("HTTP/1.1 ")) << reply.head;
      ASSERT_TRUE(reply.status == 200 || (reply.status >= 400 && reply.status < 500))
          << reply.status << " in round " << round;
      if (reply.status != 200) {
        ASSERT_TRUE(reply.body.starts_with(R"({"type":"/problems/)")) << reply.body;
      }
    }
    ASSERT_EQ(client.read_to_end(), "");
  }
  SocketClient client(server.port());
  EXPECT_EQ(client.exchange(get("/")).status, 200);
}

// No descriptor can be opened while it lives.
class NoDescriptors {
 public:
  NoDescriptors() {
    EXPECT_EQ(::getrlimit(RLIMIT_NOFILE, &before_), 0);
    const int next = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    ::close(next);
    const rlimit tight{.rlim_cur = static_cast<rlim_t>(next), .rlim_max = before_.rlim_max};
    EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &tight), 0);
    // What was closed meanwhile below the limit.
    for (int freed = next; freed >= 0;) {
      freed = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
      if (freed >= 0) held_.push_back(freed);
    }
  }
  ~NoDescriptors() {
    for (const int descriptor : held_) ::close(descriptor);
    EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &before_), 0);
  }
  NoDescriptors(const NoDescriptors&) = delete;
  NoDescriptors& operator=(const NoDescriptors&) = delete;

 private:
  rlimit before_{};
  std::vector<int> held_;
};

TEST_F(ServerFaults, RunningOutOfDescriptorsShedsAndRecovers) {
  RunningServer server(routes(), ServerSettings{});
  // A thread that starts may give a descriptor back late: the first connections take such ones.
  std::array<SocketClient, 4> callers;
  SocketClient later;
  {
    const NoDescriptors none;
    for (SocketClient& caller : callers) caller.connect(server.port());
    const Reply reply = callers.back().read();
    ASSERT_EQ(reply.status, 503);
    EXPECT_EQ(reply.headers.at("retry-after"), "1");
  }
  later.connect(server.port());
  EXPECT_EQ(later.exchange(get("/")).status, 200);
}

// A caller that can cause 503 could fill the log otherwise.
TEST_F(ServerFaults, UnavailabilityIsLoggedOnceASecondAndByInputNotAsAnError) {
  constexpr int requests = 200;
  const auto lines_with = [](const std::string& log, const std::string& words) {
    int lines = 0;
    for (std::size_t at = log.find(words); at != std::string::npos; at = log.find(words, at + 1))
      ++lines;
    return lines;
  };
  for (const std::string path : {"/refused", "/thrown"}) {
    testing::internal::CaptureStderr();
    const auto begun = std::chrono::steady_clock::now();
    {
      RunningServer server({{"GET", "/refused",
                             [](const Request&) -> Task<Result<Response>> {
                               co_return refuse(ErrorKind::unavailable, Code("not_now", {}),
                                                "Not now.");
                             }},
                            {"GET", "/thrown", [](const Request&) -> Task<Result<Response>> {
                               throw Unavailable("the store does not answer");
                               co_return Response{};
                             }}});
      SocketClient client(server.port());
      for (int i = 0; i < requests; ++i) EXPECT_EQ(client.exchange(get(path)).status, 503);
      std::this_thread::sleep_for(milliseconds{1'200});
    }
    const auto seconds =
        std::chrono::ceil<std::chrono::seconds>(std::chrono::steady_clock::now() - begun);
    const std::string log = testing::internal::GetCapturedStderr();
    EXPECT_GE(lines_with(log, "requests answered 503"), 1) << log;
    EXPECT_LE(lines_with(log, "\n"), seconds.count() + 1) << log;
    EXPECT_EQ(lines_with(log, R"("level":"error")") > 0, path == "/thrown") << log;
  }
}

}  // namespace
}  // namespace ticketing::http
