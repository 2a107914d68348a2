// Who a caller is for the limits of addresses, through real sockets of both kinds of addresses.
#include <fmt/format.h>

#include "common/async/signal.hpp"
#include "fixtures/test_server.hpp"

namespace ticketing::http {
namespace {

Task<Result<Response>> hello(const Request&) { co_return json_response(200, "{}"); }
Task<> follow(StreamWriter& writer) {
  Signal signal(co_await asio::this_coro::executor);
  co_await writer.write("hello");
  while (!writer.closing()) co_await signal.wait_for(std::chrono::minutes{1});
}
Task<Result<Response>> stream(const Request&) {
  Response response;
  response.stream.emplace(Audience::all(), follow);
  co_return response;
}
Routes routes() { return {{"GET", "/", hello}, {"GET", "/stream", stream}}; }

ServerSettings settings_at(const std::string& address) {
  ServerSettings settings;
  settings.address = address;
  settings.limits.streams = {.per_address = 3, .in_all = 100};
  return settings;
}

using Clients = std::vector<std::unique_ptr<SocketClient>>;

class AddressesTest : public testing::Test {
 protected:
  // Where the kernel has no IPv6, callers have no IPv6 addresses.
  static bool has_ipv6() {
    const int socket = ::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in6 loopback{};
    loopback.sin6_family = AF_INET6;
    loopback.sin6_addr = IN6ADDR_LOOPBACK_INIT;
    const bool has = ::bind(socket, reinterpret_cast<sockaddr*>(&loopback), sizeof loopback) == 0;
    ::close(socket);
    return has;
  }
  void SetUp() override {
    if (!has_ipv6()) GTEST_SKIP() << "DID NOT RUN: callers with IPv6 addresses: there is no ::1";
  }
};

// An IPv4 caller looks like "::ffff:127.0.0.2" to a socket for both kinds of addresses.
TEST_F(AddressesTest, AnIPv4CallerOfAnIPv6SocketIsTheIPv4Caller) {
  RunningServer server(routes(), settings_at("::ffff:127.0.0.1"));
  Clients clients;
  const auto open = [&](int last, bool as_ipv6) {
    clients.push_back(
        as_ipv6 ? std::make_unique<SocketClient>(
                      server.port(), fmt::format("::ffff:127.0.0.{}", last), "::ffff:127.0.0.1")
                : std::make_unique<SocketClient>(server.port(), last));
    clients.back()->send(get("/stream"));
    return clients.back()->read(false).status;
  };
  EXPECT_EQ(open(2, true), 200);
  EXPECT_EQ(open(2, false), 200);
  EXPECT_EQ(open(2, true), 200);
  EXPECT_EQ(open(2, false), 429);
  EXPECT_EQ(open(2, true), 429);
  EXPECT_EQ(open(3, true), 200);
  EXPECT_EQ(open(4, false), 200);
}

// The networks of the others are those of a proxy's header.
TEST_F(AddressesTest, AnIPv6CallerIsItsNetworkOf64Bits) {
  ServerSettings settings = settings_at("::1");
  settings.trusted_proxy_hops = 1;
  RunningServer server(routes(), settings);
  Clients clients;
  const auto client = [&]() -> SocketClient& {
    clients.push_back(std::make_unique<SocketClient>(server.port(), "::1", "::1"));
    return *clients.back();
  };
  const auto open = [&](const std::string& address) {
    SocketClient& visitor = client();
    visitor.send(get("/stream", "X-Forwarded-For: " + address + "\r\n"));
    return visitor.read(false).status;
  };
  for (const char* same : {"2001:db8:0:1::1", "2001:DB8:0:1:ffff:ffff:ffff:ffff",
                           "[2001:0db8:0000:0001:8000::]:443"}) {
    EXPECT_EQ(open(same), 200) << same;
  }
  for (int i = 0; i < 8; ++i) {
    EXPECT_EQ(open(fmt::format("2001:db8:0:1:{0:x}:{0:x}:0:{0:x}", i * 4'099)), 429) << i;
  }
  EXPECT_EQ(open("2001:db8:0:2::1"), 200);
  EXPECT_EQ(open("2001:db8::1"), 200) << "the network 0 of the same site";
  EXPECT_EQ(open("2001:db8:1:1::1"), 200);
  // The loopback address is a caller of its own, not one of ::/64.
  for (int i = 0; i < 3; ++i) EXPECT_EQ(open("::1"), 200) << i;
  EXPECT_EQ(open("::1"), 429);
  EXPECT_EQ(open("::2"), 200);
  EXPECT_EQ(open("::ffff:192.0.2.1"), 200);
}

TEST_F(AddressesTest, ConnectionsOfAnIPv6CallerLeaveRoomForOthers) {
  ServerSettings settings = settings_at("::1");
  settings.limits.connections = {.per_address = 4, .in_all = 12};
  RunningServer server(routes(), settings);
  Clients clients;
  for (int i = 0; i < 4; ++i) {
    clients.push_back(std::make_unique<SocketClient>(server.port(), "::1", "::1"));
    ASSERT_EQ(clients.back()->exchange(get("/")).status, 200) << i;
  }
  SocketClient fifth(server.port(), "::1", "::1");
  EXPECT_EQ(fifth.exchange(get("/")).status, 503);
  clients.clear();
  EXPECT_TRUE(eventually(
      [&] { return SocketClient(server.port(), "::1", "::1").exchange(get("/")).status == 200; }));
}

}  // namespace
}  // namespace ticketing::http
