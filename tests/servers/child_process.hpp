// For tests: a program of the system as a child, which never outlives the test that started it.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "fixtures/project.hpp"

namespace ticketing::servers {

struct Command {
  std::vector<std::string> arguments;  // the first is the program: a path, or a name on PATH
  std::string output_file{};           // standard output and error are appended to it
  std::map<std::string, std::string> environment{};  // added to this process's own
};

// Start it on a thread that lives as long as the child: the kernel kills it when that thread ends.
class ChildProcess {
 public:
  ChildProcess() = default;
  ~ChildProcess() { kill(); }
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // Throws std::runtime_error, naming the program, when it cannot be started.
  void start(const Command& command);
  bool is_running();
  // Asks it to end (SIGTERM by default), kills it after `grace`; gives its exit code, or
  // 128 + the signal that ended it.
  int stop(std::chrono::milliseconds grace = std::chrono::seconds{10}, int signal = 15);
  void kill();    // SIGKILL
  void pause();   // SIGSTOP
  void resume();  // SIGCONT
  // Waits for it to end by itself; kills it after `limit`.
  int wait(std::chrono::milliseconds limit);
  pid_t pid() const { return pid_; }

 private:
  void reap(int options);
  void signal(int number);

  pid_t pid_ = -1;  // -1: none is running
  int exit_code_ = 0;
};

// Runs a program to its end; throws std::runtime_error with its output unless it answered 0.
void run_to_end(const Command& command, std::chrono::milliseconds limit);

using fixtures::project_folder;

// The full path of a program of the system; throws std::runtime_error that names the Debian package
// to install when there is none.
std::string find_program(const std::string& name, const std::string& debian_package);

// An empty folder of the test's own; its creator removes it.
std::filesystem::path make_temporary_folder(const std::string& name);

// A TCP port that is free now and that no other test gets. Why not port 0: what these tests start
// is stopped and started again at its port, and PostgreSQL, Redis and nginx do not say which port
// they got. Not from the range that the kernel hands to clients: a client that connects again and
// again to such a port of a stopped server can meet itself. Scripts take theirs from
// infra/local/free-port.
std::uint16_t free_port();
bool accepts_connections(std::uint16_t port);
// How long a server of one of these tests may take to start.
inline constexpr std::chrono::seconds start_limit{10};
// Polls accepts_connections; throws std::runtime_error with the end of `output_file` when the child
// ends first or `limit` is over.
void wait_for_port(ChildProcess& child, std::uint16_t port, const std::string& output_file,
                   std::chrono::milliseconds limit);
std::string end_of_file(const std::string& path);

}  // namespace ticketing::servers
