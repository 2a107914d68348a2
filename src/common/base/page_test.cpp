#include "common/base/page.hpp"

#include <gtest/gtest.h>

namespace ticketing {
namespace {

// What a database holds of ids 9 … 1, newest first, as one page of it is read.
Page<int> read(std::int64_t limit, std::optional<PageCursor> cursor = std::nullopt) {
  const PageQuery query{.limit = limit, .cursor = cursor};
  std::vector<int> found;
  const bool is_back = cursor && cursor->is_back;
  for (int i = 1; i <= 9; ++i) {
    const int id = is_back ? i : 10 - i;
    const int from = cursor ? std::stoi(cursor->id) : 100;
    if ((is_back ? id > from : id < from) && std::ssize(found) <= limit) found.push_back(id);
  }
  return make_page(std::move(found), query, [](int id) { return std::to_string(id); });
}

TEST(Page, LeadsToTheEndAndBackOverTheSamePages) {
  for (const std::int64_t limit : {1, 2, 3, 4, 9, 10}) {
    std::vector<std::vector<int>> forward;
    Page<int> page = read(limit);
    EXPECT_FALSE(page.previous) << "of the first page";
    for (;;) {
      forward.push_back(page.items);
      if (!page.next) break;
      page = read(limit, page.next);
      EXPECT_TRUE(page.previous);
    }
    std::vector<int> all;
    for (const auto& items : forward) all.insert(all.end(), items.begin(), items.end());
    EXPECT_EQ(all, (std::vector<int>{9, 8, 7, 6, 5, 4, 3, 2, 1}));
    for (std::size_t i = forward.size() - 1; i-- > 0;) {
      ASSERT_TRUE(page.previous);
      page = read(limit, page.previous);
      EXPECT_EQ(page.items, forward[i]);
      EXPECT_TRUE(page.next);
    }
    EXPECT_FALSE(page.previous) << "of the first page";
  }
}

TEST(Page, ThatIsEmptyLeadsNowhere) {
  const Page<int> page = read(3, PageCursor{.id = "1"});
  EXPECT_TRUE(page.items.empty());
  EXPECT_FALSE(page.previous || page.next);
}

}  // namespace
}  // namespace ticketing
