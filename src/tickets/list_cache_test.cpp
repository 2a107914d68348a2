#include "tickets/list_cache.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace ticketing::tickets {
namespace {

class CountedCommits final : public db::CommitCount {
 public:
  std::uint64_t commits_so_far() const override { return commits; }

  std::uint64_t commits = 1;
};

class ListCacheTest : public testing::Test {
 protected:
  bool has(const std::string& key) { return cache_.find(key) != nullptr; }
  void put(const std::string& key, std::optional<std::uint64_t> commits, std::string body = "[]") {
    cache_.put(key, commits, http::json_response(200, std::move(body)));
  }

  CountedCommits database_;
  ListCache cache_{&database_};
};

TEST_F(ListCacheTest, HoldsAnAnswerUntilACommit) {
  put("a", 1, "[1]");
  ASSERT_TRUE(has("a"));
  EXPECT_EQ(cache_.find("a")->body, "[1]");
  EXPECT_FALSE(has("b"));
  database_.commits = 2;
  EXPECT_FALSE(has("a"));
  put("b", 2);
  EXPECT_TRUE(has("b"));
  EXPECT_FALSE(has("a")) << "from before the commit";
}

TEST_F(ListCacheTest, TakesNoAnswerThatWasReadBeforeACommit) {
  put("b", 1);
  database_.commits = 2;
  put("a", 1);
  EXPECT_FALSE(has("a"));
  EXPECT_FALSE(has("b"));
}

TEST_F(ListCacheTest, HoldsNothingWhereOthersCommit) {
  ListCache cache(nullptr);
  EXPECT_EQ(cache.commits_so_far(), std::nullopt);
  cache.put("a", cache.commits_so_far(), http::json_response(200, "[]"));
  EXPECT_EQ(cache.find("a"), nullptr);
}

TEST_F(ListCacheTest, HasLimits) {
  put("large", 1, std::string(64 * 1024 + 1, ' '));
  EXPECT_FALSE(has("large"));
  std::size_t held = 0;
  for (int i = 0; i < 1'000; ++i) put(fmt::format("{}", i), 1);
  for (int i = 0; i < 1'000; ++i) held += has(fmt::format("{}", i)) ? 1 : 0;
  EXPECT_GT(held, 0);
  EXPECT_LE(held, 64);
}

TEST_F(ListCacheTest, DistinguishesListsByTheirWholeQuery) {
  using Query = std::vector<std::pair<std::string, std::string>>;
  const auto key = [](Query query) { return ListCache::key_of({.query = std::move(query)}); };
  EXPECT_EQ(key({}), "");
  EXPECT_EQ(key({{"mine", "1"}}), std::nullopt);
  EXPECT_EQ(key({{"q", "x"}, {"mine", ""}}), std::nullopt);
  EXPECT_EQ(key({{"q", std::string(300, 'x')}}), std::nullopt);
  const std::vector<Query> different = {{},
                                        {{"q", "a"}},
                                        {{"q", "b"}},
                                        {{"qa", ""}},
                                        {{"q", ""}, {"a", ""}},
                                        {{"q", "a"}, {"q", "b"}},
                                        {{"q", "b"}, {"q", "a"}},
                                        {{"q", "a1:q1:b"}},
                                        {{"status", "sold"}, {"q", "a"}}};
  for (std::size_t i = 0; i < different.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) EXPECT_NE(key(different[i]), key(different[j]));
  }
}

}  // namespace
}  // namespace ticketing::tickets
