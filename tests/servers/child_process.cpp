#include "servers/child_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <mutex>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "servers/loopback.hpp"

namespace ticketing::servers {
namespace {

constexpr std::chrono::milliseconds poll_interval{5};

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error(what + ": " + std::strerror(errno));
}

std::vector<std::string> environment_of(const Command& command) {
  std::vector<std::string> all;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    if (!command.environment.contains(text.substr(0, text.find('=')))) all.push_back(text);
  }
  for (const auto& [name, value] : command.environment) all.push_back(name + "=" + value);
  return all;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

// Between fork and exec only calls that are safe in a process with threads.
[[noreturn]] void become(const std::string& program, char** arguments, char** environment,
                         int output, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(126);
  ::setpgid(0, 0);  // Ctrl-C must not end the servers before the test
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execve(program.c_str(), arguments, environment);
  ::_exit(127);
}

template <class Call>
bool with_socket(std::uint16_t port, Call call) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) fail("socket");
  const sockaddr_in address = loopback(port);
  const bool worked = call(fd, reinterpret_cast<const sockaddr*>(&address),
                           static_cast<socklen_t>(sizeof address)) == 0;
  ::close(fd);
  return worked;
}

constexpr int ports_begin = 15'000, ports_end = 32'000, ports_in_range = 500;

// Returns the first port of a range that no other test has.
int lock_port_range() {
  for (int first = ports_begin; first < ports_end; first += ports_in_range) {
    // At one place for all runs, also for those with another TMPDIR.
    const std::string path =
        "/tmp/ticketing-test-ports-" + std::to_string(::getuid()) + "-" + std::to_string(first);
    const int file = ::open(path.c_str(), O_RDONLY | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file < 0) fail("cannot write " + path);
    if (::flock(file, LOCK_EX | LOCK_NB) == 0) return first;
    ::close(file);
  }
  throw std::runtime_error("every range of TCP ports is taken by another test");
}

}  // namespace

void ChildProcess::start(const Command& command) {
  if (is_running()) throw std::logic_error("this child is running already");
  std::vector<std::string> arguments = command.arguments;
  const std::string program = find_program(arguments.at(0), "that has it");
  std::vector<std::string> environment = environment_of(command);
  const std::vector<char*> argv = pointers(arguments);
  const std::vector<char*> envp = pointers(environment);
  const std::string output = command.output_file.empty() ? "/dev/null" : command.output_file;
  const int fd = ::open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (fd < 0) fail("cannot write " + output);
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ == 0)
    become(program, const_cast<char**>(argv.data()), const_cast<char**>(envp.data()), fd, parent);
  ::close(fd);
  if (pid_ < 0) fail("cannot start " + program);
}

void ChildProcess::reap(int options) {
  int status = 0;
  pid_t ended = 0;
  do {
    ended = ::waitpid(pid_, &status, options);
  } while (ended < 0 && errno == EINTR);
  if (ended == 0) return;
  pid_ = -1;
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool ChildProcess::is_running() {
  if (pid_ > 0) reap(WNOHANG);
  return pid_ > 0;
}

int ChildProcess::wait(std::chrono::milliseconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (is_running() && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(poll_interval);
  }
  kill();
  return exit_code_;
}

int ChildProcess::stop(std::chrono::milliseconds grace, int number) {
  if (is_running()) {
    signal(number);
    signal(SIGCONT);
  }
  return wait(grace);
}

void ChildProcess::kill() {
  if (!is_running()) return;
  signal(SIGKILL);
  reap(0);
}

// Each of its threads stops when it next looks: until the last one has, the program goes on.
void ChildProcess::pause() {
  signal(SIGSTOP);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{10};
  while (pid_ > 0 && std::chrono::steady_clock::now() < end) {
    siginfo_t change{};
    constexpr int only_look = WSTOPPED | WEXITED | WNOHANG | WNOWAIT;
    if (::waitid(P_PID, static_cast<id_t>(pid_), &change, only_look) != 0) return;
    if (change.si_pid == pid_) return;
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
}

void ChildProcess::resume() { signal(SIGCONT); }

void ChildProcess::signal(int number) {
  if (pid_ > 0) ::kill(pid_, number);
}

void run_to_end(const Command& command, std::chrono::milliseconds limit) {
  ChildProcess child;
  child.start(command);
  const int code = child.wait(limit);
  if (code == 0) return;
  throw std::runtime_error(command.arguments.front() + " ended with " + std::to_string(code) +
                           "\n" + end_of_file(command.output_file));
}

std::string find_program(const std::string& name, const std::string& debian_package) {
  if (name.find('/') != std::string::npos) {
    if (::access(name.c_str(), X_OK) == 0) return name;
  } else {
    const char* path = std::getenv("PATH");
    std::istringstream folders(std::string(path == nullptr ? "" : path) + ":/usr/sbin:/sbin");
    for (std::string folder; std::getline(folders, folder, ':');) {
      const std::string candidate = folder + "/" + name;
      if (!folder.empty() && ::access(candidate.c_str(), X_OK) == 0) return candidate;
    }
  }
  throw std::runtime_error(name + " is missing: install the Debian package " + debian_package);
}

std::filesystem::path make_temporary_folder(const std::string& name) {
  std::string path =
      std::filesystem::temp_directory_path() / ("ticketing-test-" + name + "-XXXXXX");
  if (::mkdtemp(path.data()) == nullptr) fail("cannot make " + path);
  return path;
}

// Several test programs run at once, and a port that was given is not bound yet: each has a range
// of its own, in turn, below those of outgoing connections. It keeps the lock until it ends.
std::uint16_t free_port() {
  static std::mutex mutex;
  static const int first = lock_port_range();
  static int next = 0;
  const std::lock_guard lock(mutex);
  for (int attempt = 0; attempt < ports_in_range; ++attempt) {
    const auto port = static_cast<std::uint16_t>(first + next++ % ports_in_range);
    if (with_socket(port, [](auto... arguments) { return ::bind(arguments...); })) return port;
  }
  throw std::runtime_error("no free TCP port was found");
}

bool accepts_connections(std::uint16_t port) {
  return with_socket(port, [](auto... arguments) { return ::connect(arguments...); });
}

void wait_for_port(ChildProcess& child, std::uint16_t port, const std::string& output_file,
                   std::chrono::milliseconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!accepts_connections(port)) {
    const bool late = std::chrono::steady_clock::now() >= end;
    if (late || !child.is_running()) {
      throw std::runtime_error("port " + std::to_string(port) +
                               (late ? " does not answer\n" : ": the server ended\n") +
                               end_of_file(output_file));
    }
    std::this_thread::sleep_for(poll_interval);
  }
}

std::string end_of_file(const std::string& path) {
  constexpr std::size_t bytes_max = 4000;
  std::ifstream file(path);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  return text.size() > bytes_max ? text.substr(text.size() - bytes_max) : text;
}

}  // namespace ticketing::servers
