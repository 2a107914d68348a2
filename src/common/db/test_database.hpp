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
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "ticketing-XXXXXX").string();
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

// Runs the context until nothing is left to do, then gives the task's result or throws its
// exception.
template <class T>
T run_task(asio::io_context& io, Task<T> task) {
  std::exception_ptr failure;
  io.restart();
  if constexpr (std::is_void_v<T>) {
    bool ended = false;
    asio::co_spawn(io, std::move(task), [&](std::exception_ptr error) {
      failure = error;
      ended = true;
    });
    io.run();
    if (failure) std::rethrow_exception(failure);
    if (!ended) throw std::logic_error("the task is still waiting and nothing can wake it");
  } else {
    std::optional<T> result;
    asio::co_spawn(io, std::move(task), [&](std::exception_ptr error, T value) {
      failure = error;
      if (!error) result.emplace(std::move(value));
    });
    io.run();
    if (failure) std::rethrow_exception(failure);
    if (!result) throw std::logic_error("the task is still waiting and nothing can wake it");
    return std::move(*result);
  }
}

}  // namespace ticketing
