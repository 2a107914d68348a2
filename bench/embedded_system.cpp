#include "bench/embedded_system.hpp"

#include <sqlite3.h>
#include <unistd.h>

#include <fstream>
#include <stdexcept>
#include <thread>

namespace ticketing::bench {
namespace {

std::int64_t unpublished_in(const std::string& path) {
  sqlite3* handle = nullptr;
  std::int64_t count = -1;
  const auto take = [](void* out, int, char** values, char**) {
    *static_cast<std::int64_t*>(out) = std::stoll(values[0]);
    return 0;
  };
  if (sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK) {
    sqlite3_busy_timeout(handle, 5'000);
    sqlite3_exec(handle, "SELECT count(*) FROM outbox WHERE published_at IS NULL", take, &count,
                 nullptr);
  }
  sqlite3_close(handle);
  if (count < 0) throw std::runtime_error("cannot count the outbox of " + path);
  return count;
}

}  // namespace

EmbeddedSystem::EmbeddedSystem(const std::string& program)
    : folder_(servers::make_temporary_folder("bench")), port_(servers::free_port()) {
  const std::string output = folder_ / "output.log";
  process_.start({.arguments = {program},
                  .output_file = output,
                  .environment = {{"PORT", std::to_string(port_)},
                                  {"DATA_DIR", folder_ / "data"},
                                  {"HOLD_SECONDS", "86400"},
                                  {"LOG_LEVEL", "warn"}}});
  servers::wait_for_port(process_, port_, output, std::chrono::seconds{20});
}

EmbeddedSystem::~EmbeddedSystem() {
  process_.stop();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::int64_t EmbeddedSystem::unpublished_events() const {
  std::int64_t count = 0;
  for (const char* service : {"tickets", "orders", "expiration", "payments"}) {
    count += unpublished_in(folder_ / "data" / (std::string(service) + ".db"));
  }
  return count;
}

void EmbeddedSystem::wait_until_drained() const {
  const auto limit = std::chrono::steady_clock::now() + std::chrono::minutes{5};
  while (unpublished_events() > 0) {
    if (std::chrono::steady_clock::now() > limit)
      throw std::runtime_error("the sagas did not drain in 5 minutes");
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
}

double EmbeddedSystem::cpu_seconds() const {
  std::ifstream stat("/proc/" + std::to_string(process_.pid()) + "/stat");
  std::string word;
  long ticks = 0;
  // Fields 14 and 15 (proc(5)); the second one, the name, has no space in it here.
  for (int field = 1; field <= 15 && stat >> word; ++field) {
    if (field >= 14) ticks += std::stol(word);
  }
  return static_cast<double>(ticks) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

}  // namespace ticketing::bench
