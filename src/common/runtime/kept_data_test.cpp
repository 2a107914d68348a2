#include "common/runtime/kept_data.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "fixtures/service_test.hpp"

namespace ticketing::runtime {
namespace {

struct Memo {
  std::string id;
  std::string text;
};
BOOST_DESCRIBE_STRUCT(Memo, (), (id, text))

const db::Columns<Memo> memo_columns;
const db::KeptSql<Memo> kept_memos{"memos", memo_columns};
const db::KeptSql<Memo> kept_others{"memos", memo_columns, "user_id = 'of ' || $1"};
const db::KeptSql<Memo> kept_none{"memos", memo_columns, "user_id = 'none of ' || $1"};
const db::RecordSql<Memo> insert_memo{"insert_memo",
                                      memo_columns,
                                      "INSERT INTO memos (id, text, user_id) VALUES (:id, :text, "
                                      ":user_id)",
                                      {"user_id"}};

class KeptDataTest : public fixtures::ServiceTest {
 protected:
  void store(int count, const std::string& user_id) {
    for (int i = 0; i < count; ++i) {
      db::Transaction transaction{.contends_for = user_id, .statements = {}};
      transaction.statements.push_back(
          insert_memo(Memo{.id = fmt::format("{} {:04}", user_id, i), .text = "x"}, user_id));
      run(database_->commit(std::move(transaction)));
    }
  }
  Result<http::Response> page(const std::string& cursor = "") {
    http::Request request{.path = "/api/memos/export"};
    if (!cursor.empty()) request.query.emplace_back("cursor", cursor);
    return run(kept_.page(request, {.user_id = "ann"}));
  }

  std::unique_ptr<db::Database> database_ = platform_.get().open_database(
      "memos", {{.name = "001_memos",
                 .sql = "CREATE TABLE memos (\n  id text PRIMARY KEY,\n  text text NOT NULL,\n"
                        "  user_id text NOT NULL\n);"}});
  KeptData kept_{
      platform_.get(),
      "memos",
      *database_,
      {kept_table<Memo>("memos", [](const auto& query) { return kept_memos(query); }),
       kept_table<Memo>("none", [](const auto& query) { return kept_none(query); }),
       kept_table<Memo>("others", [](const auto& query) { return kept_others(query); })}};
};

TEST_F(KeptDataTest, GivesTheRowsOfTheCallerAlone) {
  store(2, "ann");
  store(1, "bob");
  const auto answer = page();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body,
            R"({"service":"memos","table":"memos","rows":[{"id":"ann 0000","text":"x"},)"
            R"({"id":"ann 0001","text":"x"}]})");
  EXPECT_EQ(answer->headers.find("Link"), R"(</api/memos/export?cursor=none>; rel="next")");
  EXPECT_EQ(answer->headers.find("Cache-Control"), "no-store");
}

TEST_F(KeptDataTest, GoesOnAfterTheLastRowAndThenWithTheNextTableThatHasAny) {
  store(100, "ann");
  store(1, "of ann");
  const auto first = page();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->headers.find("Link"),
            R"(</api/memos/export?cursor=memos.ann%200099>; rel="next")");
  const auto second = page("memos.ann 0099");
  ASSERT_TRUE(second);
  EXPECT_EQ(second->body,
            R"({"service":"memos","table":"others","rows":[{"id":"of ann 0000","text":"x"}]})");
  EXPECT_FALSE(second->headers.find("Link"));
}

TEST_F(KeptDataTest, RefusesACursorOfNoTable) {
  const auto answer = page("letters.1");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().fields.at(0).field, "cursor");
}

TEST_F(KeptDataTest, LimitsTheCallersPagesInAMinute) {
  const std::int64_t most = platform_.get().limits.kept_pages;
  for (std::int64_t i = 0; i < most; ++i) ASSERT_TRUE(page());
  const auto refused = page();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().slug, "too_many_requests");
  platform_.pass(refused.error().retry_after);
  EXPECT_TRUE(page());
}

}  // namespace
}  // namespace ticketing::runtime
