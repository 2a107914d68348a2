// The rules about words: which must not be used where.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <regex>
#include <set>
#include <sstream>

#include "architecture/source_rules.hpp"
#include "servers/services.hpp"

namespace ticketing::architecture {
namespace {

// Names nearer to each other than this are a list: so many characters, white space being one.
constexpr std::size_t gap_max = 80;
// This many different names; sentences and tests may name fewer.
constexpr std::size_t names_min = 4;

// These name all services for a reason of their own; a test or infra/generate.py compares each.
const std::set<std::string> compared_elsewhere{
    "src/services.json",
    "src/ticketing/marketplace.cpp",  // gives each its own settings
    "src/ticketing/marketplace.hpp",
    "src/ticketing/limits.cpp",            // the limits of each
    "infra/observability/dashboard.json",  // written by infra/generate.py; JSON has no comments
    "infra/k8s/base/nats.conf",            // both take the permissions that generate.py writes
    "infra/k8s/components/nats-cluster/nats.conf",
};
// No lists: each mention has a setting, a path, a query or limits of its own.
const std::set<std::string> tables_of_cases{"infra/routes.json",
                                            "bench/measured_system.cpp",
                                            "src/ticketing/limits.cpp",
                                            "tests/simulation/core_model.cpp",
                                            "tests/system/bad_input_test.cpp",
                                            "tests/system/event_faults_test.cpp",
                                            "tests/system/sealed_bytes_test.cpp",
                                            "tests/system/session_test.cpp",
                                            "tests/system/trace_test.cpp",
                                            "tests/architecture/word_rules_test.cpp"};

bool is_word_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

// Without what infra/generate.py has written: whole files, and parts between its marks.
std::string written_by_hand(const std::string& text) {
  if (text.find("Written by infra/generate.py from") < 200) return {};
  std::string rest, end;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    static const std::regex begin(R"re(^ *# from src/services\.json: (.+)$)re");
    std::smatch match;
    if (std::regex_match(line, match, begin)) end = "# end of " + match[1].str();
    if (end.empty()) rest += line + "\n";
    if (!end.empty() && line.ends_with(end)) end.clear();
  }
  return rest;
}

std::string with_single_spaces(const std::string& text) {
  std::string result;
  for (const char c : text) {
    const bool is_space = std::isspace(static_cast<unsigned char>(c)) != 0;
    if (!is_space || result.empty() || result.back() != ' ') result += is_space ? ' ' : c;
  }
  return result;
}

struct Mention {
  std::size_t at;
  std::string name;
};

// Where the services are named, as words of their own and not as a part of a path of the API.
std::vector<Mention> mentions(const std::string& text) {
  std::vector<Mention> found;
  for (const std::string& name : servers::service_names()) {
    for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name, at + 1)) {
      const std::size_t end = at + name.size();
      const bool is_word = (at == 0 || !is_word_character(text[at - 1])) &&
                           (end == text.size() || !is_word_character(text[end]));
      const bool is_path = at >= 5 && text.compare(at - 5, 5, "/api/") == 0;
      if (is_word && !is_path) found.push_back({at, name});
    }
  }
  std::ranges::sort(found, {}, &Mention::at);
  return found;
}

}  // namespace

Faults check_service_lists(const SourceFile& file) {
  if (compared_elsewhere.contains(file.path) || tables_of_cases.contains(file.path)) return {};
  const std::string text = with_single_spaces(written_by_hand(file.text));
  std::set<std::string> names;
  std::size_t last = 0, first = 0;
  for (const Mention& mention : mentions(text)) {
    if (names.empty() || mention.at - last > gap_max) {
      names.clear();
      first = mention.at;
    }
    names.insert(mention.name);
    last = mention.at;
    if (names.size() < names_min) continue;
    return {
        fmt::format("{} lists the services: \"{}\". Read src/services.json, or let "
                    "infra/generate.py write it from there",
                    file.path, text.substr(first, last + mention.name.size() - first))};
  }
  return {};
}

Faults check_domain_words(const SourceFile& file) {
  if (!file.path.starts_with("src/common/")) return {};
  // In lower case and singular, "order" also means a sequence.
  static const std::regex said(
      R"re((?:^|[^A-Za-z])((?:[Tt]icket|[Pp]ayment|[Ss]eat|[Bb]uyer|[Ss]eller|[Ee]xpiration|[Rr]efund)s?)re"
      R"re(|[Mm]arketplace|[Ss]ales?|[Ss]old|[Oo]rders|Order|order(?=[.][a-z]+["`])|order(?=_(?:id|version|event)))(?![a-z]))re");
  Faults faults;
  std::istringstream lines(file.text);
  std::smatch match;
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (!std::regex_search(line, match, said)) continue;
    faults.push_back(fmt::format(
        "{}:{} says \"{}\": src/common is independent of the services; choose a neutral example",
        file.path, number, match[1].str()));
  }
  return faults;
}

}  // namespace ticketing::architecture
