// Files of attackers: each is refused, or read without harm, in the time that it may take, and the
// next file is read as ever. The list is in test_hostile.cpp, its summary in docs/delivery.md.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>
#include <ranges>
#include <set>

#include "delivery/reading/test_hostile.hpp"
#include "delivery/reading/test_reader.hpp"

namespace ticketing::delivery::reading {
namespace {

using hostile::HostileFile;
using std::chrono::milliseconds;

// Of the children that have ended.
milliseconds processor_time() {
  rusage used{};
  ::getrusage(RUSAGE_CHILDREN, &used);
  const auto in_milliseconds = [](const timeval& time) {
    return milliseconds{time.tv_sec * 1'000 + time.tv_usec / 1'000};
  };
  return in_milliseconds(used.ru_utime) + in_milliseconds(used.ru_stime);
}

bool is_in(const std::string& outcome, const std::string& expected) {
  return std::ranges::any_of(expected | std::views::split(std::string_view(" or ")),
                             [&](auto part) { return std::ranges::equal(part, outcome); });
}

// In words of the document.
std::string in_the_document(const std::string& outcome) {
  if (outcome.find("pages: ") != std::string::npos) return "its code is read";
  return outcome.ends_with("pages:") ? "it has no code" : fmt::format("`{}`", outcome);
}

class HostileFilesTest : public ReaderTest {
 protected:
  // A reader with more time than usual, because a test runs beside others; no more than usual to
  // compute, and to look for codes that are hard to find.
  HostileFilesTest() { reader_ = make_reader({.program = reader_program(), .time_max = patience}); }
  void expect_the_next_is_read(const std::string& after) {
    const HostileFile& sound = sound_files_[1];
    EXPECT_EQ(outcome(sound.bytes, sound.type), sound.outcome) << "after " << after;
  }

  const std::vector<HostileFile> sound_files_ = hostile::sound_files();
};

// All of them with TICKETING_HOSTILE=all.
std::vector<HostileFile> chosen_files() {
  const bool is_whole = std::getenv("TICKETING_HOSTILE") != nullptr;
  return is_whole ? hostile::hostile_files() : hostile::some_hostile_files();
}

TEST_F(HostileFilesTest, AreRefusedOrReadWithoutHarmInFiveSeconds) {
  const std::vector<HostileFile> files = chosen_files();
  EXPECT_GE(files.size(), 30U);
  for (const HostileFile& file : files) {
    ASSERT_LE(file.bytes.size(), file_bytes_max) << file.name;
    const milliseconds before = processor_time();
    const std::string found = outcome(file.bytes, file.type);
    const milliseconds took = processor_time() - before;
    EXPECT_TRUE(is_in(found, file.outcome)) << file.kind << ": " << file.name << ": " << found;
    EXPECT_LE(took, reading_time_max) << file.kind << ": " << file.name;
    expect_the_next_is_read(file.name);
  }
}

// Bytes that are changed at random, more of them with TICKETING_HOSTILE_ROUNDS.
TEST_F(HostileFilesTest, AreReadOrRefusedWhenTheyAreDamagedAtRandom) {
  const char* const more = std::getenv("TICKETING_HOSTILE_ROUNDS");
  const int rounds = more == nullptr ? 8 : std::atoi(more);
  std::mt19937 random(20'261'127);
  for (int round = 0; round < rounds; ++round) {
    for (const HostileFile& sound : sound_files_) {
      std::string bytes = sound.bytes;
      const std::size_t changes = 1 + random() % 20;
      for (std::size_t change = 0; change < changes; ++change)
        bytes[8 + random() % (bytes.size() - 8)] = static_cast<char>(random());
      const milliseconds before = processor_time();
      const std::string found = outcome(bytes, sound.type);
      EXPECT_NE(found, "") << "round " << round;
      EXPECT_LE(processor_time() - before, reading_time_max) << sound.name << " " << round;
    }
  }
  expect_the_next_is_read("damaged files");
}

TEST_F(HostileFilesTest, EndAsTheTableInTheDocumentSays) {
  std::map<std::string_view, std::pair<int, std::set<std::string>>> kinds;
  const std::vector<HostileFile> files = hostile::hostile_files();
  EXPECT_GE(files.size(), 100U);
  for (const HostileFile& file : files) {
    auto& [count, outcomes] = kinds[file.kind];
    ++count;
    for (auto part : file.outcome | std::views::split(std::string_view(" or ")))
      outcomes.insert(in_the_document(std::string(part.begin(), part.end())));
  }
  const std::string document = fixtures::read_file_of_project("docs/delivery.md");
  for (const auto& [kind, found] : kinds) {
    const std::string row =
        fmt::format("| {} | {} | {} |\n", kind, found.first, fmt::join(found.second, ", "));
    EXPECT_NE(document.find(row), std::string::npos) << row;
  }
}

// By the clock, too.
TEST_F(HostileFilesTest, EndByTheClockWhenTheyWouldTakeLonger) {
  const auto impatient = make_reader({.program = reader_program(), .time_max = milliseconds{300}});
  const auto all = hostile::hostile_files();
  const auto slow = std::ranges::find(all, "4 GB of nothing", &HostileFile::name);
  ASSERT_NE(slow, all.end());
  const auto begun = std::chrono::steady_clock::now();
  const auto refused = run_task(io_, impatient->read(slow->bytes, slow->type));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().slug.name(), "reading_timed_out");
  EXPECT_LT(std::chrono::steady_clock::now() - begun, patience);
  expect_the_next_is_read(slow->name);
}

}  // namespace
}  // namespace ticketing::delivery::reading
