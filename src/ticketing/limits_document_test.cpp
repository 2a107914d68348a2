// docs/limits.md has a row for every limit of the API in the code, with the code's numbers, and no
// other rows.
#include <gtest/gtest.h>

#include <set>
#include <sstream>
#include <string>

#include "fixtures/project.hpp"
#include "ticketing/limits.hpp"

namespace ticketing {
namespace {

std::set<std::string> rows_of_the_document() {
  std::istringstream file(fixtures::read_file_of_project("docs/limits.md"));
  std::set<std::string> rows;
  bool in_table = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("| resource | per address | per user |")) {
      in_table = true;
    } else if (!line.starts_with("|")) {
      in_table = false;
    } else if (in_table && !line.starts_with("|---")) {
      rows.insert(line);
    }
  }
  return rows;
}

TEST(LimitsDocument, HasTheLimitsOfTheCode) {
  std::set<std::string> coded;
  for (const limits::Limit& limit : all_limits()) coded.insert(limit.to_markdown());
  EXPECT_GE(coded.size(), 5U);
  EXPECT_EQ(rows_of_the_document(), coded);
}

}  // namespace
}  // namespace ticketing
