// Prices as people type them: the code reads them as the API's description says.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cmath>
#include <regex>

#include "common/json/reader.hpp"
#include "contracts/limits.hpp"
#include "fixtures/project.hpp"

namespace ticketing::contracts {
namespace {

boost::json::value read_json(const std::string& path) {
  return boost::json::parse(fixtures::read_file_of_project(path));
}

std::string as_json(std::string_view text) {
  return boost::json::serialize(boost::json::value(text));
}

void expect_reads_as(const std::string& typed, const boost::json::value& wanted) {
  auto reader = json::Reader::parse(R"({"price":)" + typed + "}");
  ASSERT_TRUE(reader) << typed;
  const Money money = reader->money("price", price_cents_min, price_cents_max);
  if (wanted.is_null()) {
    ASSERT_TRUE(reader->error()) << typed << " is read as " << money.cents;
    EXPECT_EQ(reader->error()->fields.at(0).field, "price");
    return;
  }
  EXPECT_FALSE(reader->error()) << typed << ": " << reader->error()->detail;
  EXPECT_EQ(money.cents, std::llround(wanted.to_number<double>() * 100)) << typed;
}

TEST(Amounts, AreReadAsTypedOrRefused) {
  const auto cases = read_json("tests/cases/prices.json");
  for (const auto& [typed, wanted] : cases.at("string").as_object())
    expect_reads_as(as_json(typed), wanted);
  for (const auto& [typed, wanted] : cases.at("number").as_object()) expect_reads_as(typed, wanted);
}

TEST(Amounts, AreRefusedByTheApisDescriptionExactlyWhenTheCodeRefusesThem) {
  const auto description = read_json("src/contracts/openapi.json");
  const auto& amount = description.at_pointer("/components/schemas/Amount/oneOf/1/pattern");
  const std::regex pattern(std::string(amount.as_string()), std::regex::ECMAScript);
  const auto cases = read_json("tests/cases/prices.json");
  std::vector<std::string> typed = {"20", "0.01", "7\n", "7 7", "1.", "0x10", "-5", "1.23", "٣"};
  for (const auto& one : cases.at("string").as_object()) typed.emplace_back(one.key());
  for (const std::string& text : typed) {
    auto reader = json::Reader::parse(R"({"price":)" + as_json(text) + "}");
    ASSERT_TRUE(reader) << text;
    reader->money("price", price_cents_min, price_cents_max);
    EXPECT_EQ(std::regex_match(text, pattern), !reader->error()) << '"' << text << '"';
  }
}

TEST(Amounts, AreRefusedWithASentenceThatSaysHowToWriteThem) {
  auto reader = json::Reader::parse(R"({"price":"12,50"})");
  ASSERT_TRUE(reader);
  reader->money("price", price_cents_min, price_cents_max);
  EXPECT_EQ(reader->error()->detail,
            "price must be digits, with at most two more after a dot, like 12.50.");
}

}  // namespace
}  // namespace ticketing::contracts
