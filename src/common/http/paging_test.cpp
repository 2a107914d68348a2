#include "common/http/paging.hpp"

#include <gtest/gtest.h>

namespace ticketing::http {
namespace {

constexpr const char* id = "01930000-0000-7000-8000-000000000001";

Request with_page_query(std::vector<std::pair<std::string, std::string>> query) {
  Request request;
  request.query = std::move(query);
  return request;
}

TEST(Paging, TakesTheDefaultsWhereNothingIsSaid) {
  const auto page = read_page_query(with_page_query({{"limit", ""}, {"cursor", ""}}), 24, 100);
  ASSERT_TRUE(page);
  EXPECT_EQ(page->limit, 24);
  EXPECT_FALSE(page->cursor);
}

TEST(Paging, ReadsLimitAndCursor) {
  const auto page = read_page_query(with_page_query({{"limit", "100"}, {"cursor", id}}), 24, 100);
  ASSERT_TRUE(page);
  EXPECT_EQ(page->limit, 100);
  ASSERT_TRUE(page->cursor);
  EXPECT_EQ(page->cursor->id, id);
  EXPECT_FALSE(page->cursor->is_back);
  const auto back = read_page_query(with_page_query({{"cursor", std::string("-") + id}}), 24, 100);
  ASSERT_TRUE(back && back->cursor);
  EXPECT_EQ(back->cursor->id, id);
  EXPECT_TRUE(back->cursor->is_back);
}

TEST(Paging, RefusesWhatIsNoPageAndNamesTheField) {
  for (const char* limit : {"0", "101", "-1", "1.5", "2x", "99999999999999999999", " 3"}) {
    const auto page = read_page_query(with_page_query({{"limit", limit}}), 24, 100);
    ASSERT_FALSE(page) << limit;
    EXPECT_EQ(page.error().fields.at(0).field, "limit");
  }
  const auto page = read_page_query(with_page_query({{"cursor", "17"}}), 24, 100);
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().fields.at(0).field, "cursor");
}

TEST(Paging, NamesThePagesAfterAndBefore) {
  const PageCursor next{.id = id}, previous{.id = id, .is_back = true};
  const std::string to_next = std::string("</list?limit=24&cursor=") + id + "&x=1>; rel=\"next\"";
  const std::string to_previous =
      std::string("</list?limit=24&cursor=-") + id + "&x=1>; rel=\"prev\"";
  Response both, only_next, only_previous, neither;
  add_page_links(both, "/list", 24, next, previous, "&x=1");
  EXPECT_EQ(both.headers.find("Link"), to_next + ", " + to_previous);
  add_page_links(only_next, "/list", 24, next, std::nullopt, "&x=1");
  EXPECT_EQ(only_next.headers.find("Link"), to_next);
  add_page_links(only_previous, "/list", 24, std::nullopt, previous, "&x=1");
  EXPECT_EQ(only_previous.headers.find("Link"), to_previous);
  add_page_links(neither, "/list", 24, std::nullopt, std::nullopt);
  EXPECT_FALSE(neither.headers.find("Link"));
}

}  // namespace
}  // namespace ticketing::http
