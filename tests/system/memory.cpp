#include "system/memory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <stdexcept>

#include "fixtures/project.hpp"

namespace ticketing::system {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The process that was started with that port.
int process_at(std::uint16_t port) {
  const std::string wanted = "PORT=" + std::to_string(port) + '\0';
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const std::string environment = '\0' + read_file(entry.path() / "environ");
    if (environment.find('\0' + wanted) != std::string::npos) return std::stoi(name);
  }
  throw std::runtime_error(fmt::format("no process has port {}", port));
}

}  // namespace

int memory_limit_of(const Part& part) {
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

int peak_memory_at(std::uint16_t port) {
  const std::string status = read_file(fmt::format("/proc/{}/status", process_at(port)));
  return std::stoi(status.substr(status.find("VmHWM:") + 6)) / 1024;
}

}  // namespace ticketing::system
