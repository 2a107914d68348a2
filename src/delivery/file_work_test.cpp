#include "delivery/file_work.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "fixtures/run_task.hpp"

namespace ticketing::delivery {
namespace {

std::thread::id thread_for(std::size_t bytes) {
  asio::io_context io;
  FileWork work;
  return run_task(io, work.run<std::thread::id>(bytes, [] { return std::this_thread::get_id(); }));
}

TEST(FileWork, KeepsLargeFilesFromTheThreadThatServesRequests) {
  EXPECT_NE(thread_for(FileWork::bytes_here_max + 1), std::this_thread::get_id());
  EXPECT_EQ(thread_for(FileWork::bytes_here_max), std::this_thread::get_id());
}

}  // namespace
}  // namespace ticketing::delivery
