#include "tickets/api.hpp"

#include <fmt/format.h>

#include <charconv>

#include "common/base/id.hpp"
#include "common/base/text.hpp"
#include "common/json/reader.hpp"
#include "contracts/limits.hpp"
#include "tickets/ticket_json.hpp"

namespace ticketing::tickets {
namespace {

constexpr std::int64_t limit_default = 24;
constexpr std::int64_t limit_max = 100;

struct ListQuery {
  std::optional<TicketStatus> status;
  std::optional<std::string> cursor;
  std::int64_t limit = limit_default;
};

Result<ListQuery> read_list_query(const http::Request& request) {
  ListQuery query;
  if (const auto text = request.query_param("status"); text && !text->empty()) {
    query.status = parse_ticket_status(*text);
    if (!query.status)
      return refuse(invalid_field("status", "status must be available, reserved or sold"));
  }
  if (const auto text = request.query_param("cursor"); text && !text->empty()) {
    if (!is_uuid(*text))
      return refuse(invalid_field("cursor", "cursor must be one taken from a Link header"));
    query.cursor = std::string(*text);
  }
  if (const auto text = request.query_param("limit"); text && !text->empty()) {
    const auto [end, fault] =
        std::from_chars(text->data(), text->data() + text->size(), query.limit);
    if (fault != std::errc{} || end != text->data() + text->size() || query.limit < 1 ||
        query.limit > limit_max) {
      return refuse(invalid_field(
          "limit", fmt::format("limit must be a whole number from 1 to {}", limit_max)));
    }
  }
  return query;
}

Result<TicketDetails> read_details(const http::Request& request) {
  auto reader = json::Reader::parse(request.body);
  if (!reader) return std::unexpected(reader.error());
  TicketDetails details{
      .title = std::string(trim(reader->text("title"))),
      .price = reader->money("price", contracts::price_cents_min, contracts::price_cents_max)};
  const auto names_title = [](const FieldError& fault) { return fault.field == "title"; };
  const auto so_far = reader->error();
  if (!so_far || std::ranges::none_of(so_far->fields, names_title)) {
    if (details.title.empty()) reader->fault("title", "title must not be empty");
    if (utf8_length(details.title) > contracts::title_characters_max) {
      reader->fault("title", fmt::format("title must have at most {} characters",
                                         contracts::title_characters_max));
    }
    if (std::ranges::any_of(details.title,
                            [](char c) { return static_cast<unsigned char>(c) < 0x20; })) {
      reader->fault("title", "title must not contain control characters");
    }
  }
  if (auto error = reader->error()) return std::unexpected(*std::move(error));
  return details;
}

Task<Result<http::Response>> list(Operations& operations, const http::Request& request) {
  const auto query = read_list_query(request);
  if (!query) co_return std::unexpected(query.error());
  const TicketPage page =
      co_await operations.list_tickets(query->status, query->cursor, query->limit);
  json::Writer writer;
  writer.begin_array();
  for (const Ticket& ticket : page.tickets) write(writer, ticket);
  writer.end_array();
  http::Response response = http::json_response(200, writer.take());
  if (page.next_cursor) {
    std::string link =
        fmt::format("</api/tickets?limit={}&cursor={}", query->limit, *page.next_cursor);
    if (query->status) link += fmt::format("&status={}", to_string(*query->status));
    response.headers.add("Link", link + ">; rel=\"next\"");
  }
  co_return response;
}

Task<Result<http::Response>> show(Operations& operations, const http::Request& request) {
  const auto ticket = co_await operations.show_ticket(request.path_param("id"));
  if (!ticket) co_return std::unexpected(ticket.error());
  co_return http::json_response(200, to_json(*ticket));
}

Task<Result<http::Response>> create(Operations& operations, const http::Request& request,
                                    const identity::Caller& caller) {
  auto details = read_details(request);
  if (!details) co_return std::unexpected(details.error());
  const Ticket ticket =
      co_await operations.create_ticket(*std::move(details), caller.user_id, request.traceparent);
  http::Response response = http::json_response(201, to_json(ticket));
  response.headers.add("Location", "/api/tickets/" + ticket.id);
  co_return response;
}

Task<Result<http::Response>> update(Operations& operations, const http::Request& request,
                                    const identity::Caller& caller) {
  auto details = read_details(request);
  if (!details) co_return std::unexpected(details.error());
  const auto ticket = co_await operations.update_ticket(
      request.path_param("id"), *std::move(details), caller.user_id, request.traceparent);
  if (!ticket) co_return std::unexpected(ticket.error());
  co_return http::json_response(200, to_json(*ticket));
}

Task<Result<http::Response>> stream(TicketFeed& feed) { co_return feed.open(); }

}  // namespace

http::Routes routes(Operations& operations, TicketFeed& feed, identity::Identity& identity) {
  using identity::Caller;
  using Request = http::Request;
  return {
      {"GET", "/api/tickets", [&](const Request& request) { return list(operations, request); }},
      {"GET", "/api/tickets/stream", [&](const Request&) { return stream(feed); }},
      {"GET", "/api/tickets/:id",
       [&](const Request& request) { return show(operations, request); }},
      {"POST", "/api/tickets",
       identity.signed_in([&](const Request& request, const Caller& caller) {
         return create(operations, request, caller);
       })},
      {"PUT", "/api/tickets/:id",
       identity.signed_in([&](const Request& request, const Caller& caller) {
         return update(operations, request, caller);
       })},
  };
}

}  // namespace ticketing::tickets
