#include <gtest/gtest.h>

#include "common/json/reader.hpp"
#include "common/json/writer.hpp"

namespace ticketing::json {
namespace {

TEST(JsonWriter, WritesObjectsAndArraysInTheOrderOfTheCalls) {
  Writer writer;
  writer.begin_object().field("id", "a\"b").field("version", 3).field("price", Money{1999});
  writer.key("list").begin_array().value(1).value("x").value(true).null().end_array();
  writer.field("absent", std::optional<std::string>{})
      .field("there", std::optional<std::string>{"y"});
  writer.key("inner").begin_object().end_object().end_object();
  EXPECT_EQ(
      writer.take(),
      R"({"id":"a\"b","version":3,"price":19.99,"list":[1,"x",true,null],"there":"y","inner":{}})");
}

TEST(JsonReader, ReadsWhatTheWriterWrote) {
  const Timestamp time = from_millis(1'700'000'000'123);
  Writer writer;
  writer.begin_object().field("text", "h\xc3\xa9\n").field("n", -5).field("at", time);
  writer.key("inner").begin_object().field("price", Money{1950}).end_object().end_object();
  auto reader = Reader::parse(writer.take());
  ASSERT_TRUE(reader);
  EXPECT_EQ(reader->text("text"), "h\xc3\xa9\n");
  EXPECT_EQ(reader->integer("n"), -5);
  EXPECT_EQ(reader->time("at"), time);
  EXPECT_EQ(reader->object("inner").money("price", 1, 100'000), Money{1950});
  EXPECT_FALSE(reader->error());
}

TEST(JsonReader, CollectsEveryFaultWithTheNameOfItsField) {
  auto reader = Reader::parse(R"({"title":5,"inner":{"price":"x"},"list":[]})");
  ASSERT_TRUE(reader);
  reader->text("title");
  reader->text("missing");
  auto inner = reader->object("inner");
  inner.money("price", 1, 100);
  reader->object("list").text("unseen");
  const auto error = reader->error();
  ASSERT_TRUE(error);
  ASSERT_EQ(error->fields.size(), 4U);
  EXPECT_EQ(error->fields[0].field, "title");
  EXPECT_EQ(error->fields[1].field, "missing");
  EXPECT_EQ(error->fields[2].field, "inner.price");
  EXPECT_EQ(error->fields[3].field, "list");
}

TEST(JsonReader, ReadsArraysOfObjectsAndNamesTheElementAtFault) {
  auto reader = Reader::parse(R"({"keys":[{"x":"a"},{"x":1}],"list":[1]})");
  ASSERT_TRUE(reader);
  auto keys = reader->objects("keys");
  ASSERT_EQ(keys.size(), 2U);
  EXPECT_EQ(keys[0].text("x"), "a");
  EXPECT_FALSE(reader->error());
  keys[1].text("x");
  EXPECT_EQ(reader->error()->fields.at(0).field, "keys[1].x");
  reader->objects("list");
  EXPECT_EQ(reader->error()->fields.at(1).field, "list");
}

TEST(JsonReader, RefusesWhatIsNotAJsonObject) {
  const std::string deep = std::string(40, '[') + std::string(40, ']');
  for (const std::string& text :
       {std::string(""), std::string("{"), std::string("[1]"), std::string("nul"),
        std::string("{\"a\":NaN}"), std::string("{\"a\":\"\xff\"}"), "{\"a\":" + deep + "}",
        std::string("{} x")}) {
    const auto reader = Reader::parse(text);
    ASSERT_FALSE(reader) << text;
    EXPECT_EQ(reader.error().slug, "invalid_json");
  }
}

TEST(JsonReader, ReadsMoneyFromNumbersAndStringsExactly) {
  struct Case {
    const char* json;
    std::int64_t cents;  // -1: refused
  };
  for (const Case& c :
       {Case{"20", 2000}, Case{"19.99", 1999}, Case{"\"20.00\"", 2000}, Case{"0.1", 10},
        Case{"1e2", 10000}, Case{"0", -1}, Case{"-1", -1}, Case{"20.005", -1}, Case{"1e300", -1},
        Case{"1e999", -1}, Case{"\"NaN\"", -1}, Case{"\"\"", -1}, Case{"true", -1}, Case{"[]", -1},
        Case{"18446744073709551615", -1}}) {
    auto reader = Reader::parse(std::string(R"({"price":)") + c.json + "}");
    if (!reader) {
      EXPECT_EQ(c.cents, -1) << c.json;
      continue;
    }
    const Money money = reader->money("price", 1, 99'999'999);
    if (c.cents < 0) {
      EXPECT_TRUE(reader->error()) << c.json;
    } else {
      EXPECT_FALSE(reader->error()) << c.json;
      EXPECT_EQ(money.cents, c.cents) << c.json;
    }
  }
}

}  // namespace
}  // namespace ticketing::json
