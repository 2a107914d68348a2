// Where work on all bytes of a file is done: to hash or seal megabytes takes milliseconds, in which
// the thread that serves requests would serve none.
#pragma once

#include <cstddef>
#include <functional>
#include <utility>

#include "common/async/worker_pool.hpp"

namespace ticketing::delivery {

class FileWork {
 public:
  // What is smaller takes less time than another thread takes to begin.
  static constexpr std::size_t bytes_here_max = std::size_t{32} * 1024;

  // Runs `work`, which does not throw, on a file of so many bytes, and resumes with its result.
  // What it refers to in the caller's frame stays until then. Throws Unavailable when too many
  // wait.
  template <class T>
  Task<T> run(std::size_t bytes, std::move_only_function<T()> work) {
    if (bytes <= bytes_here_max) co_return work();
    co_return co_await pool_.run<T>(std::move(work));
  }

 private:
  static constexpr std::size_t waiting_max = 256;
  WorkerPool pool_{1, waiting_max, Priority::low};
};

}  // namespace ticketing::delivery
