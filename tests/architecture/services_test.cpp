// What a service listens to, publishes and counts: the code, src/services.json, the service's
// README and the handbook say the same.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <regex>
#include <set>

#include "architecture/source_rules.hpp"
#include "servers/child_process.hpp"
#include "servers/services.hpp"

namespace ticketing::architecture {
namespace {

namespace fs = std::filesystem;
using Names = std::set<std::string>;

Names names_matching(const std::string& text, const std::regex& pattern) {
  Names names;
  for (std::sregex_iterator at(text.begin(), text.end(), pattern), end; at != end; ++at) {
    names.insert((*at)[1]);
  }
  return names;
}

std::vector<SourceFile> files_of(const fs::path& folder) {
  std::vector<SourceFile> files;
  for (const auto& entry : fs::recursive_directory_iterator(servers::project_folder() / folder)) {
    const auto ending = entry.path().extension();
    if (ending == ".cpp" || ending == ".hpp") {
      files.push_back({entry.path().filename().string(), read(entry.path())});
    }
  }
  return files;
}

// The subject of each type of event in src/contracts.
std::map<std::string, std::string> subjects_of_types() {
  static const std::regex type(
      R"re(struct (\w+)(?: : \w+)? \{\s*static constexpr std::string_view subject = "([a-z_.]+)")re");
  std::map<std::string, std::string> subjects;
  for (const SourceFile& file : files_of("src/contracts")) {
    for (std::sregex_iterator at(file.text.begin(), file.text.end(), type), end; at != end; ++at) {
      subjects[(*at)[1]] = (*at)[2];
    }
  }
  return subjects;
}

Names subscribed(const std::string& service) {
  static const std::regex entry(R"re(\{(?:contracts::)?(\w+)::subject,)re");
  static const auto subjects = subjects_of_types();
  Names found;
  for (const SourceFile& file : files_of("src/" + service)) {
    if (file.path != "listeners.cpp") continue;
    for (const std::string& type : names_matching(file.text, entry))
      found.insert(subjects.at(type));
  }
  return found;
}

// The subjects in a column of the README's table "in, effect, out".
Names in_readme(const std::string& service, std::size_t column) {
  static const std::regex name(R"re(`([a-z]+\.[a-z_]+)`)re");
  const std::string text = read(servers::project_folder() / "src" / service / "README.md");
  std::string cells;
  std::size_t at = text.find("\n| in | effect | out |\n");
  while (at != std::string::npos && text.compare(at, 2, "\n|") == 0) {
    const std::size_t end = text.find('\n', at + 1);
    std::size_t from = at + 1;
    for (std::size_t i = 0; i < column; ++i) from = text.find('|', from + 1);
    cells += text.substr(from, text.find('|', from + 1) - from);
    at = end;
  }
  return names_matching(cells, name);
}

Names set_of(const std::vector<std::string>& all) { return {all.begin(), all.end()}; }

// Those of `has` that `lacks` has not, each with a sentence that says what to do.
std::string missing(const Names& has, const Names& lacks, const std::string& what_to_do) {
  std::string faults;
  for (const std::string& name : has) {
    if (!lacks.contains(name)) faults += name + ": " + what_to_do + "\n";
  }
  return faults;
}

TEST(Services, ListenToWhatTheirDescriptionSays) {
  EXPECT_GE(subscribed("orders").size(), 5U);
  for (const servers::DescribedService& service : servers::described_services()) {
    if (service.is_elsewhere) continue;
    const Names coded = subscribed(service.name), described = set_of(service.listens);
    const std::string place = fmt::format(
        "`listens` of {} in src/services.json, then run infra/generate.py", service.name);
    EXPECT_EQ(missing(coded, described, "add it to " + place), "");
    EXPECT_EQ(missing(described, coded,
                      fmt::format("subscribe to it in src/{}/listeners.cpp, or remove it from {}",
                                  service.name, place)),
              "");
  }
}

TEST(Services, SayInTheirReadmesWhatComesInAndWhatGoesOut) {
  EXPECT_GE(in_readme("orders", 0).size(), 5U);
  for (const servers::DescribedService& service : servers::described_services()) {
    if (service.is_elsewhere) continue;
    for (const auto& [column, subjects] :
         {std::pair{0, set_of(service.listens)}, std::pair{2, set_of(service.publishes)}}) {
      const Names told = in_readme(service.name, static_cast<std::size_t>(column));
      const std::string place = fmt::format("column \"{}\" of the events in src/{}/README.md",
                                            column == 0 ? "in" : "out", service.name);
      EXPECT_EQ(missing(subjects, told, "name it in " + place), "");
      EXPECT_EQ(
          missing(told, subjects, "src/services.json does not list it; remove it from " + place),
          "");
    }
  }
}

TEST(Metrics, AreInTheHandbook) {
  static const std::regex metric(R"re(\b(?:counter|gauge|histogram)\(\s*"([a-z_]+)")re");
  static const std::regex row(R"re(`([a-z_]+)`)re");
  Names coded;
  for (const SourceFile& file : files_of("src")) {
    if (file.path.find("test") == std::string::npos) coded.merge(names_matching(file.text, metric));
  }
  EXPECT_GE(coded.size(), 20U);
  const std::string handbook = read(servers::project_folder() / "docs/operations.md");
  const std::size_t begin = handbook.find("\n## Metrics\n"),
                    end = handbook.find("\n## ", begin + 1);
  const Names told = names_matching(handbook.substr(begin, end - begin), row);
  EXPECT_EQ(missing(coded, told, "describe it in docs/operations.md, under \"Metrics\""), "");
}

}  // namespace
}  // namespace ticketing::architecture
