#include "tickets/api.hpp"

#include <fmt/format.h>

#include "common/base/text_unicode.hpp"
#include "common/http/paging.hpp"
#include "common/json/reader.hpp"
#include "contracts/limits.hpp"
#include "tickets/ticket_json.hpp"

namespace ticketing::tickets {
namespace {

using identity::Caller;
using runtime::IdempotentRequests;

constexpr std::int64_t limit_default = 24;
constexpr std::int64_t limit_max = 100;

Result<std::optional<TicketStatus>> read_status(const http::Request& request) {
  const auto text = request.query_param("status");
  if (!text || text->empty()) return std::nullopt;
  const auto status = parse_ticket_status(*text);
  if (!status || *status == TicketStatus::withdrawn)
    return refuse(invalid_field("status", "status must be available, reserved or sold"));
  return status;
}

// What a seller sends: the ticket's details and, with a change, the version that was seen.
struct TicketBody {
  TicketDetails details;
  std::optional<std::int64_t> seen_version;
};

Result<TicketBody> read_body(const http::Request& request) {
  auto reader = json::Reader::parse(request.body);
  if (!reader) return std::unexpected(reader.error());
  TicketBody body{.details = {.title = std::string(trim_unicode(reader->text("title"))),
                              .price = reader->money("price", contracts::price_cents_min,
                                                     contracts::price_cents_max)},
                  .seen_version = std::nullopt};
  if (reader->has("version")) body.seen_version = reader->integer("version");
  const auto so_far = reader->error();
  const auto names_title = [](const FieldError& fault) { return fault.field == "title"; };
  if (!so_far || std::ranges::none_of(so_far->fields, names_title)) {
    if (const auto fault = title_fault(body.details.title, contracts::title_characters_max))
      reader->fault("title", "title " + *fault);
  }
  if (auto error = reader->error()) return std::unexpected(*std::move(error));
  return body;
}

Task<Result<http::Response>> list(Operations& operations, const http::Request& request) {
  const auto status = read_status(request);
  if (!status) co_return std::unexpected(status.error());
  const auto query = http::read_page_query(request, limit_default, limit_max);
  if (!query) co_return std::unexpected(query.error());
  const TicketPage page = co_await operations.list_tickets(*status, query->cursor, query->limit);
  json::Writer writer;
  writer.begin_array();
  for (const Ticket& ticket : page.tickets) write(writer, ticket);
  writer.end_array();
  http::Response response = http::json_response(200, writer.take());
  if (page.next_cursor) {
    const std::string filter = *status ? fmt::format("&status={}", to_string(**status)) : "";
    http::add_next_page(response, "/api/tickets", query->limit, *page.next_cursor, filter);
  }
  co_return response;
}

Task<Result<http::Response>> show(Operations& operations, const http::Request& request) {
  const auto ticket = co_await operations.show_ticket(request.path_param("id"));
  if (!ticket) co_return std::unexpected(ticket.error());
  co_return http::json_response(200, to_json(*ticket));
}

Task<Result<std::optional<http::Response>>> make_ticket(Operations& operations, CreateTicket body) {
  const auto ticket = co_await operations.create_ticket(std::move(body));
  if (!ticket) co_return std::nullopt;
  http::Response response = http::json_response(201, to_json(*ticket));
  response.headers.add("Location", "/api/tickets/" + ticket->id);
  co_return response;
}

Task<Result<http::Response>> create(Operations& operations, IdempotentRequests& idempotency,
                                    const http::Request& request, const Caller& caller) {
  const auto body = read_body(request);
  if (!body) co_return std::unexpected(body.error());
  co_return co_await idempotency.answer_once(
      request, caller.user_id, [&](const std::optional<db::IdempotencyKey>& key) {
        return make_ticket(operations, {.details = body->details,
                                        .user_id = caller.user_id,
                                        .idempotency_key = key,
                                        .traceparent = request.traceparent});
      });
}

Task<Result<http::Response>> update(Operations& operations, const http::Request& request,
                                    const Caller& caller) {
  auto body = read_body(request);
  if (!body) co_return std::unexpected(body.error());
  const auto ticket = co_await operations.update_ticket({.id = request.path_param("id"),
                                                         .details = std::move(body->details),
                                                         .seen_version = body->seen_version,
                                                         .user_id = caller.user_id,
                                                         .traceparent = request.traceparent});
  if (!ticket) co_return std::unexpected(ticket.error());
  co_return http::json_response(200, to_json(*ticket));
}

// 204 is final; 202 with the ticket when orders has not decided yet.
Task<Result<http::Response>> withdraw(Operations& operations, const http::Request& request,
                                      const Caller& caller) {
  const auto ticket = co_await operations.withdraw_ticket(request.path_param("id"), caller.user_id,
                                                          request.traceparent);
  if (!ticket) co_return std::unexpected(ticket.error());
  if (ticket->status == TicketStatus::withdrawn) co_return http::Response{.status = 204};
  co_return http::json_response(202, to_json(*ticket));
}

Task<Result<http::Response>> stream(TicketFeed& feed) { co_return feed.open(); }

}  // namespace

http::Routes routes(Operations& operations, TicketFeed& feed, IdempotentRequests& idempotency,
                    identity::Identity& identity) {
  using Request = http::Request;
  return {
      {"GET", "/api/tickets", [&](const Request& request) { return list(operations, request); }},
      {"GET", "/api/tickets/stream", [&](const Request&) { return stream(feed); }},
      {"GET", "/api/tickets/:id",
       [&](const Request& request) { return show(operations, request); }},
      {"POST", "/api/tickets",
       identity.signed_in([&](const Request& request, const Caller& caller) {
         return create(operations, idempotency, request, caller);
       })},
      {"PUT", "/api/tickets/:id",
       identity.signed_in([&](const Request& request, const Caller& caller) {
         return update(operations, request, caller);
       })},
      {"DELETE", "/api/tickets/:id",
       identity.signed_in([&](const Request& request, const Caller& caller) {
         return withdraw(operations, request, caller);
       })},
  };
}

}  // namespace ticketing::tickets
