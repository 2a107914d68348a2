// Lists by page: `limit` and `cursor` in the query, the next page in a Link header (RFC 8288). A
// cursor is the id of the last item that the caller has.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/base/error.hpp"
#include "common/http/message.hpp"

namespace ticketing::http {

struct PageQuery {
  std::int64_t limit = 0;
  std::optional<std::string> cursor{};
};

// Refuses with "invalid" and the field "limit" or "cursor".
Result<PageQuery> read_page_query(const Request& request, std::int64_t limit_default,
                                  std::int64_t limit_max);

// Names the page that begins after `cursor`; `filter` is what else the query said ("&status=sold").
void add_next_page(Response& response, const std::string& path, std::int64_t limit,
                   const std::string& cursor, const std::string& filter = "");

}  // namespace ticketing::http
