// Lists by page: `limit` and `cursor` in the query, the pages before and after in a Link header
// (RFC 8288). A cursor is the id of an item, or another text that says where it is in the list,
// with a "-" before it when it goes back.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "common/base/error.hpp"
#include "common/base/id.hpp"
#include "common/base/page.hpp"
#include "common/http/message.hpp"

namespace ticketing::http {

// An empty parameter counts as none. Refuses with "invalid" and the field "limit" or "cursor".
Result<PageQuery> read_page_query(const Request& request, std::int64_t limit_default,
                                  std::int64_t limit_max,
                                  const std::function<bool(std::string_view)>& is_place = is_uuid);

// Names the pages after and before, where there are any; `filter` is the rest of the query
// ("&status=open").
void add_page_links(Response& response, const std::string& path, std::int64_t limit,
                    const std::optional<PageCursor>& next,
                    const std::optional<PageCursor>& previous, const std::string& filter = "");

}  // namespace ticketing::http
