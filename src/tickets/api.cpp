#include "tickets/api.hpp"

#include <fmt/format.h>

#include "common/base/id.hpp"
#include "common/http/paging.hpp"
#include "common/http/query_parameters.hpp"
#include "common/json/described.hpp"
#include "contracts/limits.hpp"
#include "tickets/ticket_json.hpp"

namespace ticketing::tickets {
namespace {

using identity::Caller;
using runtime::IdempotentRequests;

constexpr std::int64_t limit_default = 24;

enum class ListSort { new_, price };
BOOST_DESCRIBE_ENUM(ListSort, new_, price)

bool read_mine(http::QueryParameters& parameters) {
  const auto mine = parameters.text("mine");
  if (mine && *mine != "1")
    parameters.fault("mine", {codes::not_one_of("1"), "must be 1, or absent"});
  return mine.has_value();
}

std::optional<std::string> read_show(http::QueryParameters& parameters) {
  const auto show_id = parameters.text("showId");
  if (!show_id || is_uuid(*show_id)) return show_id;
  if (*show_id != "none")
    parameters.fault("showId", {codes::not_an_id(), "must be an id, or none"});
  return "";
}

// Only a seller's own list has withdrawn and lapsed tickets.
TicketFilter read_filter(http::QueryParameters& parameters, std::optional<std::string> seller_id) {
  std::vector<TicketStatus> without;
  if (!seller_id) without = {TicketStatus::withdrawn, TicketStatus::lapsed};
  TicketFilter filter{.status = parameters.one_of<TicketStatus>("status", without),
                      .seller_id = std::move(seller_id)};
  filter.text = parameters.text("q").value_or("");
  filter.price_min = parameters.amount("minPrice", contracts::price_cents_max);
  filter.price_max = parameters.amount("maxPrice", contracts::price_cents_max);
  filter.show_id = read_show(parameters);
  filter.is_by_price = parameters.one_of<ListSort>("sort") == ListSort::price;
  return filter;
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
  std::optional<std::int64_t> quantity;
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
  if (reader->has("quantity")) {
    body.quantity = reader->integer("quantity");
    if (*body.quantity < 1 || *body.quantity > lot_max) {
      reader->fault("quantity", {codes::not_in_range(1, lot_max),
                                 fmt::format("must be a whole number from 1 to {}", lot_max)});
    }
  }
  if (reader->has("version")) body.seen_version = reader->integer("version");
  if (auto error = reader->error()) return std::unexpected(*std::move(error));
  return body;
}

Task<Result<http::Response>> list(Operations& operations, identity::Identity& identity,
                                  const http::Request& request) {
  http::QueryParameters parameters(request);
  std::optional<std::string> seller_id;
  const bool is_own = read_mine(parameters);
  if (is_own && !parameters.error()) {
    const auto caller = co_await identity.admit(request);
    if (!caller) co_return std::unexpected(caller.error());
    seller_id = caller->user_id;
  }
  const TicketFilter filter = read_filter(parameters, seller_id);
  if (auto error = parameters.error()) co_return refuse(*std::move(error));
  const auto query = http::read_page_query(
      request, limit_default, contracts::page_limit_max, [&](std::string_view place) {
        return lists::parse_place(filter.is_by_price, place).has_value();
      });
  if (!query) co_return std::unexpected(query.error());
  const auto page = co_await operations.list_tickets(filter, *query);
  co_return to_response(page, "/api/tickets", query->limit, parameters.filter());
}

Task<Result<http::Response>> list_through(ListCache& lists, Operations& operations,
                                          identity::Identity& identity,
                                          const http::Request& request) {
  std::optional<std::string> key = ListCache::key_of(request);
  if (!key) co_return co_await list(operations, identity, request);
  if (const http::Response* held = lists.find(*key)) co_return *held;
  const auto commits = lists.commits_so_far();
  Result<http::Response> answer = co_await list(operations, identity, request);
  if (answer) lists.put(*std::move(key), commits, *answer);
  co_return answer;
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

Task<Result<std::optional<http::Response>>> make_lot(Operations& operations, CreateTicket body) {
  const auto lot = co_await operations.create_lot(std::move(body));
  if (!lot) co_return std::unexpected(lot.error());
  if (lot->empty()) co_return std::nullopt;
  co_return http::json_response(201, to_json(*lot));
}

Task<Result<http::Response>> create(Operations& operations, IdempotentRequests& idempotency,
                                    const http::Request& request, const Caller& caller) {
  const auto body = read_body(request);
  if (!body) co_return std::unexpected(body.error());
  co_return co_await idempotency.answer_once(
      request, caller.user_id, [&](const std::optional<db::IdempotencyKey>& key) {
        const auto make = body->quantity ? make_lot : make_ticket;
        return make(operations, {.details = body->details,
                                 .show_id = body->show_id,
                                 .user_id = caller.user_id,
                                 .idempotency_key = key,
                                 .quantity = body->quantity});
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

http::Routes routes(Operations& operations, ListCache& lists, TicketFeed& feed,
                    IdempotentRequests& idempotency, identity::Identity& identity) {
  using Request = http::Request;
  return {
      {"GET", "/api/tickets",
       [&](const Request& request) { return list_through(lists, operations, identity, request); }},
      {"GET", "/api/tickets/stream", [&](const Request&) { return stream(feed); }},
      {"GET", "/api/tickets/:id",
       [&](const Request& request) { return show(operations, request); }},
      {"POST", "/api/tickets", identity.verified([&](const Request& request, const Caller& caller) {
         return create(operations, idempotency, request, caller);
       })},
      {"PUT", "/api/tickets/:id",
       identity.verified([&](const Request& request, const Caller& caller) {
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
