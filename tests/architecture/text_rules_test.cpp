// Applies the rules for texts to the repository, and shows of each rule that it can fail.
#include "architecture/text_rules.hpp"

#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>
#include <set>

#include "servers/child_process.hpp"

namespace ticketing::architecture {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

SourceFile source_file(const fs::path& path) {
  return {fs::relative(path, servers::project_folder()).string(), read(path)};
}

bool is_written_by_hand(const fs::path& path) {
  static const std::vector<std::string> skipped{"node_modules", ".next",       "golden",
                                                "seeds",        "__pycache__", "test-results",
                                                "build",        "coverage"};
  return std::ranges::none_of(path, [](const fs::path& part) {
    return std::ranges::find(skipped, part.string()) != skipped.end();
  });
}

// Files in `folder` with one of the endings.
std::vector<SourceFile> files_in(const std::string& folder,
                                 const std::vector<std::string>& endings) {
  std::vector<SourceFile> files;
  for (auto at = fs::recursive_directory_iterator(servers::project_folder() / folder);
       at != fs::end(at); ++at) {
    if (at->is_directory() && !is_written_by_hand(at->path().filename())) {
      at.disable_recursion_pending();
      continue;
    }
    const std::string ending = at->path().extension().string();
    if (!at->is_regular_file() || std::ranges::find(endings, ending) == endings.end()) continue;
    files.push_back(source_file(at->path()));
  }
  return files;
}

std::vector<SourceFile> code() {
  std::vector<SourceFile> files;
  for (const char* folder : {"src", "tests", "infra"}) {
    for (SourceFile& file :
         files_in(folder, {".cpp", ".hpp", ".ts", ".tsx", ".mjs", ".py", ".sh", ".sql", ".md"})) {
      files.push_back(std::move(file));
    }
  }
  return files;
}

std::string joined(const Faults& faults) { return fmt::format("{}", fmt::join(faults, "\n")); }

TEST(Invariants, AreDefinedAndTested) {
  std::vector<SourceFile> files = code();
  std::erase_if(files, [](const SourceFile& file) {
    return file.path.starts_with("tests/architecture/");  // the examples below
  });
  ASSERT_GT(files.size(), 300U);
  EXPECT_EQ(joined(check_invariants(read(servers::project_folder() / "docs/invariants.md"), files)),
            "");
}

TEST(Rooms, OfCommonHaveAReadmeWithAnEntryRule) {
  int rooms = 0;
  for (const auto& entry : fs::directory_iterator(servers::project_folder() / "src/common")) {
    if (!entry.is_directory()) continue;
    ++rooms;
    ASSERT_TRUE(fs::exists(entry.path() / "README.md"))
        << entry.path() << ": write a README.md that says what belongs there";
    EXPECT_EQ(joined(check_room_readme(source_file(entry.path() / "README.md"))), "");
  }
  EXPECT_GE(rooms, 10);
}

TEST(Rooms, OfCommonHaveNoHeaderForTestsOnly) {
  const std::vector<SourceFile> files = files_in("src", {".cpp", ".hpp"});
  for (const SourceFile& header : files) {
    if (!header.path.starts_with("src/common/") || !header.path.ends_with(".hpp")) continue;
    const std::string own = header.path.substr(0, header.path.size() - 4) + ".cpp";
    const std::string line = "#include \"" + header.path.substr(4) + "\"";
    const bool is_used = std::ranges::any_of(files, [&](const SourceFile& file) {
      const bool is_test = file.path.find("_test.") != std::string::npos ||
                           file.path.find("/test_") != std::string::npos ||
                           file.path.find("_bench.") != std::string::npos;
      return !is_test && file.path != own && file.text.find(line) != std::string::npos;
    });
    EXPECT_TRUE(is_used) << header.path << ": only tests include it; move it to tests/fixtures";
  }
}

// Two engineers who take the same number at the same time see nothing of it: their files have
// different names.
TEST(Files, ThatAreNumberedHaveEachNumberOnce) {
  std::map<fs::path, std::set<int>> numbers;
  for (const char* folder : {"docs/decisions", "src"}) {
    for (const SourceFile& file : files_in(folder, {".md", ".sql"})) {
      const fs::path path = file.path;
      const bool is_numbered = std::isdigit(path.filename().string().front()) != 0;
      if (!is_numbered) continue;
      const bool is_new = numbers[path.parent_path()].insert(std::stoi(path.filename())).second;
      EXPECT_TRUE(is_new) << path << ": another file has its number";
    }
  }
  ASSERT_GE(numbers.size(), 8U);
  for (const auto& [folder, all] : numbers) {
    EXPECT_EQ(*all.rbegin() - *all.begin() + 1, std::ssize(all))
        << folder << ": a number is left out";
  }
}

TEST(Texts, SayWhoActs) {
  std::vector<SourceFile> files = code();
  for (const char* folder : {"bench", "client", "cmake", "docs", "packages", "tools"}) {
    for (SourceFile& file :
         files_in(folder, {".cmake", ".cpp", ".hpp", ".md", ".mjs", ".sh", ".ts", ".tsx"})) {
      files.push_back(std::move(file));
    }
  }
  for (const char* file : {"README.md", "CONTRIBUTING.md", "SECURITY.md"}) {
    files.push_back(source_file(servers::project_folder() / file));
  }
  std::string report;
  for (const SourceFile& file : files) {
    if (file.path.starts_with("tests/architecture/text_rules")) continue;
    for (const std::string& fault : check_words(file)) report += fault + "\n";
  }
  EXPECT_EQ(report, "");
}

TEST(Texts, NameTestsInOneStyle) {
  std::string report;
  for (const SourceFile& file : code()) {
    if (file.path.starts_with("tests/architecture/text_rules")) continue;
    for (const std::string& fault : check_test_names(file)) report += fault + "\n";
  }
  EXPECT_EQ(report, "");
}

TEST(TextRules, RefuseTestsNamedInAnotherStyle) {
  EXPECT_THAT(
      check_test_names({"src/a_test.cpp", "TEST(Queue, is_full) {}\nTEST_P(Bus,\n  Is_full) {}\n"}),
      ElementsAre(HasSubstr("Queue.is_full"), HasSubstr("Bus.Is_full")));
  EXPECT_THAT(
      check_test_names({"src/a_test.cpp", "TEST_F(QueueTest, RefusesItem2) { f(a, b_c); }"}),
      IsEmpty());
}

TEST(TextRules, RefuseAnInvariantThatIsNotDefinedOrNotTested) {
  const std::string document = "| | invariant |\n|---|---|\n| I1 | a |\n| I2 | b |\n| I3 | c |\n";
  EXPECT_THAT(check_invariants(document, {{"tests/a_test.cpp", "// I1 to I3: all"}}), IsEmpty());
  EXPECT_THAT(check_invariants(document, {{"tests/a_test.cpp", "// I1, I2"},
                                          {"src/orders/order.cpp", "// keeps I3"}}),
              ElementsAre(HasSubstr("no test cites I3")));
  EXPECT_THAT(check_invariants(document, {{"src/a_test.cpp", "// I1 to I3, and I4"}}),
              ElementsAre(HasSubstr("src/a_test.cpp cites I4")));
  EXPECT_THAT(check_invariants("nothing", {}), ElementsAre(HasSubstr("defines no invariant")));
}

TEST(TextRules, RefuseAReadmeWithoutAnEntryRule) {
  const std::string rule = "- **Belongs here**: a\n- **Does not belong here**: b\n";
  EXPECT_THAT(check_room_readme({"src/common/a/README.md", rule + "- **May include**: c\n"}),
              IsEmpty());
  EXPECT_THAT(check_room_readme({"src/common/a/README.md", rule}),
              ElementsAre(HasSubstr("May include")));
}

TEST(TextRules, RefuseWordsThatDoNotSayWhoActs) {
  EXPECT_THAT(check_words({"docs/a.md", "Whoever asks\nwaits, and nobody answers\n"}),
              ElementsAre(HasSubstr("docs/a.md:1 says \"whoever\""),
                          HasSubstr("docs/a.md:2 says \"nobody\"")));
  EXPECT_THAT(check_words({"src/a_test.cpp", "TEST(Queue, RefusesNobodyElse)\nnobody_ = 1;\n"}),
              ElementsAre(HasSubstr(":1 says \"nobody\""), HasSubstr(":2 says \"nobody\"")));
  EXPECT_THAT(check_words({"docs/a.md", "A caller gets an answer. HeadGetsNoBody ANewKey\n"}),
              IsEmpty());
}

}  // namespace
}  // namespace ticketing::architecture
