// The rule about what only the adapters ask the system for: a simulation gives all others its own.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <string_view>

#include "architecture/source_rules.hpp"

namespace ticketing::architecture {
namespace {

struct Ban {
  std::string_view call;
  std::string_view instead;
};

constexpr std::string_view clock = "ask the platform's Clock",
                           timers = "wait on the platform's Timers, or on a Signal",
                           threads = "start a coroutine, or give blocking work to a WorkerPool",
                           randomness = "draw from the platform's Random";
constexpr std::array bans{Ban{"lock::now(", clock},
                          Ban{"clock_gettime", clock},
                          Ban{"gettimeofday", clock},
                          Ban{"time(nullptr", clock},
                          Ban{"steady_timer", timers},
                          Ban{"system_timer", timers},
                          Ban{"high_resolution_timer", timers},
                          Ban{"this_thread::sleep", timers},
                          Ban{"usleep(", timers},
                          Ban{"nanosleep", timers},
                          Ban{"std::thread", threads},
                          Ban{"std::jthread", threads},
                          Ban{"std::async", threads},
                          Ban{"thread_pool", threads},
                          Ban{"pthread_create", threads},
                          Ban{"random_device", randomness},
                          Ban{"mt19937", randomness},
                          Ban{"getrandom", randomness},
                          Ban{"randombytes_", randomness},
                          Ban{" rand()", randomness}};

}  // namespace

const std::vector<std::string>& adapters_to_the_system() {
  static const std::vector<std::string> all{
      // What stands for the system itself.
      "src/common/base/clock.hpp", "src/common/base/random.", "src/common/base/span.cpp",
      "src/common/async/async.cpp", "src/common/async/signal.hpp", "src/common/async/worker_pool.",
      // Adapters of libraries with loops of their own.
      "src/common/bus/jetstream/", "src/common/jobs/redis/", "src/common/db/postgres/",
      "src/common/db/sqlite/execution_queue.", "src/common/http/client.cpp",
      "src/common/http/server.cpp", "src/common/jail/", "src/common/files/folder/",
      // Programs of their own, beside the services.
      "src/delivery/reading/worker/", "src/admin/"};
  return all;
}

Faults check_system(const SourceFile& file) {
  if (is_test(file.path)) return {};
  const auto is_this = [&](const std::string& place) { return file.path.starts_with(place); };
  if (std::ranges::any_of(adapters_to_the_system(), is_this)) return {};
  return asks_the_system(file);
}

Faults asks_the_system(const SourceFile& file) {
  Faults faults;
  std::istringstream lines(file.text);
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    const std::string code = line.substr(0, line.find("//"));
    for (const auto& [call, instead] : bans) {
      if (code.find(call) != std::string::npos)
        faults.push_back(
            fmt::format("{}:{} asks the system by \"{}\": {}", file.path, number, call, instead));
    }
  }
  return faults;
}

}  // namespace ticketing::architecture
