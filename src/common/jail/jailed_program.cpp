#include "common/jail/jailed_program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>

#include "common/base/descriptor.hpp"
#include "common/base/exceptions.hpp"
#include "common/base/log.hpp"

namespace ticketing::jail {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t at_once = 2;
constexpr std::size_t waiting_max = 8;

struct Pipe {
  Descriptor read, write;
  bool open() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return false;
    read.set(ends[0]);
    write.set(ends[1]);
    return true;
  }
};

bool is_nonblocking(int descriptor) { return ::fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0; }

// A child with nothing but its two pipes: no other descriptor, no environment, default signals.
pid_t spawn(const Program& program, const std::string& kind, const Pipe& in, const Pipe& out) {
  std::vector<char*> arguments;
  arguments.push_back(const_cast<char*>(program.path.c_str()));
  for (const std::string& argument : program.arguments)
    arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(const_cast<char*>(kind.c_str()));
  arguments.push_back(nullptr);
  std::array<char*, 1> environment{nullptr};

  posix_spawn_file_actions_t files;
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawn_file_actions_adddup2(&files, in.read.number(), STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&files, out.write.number(), STDOUT_FILENO);
  ::posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  ::posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  sigset_t none, all;
  ::sigemptyset(&none);
  ::sigfillset(&all);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setsigdefault(&attributes, &all);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);

  pid_t child = -1;
  const int error = ::posix_spawn(&child, program.path.c_str(), &files, &attributes,
                                  arguments.data(), environment.data());
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&files);
  return error == 0 ? child : -1;
}

// The parent's side of one run.
class Run {
 public:
  Run(std::string_view input, const RunLimits& limits)
      : rest_(input), limits_(limits), deadline_(Clock::now() + limits.time) {}

  Ran go(const Program& program, const std::string& kind) {
    if (!in_.open() || !out_.open()) return {};
    child_ = spawn(program, kind, in_, out_);
    if (child_ < 0) return {};
    in_.read.close();
    out_.write.close();
    if (rest_.empty()) in_.write.close();
    ending_.set(static_cast<int>(::syscall(SYS_pidfd_open, child_, 0)));
    const bool good = ending_.is_open() && is_nonblocking(out_.read.number()) &&
                      (!in_.write.is_open() || is_nonblocking(in_.write.number()));
    if (good) {
      while (!has_ended_ && !stopped_) step();
    }
    if (!has_ended_) ::kill(child_, SIGKILL);
    int status = 0;
    while (::waitpid(child_, &status, 0) < 0 && errno == EINTR) continue;
    if (stopped_) return {.ending = *stopped_, .output = {}};
    if (!good) return {};
    const bool is_good = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    return {.ending = is_good ? Ending::exited : Ending::failed, .output = std::move(output_)};
  }

 private:
  void step() {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - Clock::now()).count();
    if (left <= 0) {
      stopped_ = Ending::timed_out;
      return;
    }
    std::array<pollfd, 3> waits{pollfd{.fd = out_.read.number(), .events = POLLIN, .revents = 0},
                                pollfd{.fd = in_.write.number(), .events = POLLOUT, .revents = 0},
                                pollfd{.fd = ending_.number(), .events = POLLIN, .revents = 0}};
    if (::poll(waits.data(), waits.size(), static_cast<int>(left)) <= 0) return;
    if (waits[0].revents != 0) read_some();
    if (waits[1].revents != 0) write_some();
    // What it wrote before it ended is read first.
    if (waits[2].revents != 0 && !stopped_) {
      while (out_.read.is_open() && !stopped_ && read_some()) continue;
      has_ended_ = true;
    }
  }

  bool read_some() {
    std::array<char, 65'536> bytes;
    const ssize_t count = ::read(out_.read.number(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) return true;
    if (count == 0) out_.read.close();
    if (count <= 0) return false;
    if (output_.size() + static_cast<std::size_t>(count) > limits_.output_bytes_max) {
      stopped_ = Ending::too_long;
      return false;
    }
    output_.append(bytes.data(), static_cast<std::size_t>(count));
    return true;
  }

  // A child that ended early does not read all; that is no fault of this side.
  void write_some() {
    const ssize_t count = ::write(in_.write.number(), rest_.data(), rest_.size());
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) return;
    if (count > 0) rest_.remove_prefix(static_cast<std::size_t>(count));
    if (count < 0 || rest_.empty()) in_.write.close();
  }

  std::string_view rest_;  // of the input
  const RunLimits& limits_;
  const Clock::time_point deadline_;
  Pipe in_, out_;
  pid_t child_ = -1;
  Descriptor ending_;  // readable once the child has ended
  bool has_ended_ = false;
  std::optional<Ending> stopped_;
  std::string output_;
};

}  // namespace

std::string_view to_string(Ending ending) {
  switch (ending) {
    case Ending::exited: return "exited";
    case Ending::failed: return "failed";
    case Ending::timed_out: return "timed out";
    case Ending::too_long: return "wrote too much";
    case Ending::not_run: return "not run";
  }
  return "";
}

std::string path_beside_this_program(const char* name) {
  std::error_code fault;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", fault);
  return (self.parent_path() / name).string();
}

std::vector<std::string> kinds() { return {"namespaces", "seccomp"}; }

Ran run_program(const Program& program, const std::string& kind, std::string_view input,
                const RunLimits& limits) {
  return Run(input, limits).go(program, kind);
}

JailedProgram::JailedProgram(Program program, const std::string& ready, const RunLimits& limits,
                             const std::string& forced)
    : program_(std::move(program)), limits_(limits), pool_(at_once, waiting_max, Priority::low) {
  for (const std::string& kind : kinds()) {
    if (!forced.empty() && kind != forced) continue;
    const Ran ran = run_program(program_, kind, "", limits_);
    if (ran.ending == Ending::exited && ran.output == ready) {
      kind_ = kind;
      log::info("programs that read hostile files run in a jail",
                {{"program", program_.path}, {"jail", kind}});
      return;
    }
  }
  log::error("no jail works here: files are refused", {{"program", program_.path}});
}

Task<Ran> JailedProgram::run(std::string_view input) {
  if (!kind_) throw Unavailable("no jail works here", std::chrono::seconds{60});
  co_return co_await pool_.run<Ran>(
      [this, input] { return run_program(program_, *kind_, input, limits_); });
}

}  // namespace ticketing::jail
