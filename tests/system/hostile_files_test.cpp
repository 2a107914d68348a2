// Some of the files of attackers that the reader's own test reads
// (delivery/reading/hostile_test.cpp), sent to the running service: each ends as it does there, a
// sound file is read after it, and the service stays within the memory that its manifest gives it.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <ranges>

#include "delivery/reading/test_hostile.hpp"
#include "system/deliveries.hpp"
#include "system/marketplace.hpp"
#include "system/memory.hpp"

namespace ticketing::system {
namespace {

using delivery::reading::FileType;
using delivery::reading::hostile::HostileFile;

std::string media_type_of(FileType type) {
  switch (type) {
    case FileType::pdf: return "application/pdf";
    case FileType::png: return "image/png";
    case FileType::jpeg: return "image/jpeg";
  }
  return "";
}

// "1 page, 0 codes", or the reason.
std::string outcome_of(const Answer& answer) {
  if (answer.status != 200) return answer.body;
  if (text_at(answer, "state") == "rejected") return text_at(answer, "reason");
  return fmt::format("{} page, {} codes", text_at(answer, "pages"), text_at(answer, "barcodes"));
}

// The same of what the reader says: all that are read have one page, and one code at most.
std::string over_http(std::string_view of_reader) {
  constexpr std::string_view read = "1 pages:";
  if (!of_reader.starts_with(read)) return std::string(of_reader);
  return fmt::format("1 page, {} codes", of_reader == read ? 0 : 1);
}

bool is_expected(const std::string& outcome, const HostileFile& file) {
  return std::ranges::any_of(
      file.outcome | std::views::split(std::string_view(" or ")),
      [&](auto part) { return over_http(std::string_view(part.begin(), part.end())) == outcome; });
}

class HostileFilesTest : public testing::Test {
 protected:
  // One ticket for all, because no two can have the same code.
  std::string outcome(const HostileFile& file) {
    const std::string type = media_type_of(file.type);
    if (!is_slow(file)) return outcome_of(put_file(*seller_, ticket_, file.bytes, type));
    return outcome_of(seller_->http.send({.method = "PUT",
                                          .target = path_of(ticket_) + "/file",
                                          .body = file.bytes,
                                          .headers = {{"Content-Type", type}}}));
  }
  // Another one each time: the file that the ticket has is not read again.
  void expect_the_next_is_read(const std::string& after) {
    const HostileFile& sound = sound_files_[++sent_ % sound_files_.size()];
    EXPECT_TRUE(is_expected(outcome(sound), sound)) << "after " << after;
  }

  Marketplace marketplace_{{{"TICKET_FILES_AN_HOUR", "0"}}};
  std::unique_ptr<Person> seller_ = marketplace_.person();
  const std::string ticket_ = seller_->list_ticket();
  const std::vector<HostileFile> sound_files_ = delivery::reading::hostile::sound_files();
  std::size_t sent_ = 0;
};

TEST_F(HostileFilesTest, EndOverHttpAsInTheReaderAndLeaveTheServiceItsMemory) {
  expect_the_next_is_read("the start");
  const std::vector<HostileFile> files = delivery::reading::hostile::some_hostile_files();
  EXPECT_GE(files.size(), 30U);
  for (const HostileFile& file : files) {
    const std::string found = outcome(file);
    EXPECT_TRUE(is_expected(found, file)) << file.kind << ": " << file.name << ": " << found;
    expect_the_next_is_read(file.name);
  }
  constexpr int two_readers = 2 * 384;  // MiB, which the manifest gives to them
  for (const Part& part : marketplace_.system().parts()) {
    if (!runs(part, "delivery")) continue;
    const int limit = memory_limit_of(part) - (part.services.size() == 1 ? two_readers : 0);
    const int peak = peak_memory_at(part.port);
    fmt::print("{}: {} MiB of {}\n", part.program, peak, limit);
    EXPECT_LT(peak, limit) << part.program;
  }
}

}  // namespace
}  // namespace ticketing::system
