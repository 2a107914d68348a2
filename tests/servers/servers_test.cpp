#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <stdexcept>
#include <thread>

#include "servers/child_process.hpp"
#include "servers/nats_server.hpp"
#include "servers/redis_server.hpp"
#include "servers/services.hpp"
#include "servers/tcp_proxy.hpp"

namespace ticketing::servers {
namespace {

TEST(ChildProcess, EndsWithTheExitCodeOfTheProgram) {
  ChildProcess child;
  child.start({.arguments = {"sh", "-c", "exit 7"}});
  EXPECT_EQ(child.wait(std::chrono::seconds{60}), 7);
  EXPECT_FALSE(child.is_running());
}

TEST(ChildProcess, OneThatIgnoresTheRequestToEndIsKilled) {
  const std::filesystem::path folder = make_temporary_folder("child");
  ChildProcess child;
  child.start({.arguments = {"sh", "-c", "trap '' TERM; echo on; while :; do sleep 0.05; done"},
               .output_file = folder / "out"});
  while (child.is_running() && end_of_file(folder / "out") != "on\n")
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  EXPECT_EQ(child.stop(std::chrono::milliseconds{200}), 128 + 9);
  std::filesystem::remove_all(folder);
}

TEST(ChildProcess, AMissingProgramIsNamedTogetherWithItsPackage) {
  try {
    find_program("no-such-server", "some-package");
    FAIL() << "it was found";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(),
                 "no-such-server is missing: install the Debian package some-package");
  }
}

TEST(ChildProcess, TheOutputOfAProgramThatFailedIsPartOfTheError) {
  const std::filesystem::path folder = make_temporary_folder("child");
  try {
    run_to_end({.arguments = {"sh", "-c", "echo broken; exit 3"}, .output_file = folder / "out"},
               std::chrono::seconds{60});
    FAIL() << "it did not fail";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "sh ended with 3\nbroken\n");
  }
  std::filesystem::remove_all(folder);
}

TEST(Services, EachWithAnApiIsReachedByAPathOfItsOwn) {
  const auto paths = api_paths();
  EXPECT_EQ(std::ranges::count(described_services(), true, &DescribedService::has_api),
            std::set(paths.begin(), paths.end()).size());
  EXPECT_EQ(std::ranges::count(paths, "/api/users"), 1);
}

TEST(RedisServer, KeepsItsDataOverARestartAndLosesItWhenWiped) {
  RedisServer server("secret");
  server.command({"SET", "key", "value"});
  server.restart();
  EXPECT_EQ(server.command({"GET", "key"}), "value\n");
  server.wipe();
  EXPECT_EQ(server.command({"GET", "key"}), "\n");
}

TEST(NatsServer, AnswersOnTheSamePortAfterARestart) {
  NatsServer server;
  const std::uint16_t port = server.port();
  server.kill();
  EXPECT_FALSE(accepts_connections(port));
  server.start();
  EXPECT_TRUE(accepts_connections(port));
}

// What redis-cli prints when it asks through `port` and may take `limit`.
std::string ping(std::uint16_t port, std::chrono::milliseconds limit) {
  const std::filesystem::path folder = make_temporary_folder("ping");
  ChildProcess client;
  client.start({.arguments = {"redis-cli", "-p", std::to_string(port), "PING"},
                .output_file = folder / "out"});
  client.wait(limit);
  const std::string answer = end_of_file(folder / "out");
  std::filesystem::remove_all(folder);
  return answer;
}

TEST(TcpProxy, PassesOnDropsCutsAndHeals) {
  const RedisServer server;
  TcpProxy link(server.port());
  constexpr std::chrono::seconds wait_max{10};
  EXPECT_EQ(ping(link.port(), wait_max), "PONG\n");
  link.hold();
  EXPECT_EQ(ping(link.port(), std::chrono::milliseconds{300}), "");
  link.cut();
  EXPECT_NE(ping(link.port(), wait_max), "PONG\n");
  link.heal();
  EXPECT_EQ(ping(link.port(), wait_max), "PONG\n");
}

}  // namespace
}  // namespace ticketing::servers
