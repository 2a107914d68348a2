#include "common/http/paging.hpp"

#include <fmt/format.h>

#include <charconv>

namespace ticketing::http {

Result<PageQuery> read_page_query(const Request& request, std::int64_t limit_default,
                                  std::int64_t limit_max,
                                  const std::function<bool(std::string_view)>& is_place) {
  PageQuery query{.limit = limit_default};
  if (const auto text = request.query_param("cursor"); text && !text->empty()) {
    const bool is_back = text->starts_with('-');
    const std::string_view id = text->substr(is_back ? 1 : 0);
    if (!is_place(id))
      return refuse(
          invalid_field("cursor", {codes::not_a_cursor(), "must be one taken from a Link header"}));
    query.cursor = PageCursor{.id = std::string(id), .is_back = is_back};
  }
  if (const auto text = request.query_param("limit"); text && !text->empty()) {
    const char* const end = text->data() + text->size();
    const auto [stop, fault] = std::from_chars(text->data(), end, query.limit);
    if (fault != std::errc{} || stop != end || query.limit < 1 || query.limit > limit_max) {
      return refuse(
          invalid_field("limit", {codes::not_in_range(1, limit_max),
                                  fmt::format("must be a whole number from 1 to {}", limit_max)}));
    }
  }
  return query;
}

void add_page_links(Response& response, const std::string& path, std::int64_t limit,
                    const std::optional<PageCursor>& next,
                    const std::optional<PageCursor>& previous, const std::string& filter) {
  std::string links;
  const auto add = [&](const std::optional<PageCursor>& cursor, std::string_view relation) {
    if (!cursor) return;
    links += fmt::format("{}<{}?limit={}&cursor={}{}{}>; rel=\"{}\"", links.empty() ? "" : ", ",
                         path, limit, cursor->is_back ? "-" : "", cursor->id, filter, relation);
  };
  add(next, "next");
  add(previous, "prev");
  if (!links.empty()) response.headers.add("Link", std::move(links));
}

}  // namespace ticketing::http
