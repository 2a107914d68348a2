// The reader in tests, with the real program in its jail.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <csignal>
#include <memory>
#include <string>
#include <string_view>

#include "delivery/reading/reader.hpp"
#include "fixtures/project.hpp"
#include "fixtures/run_task.hpp"

namespace ticketing::delivery::reading {

inline std::string reader_program() { return fixtures::programs_folder() / "ticket-reader"; }

// Longer than a reader has, because a test runs beside others; what it computes is limited as ever.
inline constexpr std::chrono::milliseconds patience{60'000};

// "2 pages: qr ABC, qr DEF"
inline std::string described(const Reading& reading) {
  std::string all = fmt::format("{} pages:", reading.pages);
  for (const Code& code : reading.codes)
    all += fmt::format(" {} {} on {},", to_string(code.format), code.text, code.page);
  return all;
}

class ReaderTest : public testing::Test {
 protected:
  ReaderTest() { std::signal(SIGPIPE, SIG_IGN); }
  Result<Reading> read(std::string_view file, FileType type) {
    return run_task(io_, reader_->read(file, type));
  }
  // What it was refused with, or what was read.
  std::string outcome(std::string_view file, FileType type) {
    const auto reading = read(file, type);
    return reading ? described(*reading) : std::string(reading.error().slug.name());
  }

  asio::io_context io_;
  std::unique_ptr<Reader> reader_ =
      make_reader({.program = reader_program(), .time_max = patience, .search_max = patience});
};

}  // namespace ticketing::delivery::reading
