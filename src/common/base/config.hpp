// Reads configuration from the environment, once, at start. Collects every fault, so that a
// person can correct all at once; the error names the variables and says what is allowed.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ticketing {

// What a file without content means. A secret that protects something must not be left out by
// mistake; another one may be filled in later.
enum class EmptyFile { fault, unset };

class Environment {
 public:
  using Lookup = std::function<std::optional<std::string>(const std::string&)>;

  // Reads the process environment; tests give a table instead. An empty variable counts as unset.
  // The value of each variable may be in a file, whose path NAME_FILE holds; neither NAME_FILE nor,
  // unless the reader says so, the file may be empty.
  Environment();
  explicit Environment(Lookup lookup);

  std::string text(const std::string& name, std::string fallback,
                   EmptyFile empty = EmptyFile::fault);
  std::optional<std::string> optional_text(const std::string& name,
                                           EmptyFile empty = EmptyFile::fault);
  std::int64_t integer(const std::string& name, std::int64_t fallback, std::int64_t min,
                       std::int64_t max);
  // What stands between commas, without white space around it; empty parts are left out.
  std::vector<std::string> list(const std::string& name);
  bool flag(const std::string& name, bool fallback);  // 0 or 1
  std::string one_of(const std::string& name, std::string fallback,
                     const std::vector<std::string>& allowed);
  // The path of a file that something else reads; empty when unset. What is there and is not a file
  // (a FIFO, a folder) is a fault.
  std::string file_path(const std::string& name);

  // Notes a fault that only the caller can see ("JWT_KEY must be 16 characters or longer").
  // A message is kept once: several parts of a program may read the same variable.
  void fault(std::string message);
  // Throws ConfigError with every fault found so far; does nothing when there is none.
  void check() const;
  // Logs once which values came from files that all users of the machine may read. Not a fault:
  // Docker and Kubernetes mount secrets so, where no other user is.
  void warn_of_open_files() const;

 private:
  std::optional<std::string> read_value(const std::string& name, const std::string& path,
                                        EmptyFile empty);
  static void note_once(std::vector<std::string>& notes, std::string note);

  Lookup lookup_;
  std::vector<std::string> faults_;
  std::vector<std::string> open_to_all_;  // names of variables
};

}  // namespace ticketing
