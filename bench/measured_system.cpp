#include "bench/measured_system.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "servers/services.hpp"

namespace ticketing::bench {
namespace {

struct ProcessTimes {
  std::string name;
  pid_t parent = 0;
  long ticks = 0;  // user and system
};

ProcessTimes times_of(const std::filesystem::path& stat_file) {
  std::ifstream file(stat_file);
  std::string text;
  std::getline(file, text);
  // The name stands in parentheses and may hold anything; what follows is numbered from 3
  // (proc(5)).
  std::istringstream rest(text.substr(std::min(text.rfind(')') + 1, text.size())));
  ProcessTimes times;
  const std::size_t name = text.find('(') + 1;
  times.name = text.substr(name, text.rfind(')') - name);
  std::string word;
  for (int field = 3; field <= 15 && rest >> word; ++field) {
    if (field == 4) times.parent = std::stoi(word);
    if (field >= 14) times.ticks += std::stol(word);
  }
  return times;
}

}  // namespace

MeasuredSystem::MeasuredSystem(const std::string& command, std::chrono::seconds limit)
    : folder_(servers::make_temporary_folder("bench")), port_(servers::free_port()) {
  // The user postgres must be able to enter it.
  std::filesystem::permissions(
      folder_, std::filesystem::perms::others_exec | std::filesystem::perms::group_exec,
      std::filesystem::perm_options::add);
  const std::string output = folder_ / "output.log";
  process_.start({.arguments = {command},
                  .output_file = output,
                  .environment = {{"PORT", std::to_string(port_)},
                                  {"DATA_DIR", folder_ / "data"},
                                  {"HOLD_SECONDS", "86400"},
                                  {"JWT_KEY", std::string(jwt_key)},
                                  {"TRUSTED_PROXY_HOPS", "1"},
                                  {"TRUSTED_PROXY_KEY", std::string(proxy_key)},
                                  {"LOG_LEVEL", "warn"}}});
  servers::wait_for_port(process_, port_, output, limit);
}

MeasuredSystem::~MeasuredSystem() {
  process_.stop(std::chrono::seconds{30});
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

bool MeasuredSystem::is_drained() {
  for (const std::string& service : servers::names_of_publishers()) {
    if (count(service, "SELECT count(*) FROM outbox WHERE published_at IS NULL") > 0) return false;
  }
  const std::int64_t orders = count("orders", "SELECT count(*) FROM orders");
  return count("tickets", "SELECT count(*) FROM orders") == orders &&
         count("payments", "SELECT count(*) FROM orders") == orders &&
         count("expiration", "SELECT count(*) FROM expirations WHERE kind = 'order'") == orders &&
         count("orders", "SELECT count(*) + coalesce(sum(version), 0) FROM tickets") ==
             count("tickets", "SELECT count(*) + coalesce(sum(version), 0) FROM tickets");
}

void MeasuredSystem::wait_until_drained() {
  const auto limit = std::chrono::steady_clock::now() + std::chrono::minutes{5};
  while (!is_drained()) {
    if (std::chrono::steady_clock::now() > limit)
      throw std::runtime_error("the sagas did not drain in 5 minutes");
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
}

std::map<std::string, double> MeasuredSystem::cpu_seconds() const {
  std::map<pid_t, ProcessTimes> all;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    all[std::stoi(name)] = times_of(entry.path() / "stat");
  }
  std::set<pid_t> ours = {process_.pid()};
  for (std::size_t before = 0; before != ours.size();) {
    before = ours.size();
    for (const auto& [pid, times] : all) {
      if (ours.contains(times.parent)) ours.insert(pid);
    }
  }
  const auto ticks_a_second = static_cast<double>(::sysconf(_SC_CLK_TCK));
  std::map<std::string, double> seconds;
  for (const pid_t pid : ours)
    seconds[all[pid].name] += static_cast<double>(all[pid].ticks) / ticks_a_second;
  return seconds;
}

}  // namespace ticketing::bench
