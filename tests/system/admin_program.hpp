// ticketing-admin as an operator runs it, in either shape.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "servers/child_process.hpp"
#include "system/distributed_system.hpp"
#include "system/system.hpp"

namespace ticketing::system {

inline constexpr const char* operator_token = "an-operator-of-tests-0123456789";

struct AdminAnswer {
  int code = 0;
  std::string text;  // of both outputs
};

class AdminProgram {
 public:
  explicit AdminProgram(System& system) : system_(system) {}
  ~AdminProgram() { std::filesystem::remove_all(folder_); }

  void start(std::vector<std::string> words) {
    words.insert(words.begin(), programs_folder() + "/ticketing-admin");
    servers::Command command{.arguments = std::move(words), .output_file = output()};
    std::filesystem::remove(output());
    if (auto* distributed = dynamic_cast<DistributedSystem*>(&system_)) {
      command.environment["NATS_URL"] = distributed->servers().nats.url("operator");
    } else {
      command.environment["OPERATOR_TOKEN"] = operator_token;
      command.arguments.insert(
          command.arguments.end(),
          {"--url", "http://127.0.0.1:" + std::to_string(system_.port_of("/"))});
    }
    child_.start(command);
  }
  AdminAnswer run(std::vector<std::string> words) {
    start(std::move(words));
    return answer();
  }
  // A command for one service, which goes to that service in either shape.
  AdminAnswer ask(const std::string& service, std::vector<std::string> words) {
    words.insert(words.begin(), programs_folder() + "/ticketing-admin");
    const std::string port = std::to_string(port_of_service(system_, service));
    words.insert(words.end(), {"--url", "http://127.0.0.1:" + port});
    std::filesystem::remove(output());
    child_.start({.arguments = std::move(words),
                  .output_file = output(),
                  .environment = {{"OPERATOR_TOKEN", operator_token}}});
    return answer();
  }

 private:
  AdminAnswer answer() {
    const int code = child_.wait(patient(std::chrono::minutes{2}));
    return {.code = code, .text = servers::end_of_file(output())};
  }
  std::string output() const { return (folder_ / "output").string(); }

  System& system_;
  std::filesystem::path folder_ = servers::make_temporary_folder("admin");
  servers::ChildProcess child_;
};

}  // namespace ticketing::system
