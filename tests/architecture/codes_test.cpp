// The codes of refusals: each defined once in the code, used, and listed with its parameters in the
// API's description.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <filesystem>
#include <map>
#include <regex>
#include <set>

#include "architecture/source_rules.hpp"
#include "servers/child_process.hpp"

namespace ticketing::architecture {
namespace {

namespace fs = std::filesystem;
using Names = std::set<std::string>;
// The names of a code's parameters, by the code.
using Codes = std::map<std::string, std::vector<std::string>>;

std::vector<std::smatch> matches(const std::string& text, const std::regex& pattern) {
  return {std::sregex_iterator(text.begin(), text.end(), pattern), std::sregex_iterator()};
}

const std::vector<std::string> headers{"src/common/base/codes.hpp", "src/contracts/codes.hpp"};

// The codes declared in `space`, "slugs" or "codes".
Codes declared(const std::string& space) {
  static const std::regex declaration(R"re(CodeKind (\w+)\{([^}]*)\};)re"), text(R"re("(\w+)")re");
  Codes codes;
  for (const std::string& header : headers) {
    const std::string all = read(servers::project_folder() / header);
    const std::string begin = "namespace ticketing::" + space + " {";
    const std::size_t from = all.find(begin),
                      to = all.find("}  // " + begin.substr(0, begin.size() - 2));
    EXPECT_TRUE(from < to && to != std::string::npos) << header;
    const std::string block = all.substr(from, to - from);
    for (const std::smatch& found : matches(block, declaration)) {
      std::vector<std::string> words;
      const std::string inside = found[2];
      for (const std::smatch& word : matches(inside, text)) words.push_back(word[1]);
      EXPECT_EQ(words.at(0), found[1]) << "a constant has the name of its code";
      codes[words.at(0)].assign(words.begin() + 1, words.end());
    }
  }
  return codes;
}

Names names_of(const Codes& codes) {
  Names names;
  for (const auto& [name, params] : codes) names.insert(name);
  return names;
}

const boost::json::value& schema(const std::string& name) {
  static const boost::json::value document =
      boost::json::parse(read(servers::project_folder() / "src/contracts/openapi.json"));
  return document.at("components").at("schemas").at(name);
}

Names listed(const std::string& name) {
  Names names;
  for (const auto& value : schema(name).at("enum").as_array()) names.emplace(value.as_string());
  return names;
}

TEST(Codes, AreThoseThatTheDescriptionOfTheApiLists) {
  EXPECT_GE(declared("slugs").size(), 40U);
  EXPECT_EQ(names_of(declared("slugs")), listed("Slug"));
  EXPECT_GE(declared("codes").size(), 15U);
  EXPECT_EQ(names_of(declared("codes")), listed("FieldCode"));
}

TEST(Codes, HaveTheParametersThatTheDescriptionOfTheApiLists) {
  Codes with_params = declared("slugs"), described;
  with_params.merge(declared("codes"));
  std::erase_if(with_params, [](const auto& code) { return code.second.empty(); });
  const auto& params = schema("ProblemError").at("properties").at("params").at("x-params");
  for (const auto& [code, names] : params.as_object()) {
    for (const auto& name : names.as_array()) described[code].emplace_back(name.as_string());
  }
  EXPECT_EQ(with_params, described);
}

// What no route of the description answers: the commands of operators.
bool is_for_operators(const std::string& path) {
  return path.find("operator") != std::string::npos ||
         path.find("dead_letters") != std::string::npos;
}

TEST(Codes, AreDefinedOnceAndUsed) {
  static const std::regex use(R"re((slugs|codes)::(\w+))re");
  static const std::regex literal(R"re((CodeKind \w+\{|Code\()")re");
  Codes unused = declared("slugs");
  unused.merge(declared("codes"));
  for (const auto& entry : fs::recursive_directory_iterator(servers::project_folder() / "src")) {
    const std::string path = fs::relative(entry.path(), servers::project_folder()).string();
    if (!entry.is_regular_file() || path.find("test") != std::string::npos) continue;
    const std::string text = read(entry.path());
    for (const std::smatch& found : matches(text, use)) unused.erase(found[2]);
    if (std::ranges::find(headers, path) != headers.end() || is_for_operators(path)) continue;
    EXPECT_TRUE(matches(text, literal).empty()) << path << ": declare the code in " << headers[1];
  }
  EXPECT_EQ(names_of(unused), Names{});
}

}  // namespace
}  // namespace ticketing::architecture
