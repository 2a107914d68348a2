#include "shows/api.hpp"

#include <fmt/format.h>

#include "common/base/text.hpp"
#include "common/base/text_unicode.hpp"
#include "common/http/paging.hpp"
#include "contracts/limits.hpp"
#include "shows/calendar.hpp"
#include "shows/show_body.hpp"
#include "shows/show_json.hpp"

namespace ticketing::shows {
namespace {

using identity::Caller;
using runtime::IdempotentRequests;
using search::Query;
using search::Sort;

constexpr std::int64_t limit_default = 24;
constexpr std::size_t query_characters_max = 200;

// The parameters of a list; an empty one counts as none.
class ListParameters {
 public:
  explicit ListParameters(const http::Request& request) : request_(request) {}

  Result<Query> read(Timestamp now) {
    Query query{.text = text("q").value_or(""), .city = text("city"), .now = now};
    query.category = one_of<Category>("category");
    query.from = date("from");
    query.to = date("to");
    query.sort = one_of<Sort>("sort").value_or(Sort::date);
    if (error_) return refuse(*std::move(error_));
    const auto page = http::read_page_query(
        request_, limit_default, contracts::page_limit_max, [&](std::string_view place) {
          return search::parse_cursor(query.sort, place).has_value();
        });
    if (!page) return std::unexpected(page.error());
    query.limit = page->limit;
    if (page->cursor) {
      query.cursor = search::parse_cursor(query.sort, page->cursor->id);
      query.cursor->is_back = page->cursor->is_back;
    }
    return query;
  }

  // As the other pages' addresses need them: "&q=…&city=…".
  std::string filter() const { return filter_; }

 private:
  std::optional<std::string> text(std::string_view name) {
    const auto given = request_.query_param(name);
    if (!given || given->empty()) return std::nullopt;
    if (utf8_length(*given) > query_characters_max) {
      fault(name, {codes::too_long(query_characters_max),
                   fmt::format("must have at most {} characters", query_characters_max)});
      return std::nullopt;
    }
    if (has_deceptive_character(*given)) {
      fault(name, {codes::bad_characters(), "must not contain control characters"});
      return std::nullopt;
    }
    filter_ += fmt::format("&{}={}", name, percent_encode(*given));
    return std::string(*given);
  }

  template <class Enum>
  std::optional<Enum> one_of(std::string_view name) {
    const auto given = text(name);
    if (!given) return std::nullopt;
    const auto value = value_named<Enum>(*given);
    const std::string all = fmt::format("{}", fmt::join(names_of<Enum>(), ", "));
    if (!value) fault(name, {codes::not_one_of(all), "must be one of " + all});
    return value;
  }

  std::optional<std::chrono::sys_days> date(std::string_view name) {
    const auto given = text(name);
    if (!given) return std::nullopt;
    const auto midnight = parse_iso8601(*given + "T00:00:00.000Z");
    if (midnight) return std::chrono::floor<std::chrono::days>(*midnight);
    fault(name, {codes::not_a_time(), "must be a date like 2026-01-31"});
    return std::nullopt;
  }

  void fault(std::string_view name, Fault fault) {
    if (!error_) error_ = invalid_field(std::string(name), std::move(fault));
  }

  const http::Request& request_;
  std::string filter_;
  std::optional<Error> error_;
};

Task<Result<http::Response>> list(Operations& operations, const http::Request& request) {
  ListParameters parameters(request);
  const Timestamp now = operations.now();
  const auto query = parameters.read(now);
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

Task<Result<http::Response>> show(Operations& operations, const http::Request& request) {
  const auto found = co_await operations.show_show(request.path_param("id"));
  if (!found) co_return std::unexpected(found.error());
  co_return http::json_response(200, to_json(*found, operations.settings(), operations.now()));
}

Task<Result<http::Response>> calendar(Operations& operations, const http::Request& request) {
  const auto found = co_await operations.show_show(request.path_param("id"));
  if (!found) co_return std::unexpected(found.error());
  http::Response response{.status = 200, .body = to_calendar(*found, operations.now())};
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
  auto change = read_update(request, caller.user_id);
  if (!change) co_return std::unexpected(change.error());
  const auto updated = co_await operations.update_show(*std::move(change));
  if (!updated) co_return std::unexpected(updated.error());
  co_return http::json_response(200, to_json(*updated, operations.settings(), operations.now()));
}

}  // namespace

http::Routes routes(Operations& operations, IdempotentRequests& idempotency,
                    identity::Identity& identity) {
  using Request = http::Request;
  return {
      {"GET", "/api/shows", [&](const Request& request) { return list(operations, request); }},
      {"GET", "/api/shows/:id", [&](const Request& request) { return show(operations, request); }},
      {"GET", "/api/shows/:id.ics",
       [&](const Request& request) { return calendar(operations, request); }},
      {"POST", "/api/shows", identity.signed_in([&](const Request& request, const Caller& caller) {
         return create(operations, idempotency, request, caller);
       })},
      {"PUT", "/api/shows/:id",
       identity.signed_in([&](const Request& request, const Caller& caller) {
         return update(operations, request, caller);
       })},
  };
}

}  // namespace ticketing::shows
