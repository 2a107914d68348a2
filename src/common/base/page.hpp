// One page of a list that can be read in both directions, newest first. A page begins after an item
// that the caller has, or goes back and ends before it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ticketing {

struct PageCursor {
  std::string id;  // of the last item of the page before, or of the first item of the page after
  bool is_back = false;  // the page before this item, not the one after it
};

struct PageQuery {
  std::int64_t limit = 0;
  std::optional<PageCursor> cursor{};
};

template <class T>
struct Page {
  std::vector<T> items;  // newest first
  std::optional<PageCursor> previous{}, next{};
};

// `found` has up to one item more than the limit, in the order in which it was read: going back,
// the oldest first. `id_of` gives the id of an item.
template <class T, class IdOf>
Page<T> make_page(std::vector<T> found, const PageQuery& query, IdOf id_of) {
  const bool is_back = query.cursor && query.cursor->is_back;
  const bool has_more = std::ssize(found) > query.limit;
  if (has_more) found.resize(static_cast<std::size_t>(query.limit));
  if (is_back) std::ranges::reverse(found);
  Page<T> page{.items = std::move(found)};
  if (page.items.empty()) return page;
  // There is something where the caller came from.
  if (is_back ? has_more : query.cursor.has_value())
    page.previous = PageCursor{.id = id_of(page.items.front()), .is_back = true};
  if (is_back || has_more) page.next = PageCursor{.id = id_of(page.items.back())};
  return page;
}

}  // namespace ticketing
