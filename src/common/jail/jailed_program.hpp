// Runs a program that jails itself (inside.hpp) on one input at a time, two at once, at a low
// priority: bounded in time and in what it may write, and killed at the bound.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/async/task.hpp"
#include "common/async/worker_pool.hpp"

namespace ticketing::jail {

struct Program {
  std::string path;
  std::vector<std::string> arguments = {};  // before the kind of the jail
};

// Of a program that lies in the folder of this one.
std::string path_beside_this_program(const char* name);

struct RunLimits {
  std::chrono::milliseconds time{8'000};
  std::size_t output_bytes_max = std::size_t{4} * 1024 * 1024;
};

enum class Ending {
  exited,     // with status 0
  failed,     // with another status, or by a signal: a limit of its own, or a fault
  timed_out,  // and was killed
  too_long,   // wrote too much, and was killed
  not_run,    // could not be started
};
std::string_view to_string(Ending ending);

struct Ran {
  Ending ending = Ending::not_run;
  std::string output;
};

// Which kinds there are, the stronger first.
std::vector<std::string> kinds();

// Waits for the program; without a jail, for tests and to find out which kind works.
Ran run_program(const Program& program, const std::string& kind, std::string_view input,
                const RunLimits& limits);

class JailedProgram {
 public:
  // Tries the kinds by letting the program enter each with no input, which it answers with `ready`.
  // Blocks for some milliseconds. `forced`: only this kind. Logs the jail in use.
  JailedProgram(Program program, const std::string& ready, const RunLimits& limits = {},
                const std::string& forced = "");

  // The jail in use; nothing when none works here. Nothing runs then.
  const std::optional<std::string>& kind() const { return kind_; }
  // `input` is not copied: the caller keeps it until then. Throws Unavailable when no jail works,
  // and while two run and eight wait.
  Task<Ran> run(std::string_view input);

 private:
  const Program program_;
  const RunLimits limits_;
  std::optional<std::string> kind_;
  WorkerPool pool_;
};

}  // namespace ticketing::jail
