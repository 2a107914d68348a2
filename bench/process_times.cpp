#include "bench/process_times.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

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

std::map<std::string, double> cpu_seconds_of(pid_t process) {
  std::map<pid_t, ProcessTimes> all;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    all[std::stoi(name)] = times_of(entry.path() / "stat");
  }
  std::set<pid_t> ours = {process};
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

std::int64_t memory_most_of(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/status");
  std::string word;
  std::int64_t kibibytes = 0;
  while (file >> word && word != "VmHWM:") continue;
  file >> kibibytes;
  return kibibytes * 1024;
}

}  // namespace ticketing::bench
