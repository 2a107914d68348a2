#include "tickets/api.hpp"

#include <fmt/format.h>

#include "common/base/id.hpp"
#include "common/http/paging.hpp"
#include "common/json/described.hpp"
#include "contracts/limits.hpp"
#include "tickets/ticket_json.hpp"

namespace ticketing::tickets {
namespace {

using identity::Caller;
using runtime::IdempotentRequests;

constexpr std::int64_t limit_default = 24;

// An empty parameter counts as none. Only a seller's own list has withdrawn tickets.
Result<std::optional<TicketStatus>> read_status(const http::Request& request, bool is_own) {
  const auto text = request.query_param("status");
  if (!text || text->empty()) return std::nullopt;
  const auto status = value_named<TicketStatus>(*text);
  if (status && (is_own || *status != TicketStatus::withdrawn)) return status;
  const char* values =
      is_own ? "available, reserved, sold, withdrawn" : "available, reserved, sold";
  const std::string message = fmt::format("must be one of {}", values);
  return refuse(invalid_field("status", {codes::not_one_of(values), message}));
}

Result<bool> read_mine(const http::Request& request) {
  const auto text = request.query_param("mine");
  if (!text || text->empty()) return false;
  if (*text == "1") return true;
  return refuse(invalid_field("mine", {codes::not_one_of("1"), "must be 1, or absent"}));
}

// `showId` and `sort` of the public list; an empty one counts as none.
std::optional<Error> read_show(const http::Request& request, TicketFilter& filter) {
  const auto show_id = request.query_param("showId").value_or("");
  const auto sort = request.query_param("sort").value_or("");
  const bool is_of_show = is_uuid(show_id);
  if (!show_id.empty() && show_id != "none" && !is_of_show)
    return invalid_field("showId", {codes::not_an_id(), "must be an id, or none"});
  if (!show_id.empty()) filter.show_id = is_of_show ? std::string(show_id) : "";
  const std::string sorts = is_of_show ? "new, price" : "new";
  filter.is_by_price = is_of_show && sort == "price";
  if (sort.empty() || sort == "new" || filter.is_by_price) return std::nullopt;
  return invalid_field("sort", {codes::not_one_of(sorts), "must be one of " + sorts});
}

// The filter as the other pages' addresses need it.
std::string to_query(const TicketFilter& filter) {
  std::string query = filter.seller_id ? "&mine=1" : "";
  if (filter.status) query += fmt::format("&status={}", name_of(*filter.status));
  if (filter.show_id)
    query += fmt::format("&showId={}", filter.show_id->empty() ? "none" : *filter.show_id);
  if (filter.is_by_price) query += "&sort=price";
  return query;
}

// `item` is what answer_of() of ticket_json.hpp takes.
template <class Item>
http::Response to_response(const Page<Item>& page, const std::string& path, std::int64_t limit,
                           const std::string& filter = "") {
  json::Writer writer;
  writer.begin_array();
  for (const Item& item : page.items) json::write(writer, answer_of(item));
  writer.end_array();
  http::Response response = http::json_response(200, writer.take());
  http::add_page_links(response, path, limit, page.next, page.previous, filter);
  return response;
}

// What a seller sends: the ticket's details; with a new one the show that it is for, with a change
// the version that was seen.
struct TicketBody {
  TicketDetails details;
  std::optional<std::string> show_id;
  std::optional<std::int64_t> seen_version;
};

Result<TicketBody> read_body(const http::Request& request) {
  auto reader = json::Reader::parse(request.body);
  if (!reader) return std::unexpected(reader.error());
  TicketBody body;
  json::read(*reader, body.details,
             {.cents_min = contracts::price_cents_min, .cents_max = contracts::price_cents_max});
  if (reader->has("showId")) {
    body.show_id = reader->text("showId");
    if (!is_uuid(*body.show_id)) reader->fault("showId", {codes::not_an_id(), "must be an id"});
  }
  if (reader->has("version")) body.seen_version = reader->integer("version");
  if (auto error = reader->error()) return std::unexpected(*std::move(error));
  return body;
}

Task<Result<http::Response>> list_for(Operations& operations, const http::Request& request,
                                      std::optional<std::string> seller_id) {
  const auto status = read_status(request, seller_id.has_value());
  if (!status) co_return std::unexpected(status.error());
  const auto query = http::read_page_query(request, limit_default, contracts::page_limit_max);
  if (!query) co_return std::unexpected(query.error());
  TicketFilter filter{.status = *status, .seller_id = seller_id};
  if (!seller_id)
    if (auto error = read_show(request, filter)) co_return refuse(*std::move(error));
  const auto page = co_await operations.list_tickets(filter, *query);
  co_return to_response(page, "/api/tickets", query->limit, to_query(filter));
}

Task<Result<http::Response>> list(Operations& operations, identity::Identity& identity,
                                  const http::Request& request) {
  const auto mine = read_mine(request);
  if (!mine) co_return std::unexpected(mine.error());
  if (!*mine) co_return co_await list_for(operations, request, std::nullopt);
  const auto caller = co_await identity.admit(request);
  if (!caller) co_return std::unexpected(caller.error());
  co_return co_await list_for(operations, request, caller->user_id);
}

Task<Result<http::Response>> list_sales(Operations& operations, const http::Request& request,
                                        const Caller& caller) {
  const auto query = http::read_page_query(request, limit_default, contracts::page_limit_max);
  if (!query) co_return std::unexpected(query.error());
  const auto page = co_await operations.list_sales(caller.user_id, *query);
  co_return to_response(page, "/api/sales", query->limit);
}

Task<Result<http::Response>> show(Operations& operations, const http::Request& request) {
  const auto ticket = co_await operations.show_ticket(request.path_param("id"));
  if (!ticket) co_return std::unexpected(ticket.error());
  co_return http::json_response(200, to_json(*ticket));
}

Task<Result<std::optional<http::Response>>> make_ticket(Operations& operations, CreateTicket body) {
  const auto ticket = co_await operations.create_ticket(std::move(body));
  if (!ticket) co_return std::unexpected(ticket.error());
  if (!*ticket) co_return std::nullopt;
  http::Response response = http::json_response(201, to_json(**ticket));
  response.headers.add("Location", "/api/tickets/" + (*ticket)->id);
  co_return response;
}

Task<Result<http::Response>> create(Operations& operations, IdempotentRequests& idempotency,
                                    const http::Request& request, const Caller& caller) {
  const auto body = read_body(request);
  if (!body) co_return std::unexpected(body.error());
  co_return co_await idempotency.answer_once(
      request, caller.user_id, [&](const std::optional<db::IdempotencyKey>& key) {
        return make_ticket(operations, {.details = body->details,
                                        .show_id = body->show_id,
                                        .user_id = caller.user_id,
                                        .idempotency_key = key});
      });
}

Task<Result<http::Response>> update(Operations& operations, const http::Request& request,
                                    const Caller& caller) {
  auto body = read_body(request);
  if (!body) co_return std::unexpected(body.error());
  const auto ticket = co_await operations.update_ticket({.id = request.path_param("id"),
                                                         .details = std::move(body->details),
                                                         .seen_version = body->seen_version,
                                                         .user_id = caller.user_id});
  if (!ticket) co_return std::unexpected(ticket.error());
  co_return http::json_response(200, to_json(*ticket));
}

// 204 is final; 202 with the ticket when orders has not decided yet.
Task<Result<http::Response>> withdraw(Operations& operations, const http::Request& request,
                                      const Caller& caller) {
  const auto ticket = co_await operations.withdraw_ticket(request.path_param("id"), caller.user_id);
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
      {"GET", "/api/tickets",
       [&](const Request& request) { return list(operations, identity, request); }},
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
      {"GET", "/api/sales", identity.signed_in([&](const Request& request, const Caller& caller) {
         return list_sales(operations, request, caller);
       })},
  };
}

}  // namespace ticketing::tickets
