#include "common/runtime/kept_data.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/base/codes.hpp"
#include "common/base/text.hpp"
#include "common/http/message.hpp"

namespace ticketing::runtime {
namespace {

std::unexpected<Error> too_many_pages(std::chrono::seconds wait) {
  return refuse(Error{.kind = ErrorKind::throttled,
                      .slug = slugs::too_many_requests,
                      .detail = "Too many pages of what is kept of you. Try again in a moment.",
                      .retry_after = wait});
}

}  // namespace

KeptData::KeptData(Platform& platform, std::string service, db::Database& database,
                   KeptTables tables)
    : platform_(platform),
      service_(std::move(service)),
      database_(database),
      tables_(std::move(tables)),
      pages_(platform.limits.kept_pages, std::chrono::minutes{1}) {
  TICKETING_ASSERT(!tables_.empty());
}

http::Endpoint KeptData::endpoint() {
  return platform_.identity.signed_in(
      [this](const http::Request& request, const http::Caller& caller) {
        return page(request, caller);
      });
}

Result<KeptData::Place> KeptData::place_of(const http::Request& request) const {
  const auto cursor = request.query_param("cursor");
  if (!cursor || cursor->empty()) return Place{};
  const std::size_t dot = std::min(cursor->find('.'), cursor->size());
  const auto table = std::ranges::find(tables_, cursor->substr(0, dot), &KeptTable::name);
  if (table == tables_.end())
    return refuse(
        invalid_field("cursor", {codes::not_a_cursor(), "must be one taken from a Link header"}));
  return Place{.table = static_cast<std::size_t>(table - tables_.begin()),
               .after = std::string(cursor->substr(std::min(dot + 1, cursor->size())))};
}

Task<db::StatementResult> KeptData::read(const std::string& user_id, Place& place) {
  while (true) {
    auto found = co_await database_.query(tables_[place.table].select(
        {.user_id = user_id, .after = place.after, .limit = page_rows}));
    if (!found.empty() || place.table + 1 == tables_.size()) co_return found;
    place = {.table = place.table + 1, .after = ""};
  }
}

Task<Result<http::Response>> KeptData::page(const http::Request& request,
                                            const http::Caller& caller) {
  auto place = place_of(request);
  if (!place) co_return std::unexpected(place.error());
  const auto wait = pages_.take(limits::Caller::user(caller.user_id), platform_.clock.steady_now());
  if (wait.count() > 0) co_return too_many_pages(wait);
  const auto found = co_await read(caller.user_id, *place);
  const KeptTable& table = tables_[place->table];
  json::Writer writer;
  writer.begin_object().field("service", service_).field("table", table.name);
  writer.key("rows").begin_array();
  std::string last;
  for (const db::Row& row : found.rows) last = table.write(writer, row);
  writer.end_array().end_object();
  http::Response response = http::json_response(200, writer.take());
  response.headers.set("Cache-Control", "no-store");
  const bool is_full = std::cmp_equal(found.rows.size(), page_rows);
  std::string next;
  if (is_full) {
    next = table.name + "." + last;
  } else if (place->table + 1 < tables_.size()) {
    next = tables_[place->table + 1].name;
  }
  if (!next.empty())
    response.headers.add(
        "Link", fmt::format("<{}?cursor={}>; rel=\"next\"", request.path, percent_encode(next)));
  co_return response;
}

}  // namespace ticketing::runtime
