#include "common/http/paging.hpp"

#include <fmt/format.h>

#include <charconv>

#include "common/base/id.hpp"

namespace ticketing::http {

Result<PageQuery> read_page_query(const Request& request, std::int64_t limit_default,
                                  std::int64_t limit_max) {
  PageQuery query{.limit = limit_default};
  if (const auto text = request.query_param("cursor"); text && !text->empty()) {
    if (!is_uuid(*text))
      return refuse(invalid_field("cursor", "cursor must be one taken from a Link header"));
    query.cursor = std::string(*text);
  }
  if (const auto text = request.query_param("limit"); text && !text->empty()) {
    const char* const end = text->data() + text->size();
    const auto [stop, fault] = std::from_chars(text->data(), end, query.limit);
    if (fault != std::errc{} || stop != end || query.limit < 1 || query.limit > limit_max) {
      return refuse(invalid_field(
          "limit", fmt::format("limit must be a whole number from 1 to {}", limit_max)));
    }
  }
  return query;
}

void add_next_page(Response& response, const std::string& path, std::int64_t limit,
                   const std::string& cursor, const std::string& filter) {
  response.headers.add(
      "Link", fmt::format("<{}?limit={}&cursor={}{}>; rel=\"next\"", path, limit, cursor, filter));
}

}  // namespace ticketing::http
