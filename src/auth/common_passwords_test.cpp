// The list that production refuses, as it is compiled in.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "auth/account.hpp"
#include "common/base/embedded_files.hpp"

namespace ticketing::auth {

EmbeddedFiles embedded_files();

namespace {

std::string_view list() {
  static const EmbeddedFiles files = embedded_files();
  for (const EmbeddedFile& file : files) {
    if (file.name == "common_passwords") return file.content;
  }
  return {};
}

TEST(CommonPasswords, AreManyAndSortedAndAllFound) {
  std::vector<std::string> lines;
  for (std::string_view rest = list(); !rest.empty();) {
    const std::size_t end = rest.find('\n');
    ASSERT_NE(end, std::string_view::npos) << "the last line ends";
    lines.emplace_back(rest.substr(0, end));
    rest.remove_prefix(end + 1);
  }
  EXPECT_TRUE(std::ranges::is_sorted(lines));
  const auto long_enough =
      std::ranges::count_if(lines, [](const auto& l) { return l.size() >= 8; });
  EXPECT_GE(long_enough, 10'000) << "of those that the rule on length lets through";
  const PasswordRules rules{.characters_min = 6, .refused = list()};
  for (const std::string& line : lines) ASSERT_TRUE(fault_of_password(line, rules)) << line;
  for (const char* good :
       {"dfg58xqz", "correct horse battery staple", "a long sentence of my own"}) {
    EXPECT_FALSE(fault_of_password(good, rules)) << good;
  }
}

}  // namespace
}  // namespace ticketing::auth
