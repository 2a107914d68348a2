// For tests: a folder that goes away again, and running a coroutine to its end. Part of no library.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdlib>
#include <exception>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>

#include "common/async/task.hpp"

namespace ticketing {

class TemporaryFolder {
 public:
  explicit TemporaryFolder(
      const std::filesystem::path& parent = std::filesystem::temp_directory_path()) {
    std::string name = (parent / "ticketing-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

// Runs the context until the task has ended, then gives its result or throws its exception.
template <class T>
T run_task(asio::io_context& io, Task<T> task) {
  std::exception_ptr failure;
  bool ended = false;
  const auto run_to_end = [&] {
    io.restart();
    while (!ended && io.run_one() > 0) continue;
    if (failure) std::rethrow_exception(failure);
  };
  if constexpr (std::is_void_v<T>) {
    asio::co_spawn(io, std::move(task), [&](std::exception_ptr error) {
      failure = error;
      ended = true;
    });
    run_to_end();
  } else {
    std::optional<T> result;
    asio::co_spawn(io, std::move(task), [&](std::exception_ptr error, T value) {
      failure = error;
      ended = true;
      if (!error) result.emplace(std::move(value));
    });
    run_to_end();
    return std::move(result).value();
  }
}

}  // namespace ticketing
