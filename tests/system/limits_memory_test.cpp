// Six thousand callers who do not finish their requests stay within the memory that the manifests
// give to each program.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "system/marketplace.hpp"
#include "system/memory.hpp"

namespace ticketing::system {
namespace {

using std::chrono::milliseconds;

constexpr int callers = 6'000;

void send_unfinished_requests(std::uint16_t port) {
  const std::string body = fmt::format(
      "POST /api/users/signin HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
      "Content-Length: 65000\r\n\r\n{}",
      std::string(60'000, ' '));
  const std::string head =
      "GET /api/tickets HTTP/1.1\r\nHost: localhost\r\nX-Long: " + std::string(15'000, 'x');
  std::vector<std::unique_ptr<Connection>> connections;
  for (int i = 0; i < callers; ++i) {
    connections.push_back(std::make_unique<Connection>(port, milliseconds{5'000}, 2 + i / 900));
    try {
      connections.back()->send(i % 2 == 0 ? body : head);
    } catch (const ConnectionLost&) {  // it was refused: that is what limits do
    }
  }
}

TEST(Memory, StaysWithinTheManifestsLimitWithUnfinishedRequests) {
  rlimit files{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &files), 0);
  files.rlim_cur = files.rlim_max;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &files), 0);
  ASSERT_GT(files.rlim_cur, static_cast<rlim_t>(callers + 100));
  Marketplace marketplace;
  for (const Part& part : marketplace.system().parts()) {
    send_unfinished_requests(part.port);
    const int peak = peak_memory_at(part.port), limit = memory_limit_of(part);
    fmt::print("{}: {} MiB of {}\n", part.program, peak, limit);
    EXPECT_LT(peak, limit) << part.program;
  }
}

}  // namespace
}  // namespace ticketing::system
