#include "common/http/paging.hpp"

#include <gtest/gtest.h>

namespace ticketing::http {
namespace {

constexpr const char* id = "01930000-0000-7000-8000-000000000001";

Request with_query(std::vector<std::pair<std::string, std::string>> query) {
  Request request;
  request.query = std::move(query);
  return request;
}

TEST(Paging, TakesTheDefaultsWhereNothingIsSaid) {
  const auto page = read_page_query(with_query({{"limit", ""}, {"cursor", ""}}), 24, 100);
  ASSERT_TRUE(page);
  EXPECT_EQ(page->limit, 24);
  EXPECT_FALSE(page->cursor);
}

TEST(Paging, ReadsLimitAndCursor) {
  const auto page = read_page_query(with_query({{"limit", "100"}, {"cursor", id}}), 24, 100);
  ASSERT_TRUE(page);
  EXPECT_EQ(page->limit, 100);
  EXPECT_EQ(page->cursor, id);
}

TEST(Paging, RefusesWhatIsNoPageAndNamesTheField) {
  for (const char* limit : {"0", "101", "-1", "1.5", "2x", "99999999999999999999", " 3"}) {
    const auto page = read_page_query(with_query({{"limit", limit}}), 24, 100);
    ASSERT_FALSE(page) << limit;
    EXPECT_EQ(page.error().fields.at(0).field, "limit");
  }
  const auto page = read_page_query(with_query({{"cursor", "17"}}), 24, 100);
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().fields.at(0).field, "cursor");
}

TEST(Paging, NamesTheNextPage) {
  Response response;
  add_next_page(response, "/api/tickets", 24, id, "&status=sold");
  EXPECT_EQ(response.headers.find("Link"),
            std::string("</api/tickets?limit=24&cursor=") + id + "&status=sold>; rel=\"next\"");
}

}  // namespace
}  // namespace ticketing::http
