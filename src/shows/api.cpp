#include "shows/api.hpp"

#include <fmt/format.h>

#include "common/http/paging.hpp"
#include "common/http/query_parameters.hpp"
#include "contracts/calendar.hpp"
#include "contracts/limits.hpp"
#include "shows/operator/editor.hpp"
#include "shows/show_body.hpp"
#include "shows/show_json.hpp"

namespace ticketing::shows {
namespace {

using identity::Caller;
using runtime::IdempotentRequests;
using search::Query;
using search::Sort;

constexpr std::int64_t limit_default = 24;

Result<Query> read_query(const http::Request& request, http::QueryParameters& parameters,
                         Timestamp now) {
  Query query{.text = parameters.text("q").value_or(""),
              .city = parameters.text("city"),
              .category = parameters.one_of<Category>("category"),
              .from = parameters.date("from"),
              .to = parameters.date("to"),
              .price_min = parameters.amount("minPrice", contracts::price_cents_max),
              .price_max = parameters.amount("maxPrice", contracts::price_cents_max),
              .sort = parameters.one_of<Sort>("sort").value_or(Sort::date),
              .limit = limit_default,
              .cursor = std::nullopt,
              .now = now};
  if (auto error = parameters.error()) return refuse(*std::move(error));
  const auto page = http::read_page_query(
      request, limit_default, contracts::page_limit_max,
      [&](std::string_view place) { return search::parse_cursor(query.sort, place).has_value(); });
  if (!page) return std::unexpected(page.error());
  query.limit = page->limit;
  if (page->cursor) {
    query.cursor = search::parse_cursor(query.sort, page->cursor->id);
    query.cursor->is_back = page->cursor->is_back;
  }
  return query;
}

Task<Result<http::Response>> list(Operations& operations, const http::Request& request) {
  http::QueryParameters parameters(request);
  const Timestamp now = operations.now();
  const auto query = read_query(request, parameters, now);
  if (!query) co_return std::unexpected(query.error());
  const auto page = co_await operations.find_shows(*query);
  json::Writer writer;
  writer.begin_array();
  for (const Show& show : page.items)
    json::write(writer, answer_of(show, operations.settings(), now));
  writer.end_array();
  http::Response response = http::json_response(200, writer.take());
  http::add_page_links(response, "/api/shows", query->limit, page.next, page.previous,
                       parameters.filter());
  co_return response;
}

// What the front page shows: the next shows, and the cities where shows are to come.
Task<Result<http::Response>> upcoming(Operations& operations, const http::Request& request) {
  const auto page = http::read_page_query(request, limit_default, contracts::page_limit_max);
  if (!page) co_return std::unexpected(page.error());
  const Timestamp now = operations.now();
  const auto shows = co_await operations.find_shows({.limit = page->limit, .now = now});
  const auto cities = co_await operations.list_cities();
  json::Writer writer;
  writer.begin_object().key("shows").begin_array();
  for (const Show& show : shows.items)
    json::write(writer, answer_of(show, operations.settings(), now));
  writer.end_array().field("more", shows.next.has_value()).key("cities").begin_array();
  for (const City& city : cities) json::write(writer, city);
  writer.end_array().end_object();
  co_return http::json_response(200, writer.take());
}

Task<Result<http::Response>> show(Operations& operations, const http::Request& request) {
  const auto found = co_await operations.show_show(request.path_param("id"));
  if (!found) co_return std::unexpected(found.error());
  auto answer = answer_of(*found, operations.settings(), operations.now());
  answer.merged_ids = co_await operations.list_merged(found->id);
  co_return http::json_response(200, json::to_json(answer));
}

Task<Result<http::Response>> calendar(Operations& operations, const http::Request& request) {
  const auto found = co_await operations.show_show(request.path_param("id"));
  if (!found) co_return std::unexpected(found.error());
  const Venue& venue = found->venue;
  http::Response response{.status = 200};
  response.body = contracts::to_calendar(
      {.id = found->id,
       .version = found->version,
       .name = found->name,
       .place = fmt::format("{}, {}, {}", venue.name, venue.city, venue.country),
       .starts_at = found->starts_at,
       .ends_at = found->ends_at,
       .plan = value_named<contracts::ShowPlan>(name_of(found->plan)).value(),
       .changed_at = operations.now(),
       .description = ""});
  response.headers.add("Content-Type", "text/calendar; charset=utf-8");
  response.headers.add("Content-Disposition", "attachment; filename=\"show.ics\"");
  co_return response;
}

Task<Result<std::optional<http::Response>>> make(Operations& operations, CreateShow request) {
  const auto made = co_await operations.create_show(std::move(request));
  if (!made) co_return std::unexpected(made.error());
  http::Response response = http::json_response(
      made->is_new ? 201 : 200, to_json(made->show, operations.settings(), operations.now()));
  response.headers.add("Location", "/api/shows/" + made->show.id);
  co_return response;
}

Task<Result<http::Response>> create(Operations& operations, IdempotentRequests& idempotency,
                                    const http::Request& request, const Caller& caller) {
  const auto body = read_new_show(request.body);
  if (!body) co_return std::unexpected(body.error());
  co_return co_await idempotency.answer_once(request, caller.user_id,
                                             [&](const std::optional<db::IdempotencyKey>& key) {
                                               return make(operations, {.details = body->details,
                                                                        .venue = body->venue,
                                                                        .user_id = caller.user_id,
                                                                        .idempotency_key = key});
                                             });
}

Task<Result<http::Response>> update(Operations& operations, const http::Request& request,
                                    const Caller& caller) {
  auto change = read_update(request, operator_::editor_of(caller));
  if (!change) co_return std::unexpected(change.error());
  const auto updated = co_await operations.update_show(*std::move(change));
  operator_::audit(request, caller, "operator.change_show", updated ? nullptr : &updated.error());
  if (!updated) co_return std::unexpected(updated.error());
  co_return http::json_response(200, to_json(*updated, operations.settings(), operations.now()));
}

}  // namespace

http::Routes routes(Operations& operations, IdempotentRequests& idempotency,
                    identity::Identity& identity) {
  using Request = http::Request;
  return {
      {"GET", "/api/shows", [&](const Request& request) { return list(operations, request); }},
      {"GET", "/api/shows/upcoming",
       [&](const Request& request) { return upcoming(operations, request); }},
      {"GET", "/api/shows/:id", [&](const Request& request) { return show(operations, request); }},
      {"GET", "/api/shows/:id.ics",
       [&](const Request& request) { return calendar(operations, request); }},
      {"POST", "/api/shows", identity.verified([&](const Request& request, const Caller& caller) {
         return create(operations, idempotency, request, caller);
       })},
      {"PUT", "/api/shows/:id",
       identity.verified([&](const Request& request, const Caller& caller) {
         return update(operations, request, caller);
       })},
  };
}

}  // namespace ticketing::shows
