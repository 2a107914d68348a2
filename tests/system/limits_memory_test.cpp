// Six thousand callers who do not finish their requests stay within the memory that the manifests
// give to each program.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>

#include "fixtures/project.hpp"
#include "system/marketplace.hpp"

namespace ticketing::system {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

constexpr int callers = 6'000;

std::string read(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// In MiB, out of infra/k8s/base; the smallest of all for the program that is all of them.
int limit_of(const Part& part) {
  static const std::regex limit(R"(limits: \{[^}]*memory: ([0-9]+)Mi)");
  int smallest = 1'000'000;
  for (const std::string& service : part.services) {
    const std::string text = fixtures::read_file_of_project("infra/k8s/base/" + service + ".yaml");
    std::smatch found;
    if (!std::regex_search(text, found, limit)) throw std::runtime_error("no limit in " + service);
    smallest = std::min(smallest, std::stoi(found[1]));
  }
  return smallest;
}

// The process that was started with that port.
int process_at(std::uint16_t port) {
  const std::string wanted = "PORT=" + std::to_string(port) + '\0';
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const std::string environment = '\0' + read(entry.path() / "environ");
    if (environment.find('\0' + wanted) != std::string::npos) return std::stoi(name);
  }
  throw std::runtime_error(fmt::format("no process has port {}", port));
}

// The most that it ever had in memory, in MiB.
int peak_of(int process) {
  const std::string status = read(fmt::format("/proc/{}/status", process));
  return std::stoi(status.substr(status.find("VmHWM:") + 6)) / 1024;
}

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
    const int peak = peak_of(process_at(part.port)), limit = limit_of(part);
    fmt::print("{}: {} MiB of {}\n", part.program, peak, limit);
    EXPECT_LT(peak, limit) << part.program;
  }
}

}  // namespace
}  // namespace ticketing::system
