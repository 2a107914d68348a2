#include "architecture/text_rules.hpp"

#include <fmt/format.h>

#include <cctype>
#include <map>
#include <optional>
#include <regex>
#include <set>
#include <utility>

namespace ticketing::architecture {
namespace {

std::set<int> defined_invariants(const std::string& document) {
  static const std::regex row(R"re((^|\n)\| I(\d+) \|)re");
  std::set<int> numbers;
  for (std::sregex_iterator at(document.begin(), document.end(), row), end; at != end; ++at) {
    numbers.insert(std::stoi((*at)[2]));
  }
  return numbers;
}

bool is_letter(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// The number after an "I" that begins a word, and where it ends; nothing when there is none.
std::optional<std::pair<int, std::size_t>> invariant_at(const std::string& text, std::size_t at) {
  if (text[at] != 'I' || (at > 0 && is_letter(text[at - 1]))) return std::nullopt;
  std::size_t end = at + 1;
  while (end < text.size() && std::isdigit(static_cast<unsigned char>(text[end])) != 0) ++end;
  const std::size_t digits = end - at - 1;
  if (digits < 1 || digits > 2 || text[at + 1] == '0') return std::nullopt;
  if (end < text.size() && is_letter(text[end])) return std::nullopt;
  return std::pair{std::stoi(text.substr(at + 1, digits)), end};
}

// By hand: std::regex takes seconds for all files.
std::set<int> cited_invariants(const std::string& text) {
  std::set<int> numbers;
  for (std::size_t at = text.find('I'); at != std::string::npos; at = text.find('I', at + 1)) {
    const auto first = invariant_at(text, at);
    if (!first) continue;
    numbers.insert(first->first);
    if (text.compare(first->second, 4, " to ") != 0) continue;
    const auto last = invariant_at(text, first->second + 4);
    for (int number = first->first; last && number <= last->first; ++number) numbers.insert(number);
  }
  return numbers;
}

bool tests_something(const std::string& path) {
  return path.starts_with("tests/") || path.find("_test.") != std::string::npos;
}

const std::map<std::string, std::string> replacements{
    {"whoever", "name the caller, client or process"},
    {"whomever", "name the caller, client or process"},
    {"somebody", "name the user, client or process"},
    {"someone", "name the user, client or process"},
    {"nobody", "\"no user\", \"no client\", or say what does not happen"},
    {"anybody", "\"any caller\", or name the role"},
    {"anyone", "\"any caller\", or name the role"},
    {"everybody", "\"all callers\", or name the group"},
    {"everyone", "\"all callers\", or name the group"},
    {"whatever", "\"every\", \"any\", or name the cases"},
    {"anew", "\"again\""},
    {"mend", "\"fix\" or \"repair\""},
    {"mends", "\"fix\" or \"repair\""},
    {"mended", "\"fix\" or \"repair\""},
};

}  // namespace

Faults check_invariants(const std::string& document, const std::vector<SourceFile>& files) {
  Faults faults;
  std::set<int> untested = defined_invariants(document);
  const std::set<int> defined = untested;
  if (defined.empty()) faults.push_back("docs/invariants.md defines no invariant");
  for (const SourceFile& file : files) {
    for (const int number : cited_invariants(file.text)) {
      if (tests_something(file.path)) untested.erase(number);
      if (defined.contains(number)) continue;
      faults.push_back(
          fmt::format("{} cites I{}: docs/invariants.md does not define it", file.path, number));
    }
  }
  for (const int number : untested) {
    faults.push_back(fmt::format("no test cites I{} of docs/invariants.md", number));
  }
  return faults;
}

Faults check_room_readme(const SourceFile& readme) {
  Faults faults;
  for (const char* part : {"**Belongs here**", "**Does not belong here**", "**May include**"}) {
    if (readme.text.find(part) != std::string::npos) continue;
    faults.push_back(fmt::format("{} has no entry rule: write what \"{}\"", readme.path, part));
  }
  return faults;
}

Faults check_words(const SourceFile& file) {
  Faults faults;
  const auto refuse = [&](int number, const std::string& found) {
    faults.push_back(
        fmt::format("{}:{} says \"{}\": {}", file.path, number, found, replacements.at(found)));
  };
  int number = 1;
  std::string word;
  const auto end_word = [&] {
    if (replacements.contains(word)) refuse(number, word);
    word.clear();
  };
  const auto is_lower = [&](std::size_t at) {
    return at < file.text.size() && std::islower(static_cast<unsigned char>(file.text[at])) != 0;
  };
  for (std::size_t at = 0; at < file.text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(file.text[at]);
    // In "RefusesANewCaller" the words begin at R, A, N and C.
    const bool begins =
        std::isupper(byte) != 0 && ((at > 0 && is_lower(at - 1)) || is_lower(at + 1));
    if (begins || std::isalpha(byte) == 0) end_word();
    if (std::isalpha(byte) != 0) word += static_cast<char>(std::tolower(byte));
    if (byte == '\n') ++number;
  }
  end_word();
  return faults;
}

Faults check_test_names(const SourceFile& file) {
  static const std::regex test(R"re((^|\n)TEST(_F|_P)?\(\s*(\w+),\s*([a-z]\w*|\w+_\w*)\s*\))re");
  Faults faults;
  for (std::sregex_iterator at(file.text.begin(), file.text.end(), test), end; at != end; ++at) {
    faults.push_back(fmt::format("{} has the test {}.{}: write its name in PascalCase", file.path,
                                 at->str(3), at->str(4)));
  }
  return faults;
}

}  // namespace ticketing::architecture
