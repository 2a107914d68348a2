#include "orders/api.hpp"

#include "common/base/id.hpp"
#include "common/http/paging.hpp"
#include "common/json/reader.hpp"
#include "common/limits/caller.hpp"
#include "contracts/limits.hpp"
#include "orders/order_json.hpp"

namespace ticketing::orders {
namespace {

using identity::Caller;
using runtime::IdempotentRequests;

// Short: a replica may be replaced by one that is configured otherwise.
constexpr const char* settings_caching = "public, max-age=60";

Result<CreateOrder> read_order(const http::Request& request, const Caller& caller) {
  auto reader = json::Reader::parse(request.body);
  if (!reader) return std::unexpected(reader.error());
  CreateOrder order{.ticket_id = reader->text("ticketId"),
                    .user_id = caller.user_id,
                    .address = limits::Caller::short_address(request.remote_address),
                    .price = std::nullopt,
                    .file_promised = std::nullopt,
                    .idempotency_key = std::nullopt};
  if (!reader->error() && !is_uuid(order.ticket_id))
    reader->fault("ticketId", {codes::not_an_id(), "must be the id of a ticket"});
  if (reader->has("price"))
    order.price = reader->money("price", contracts::price_cents_min, contracts::price_cents_max);
  if (reader->has("filePromised")) order.file_promised = reader->boolean("filePromised");
  if (auto error = reader->error()) return std::unexpected(*std::move(error));
  return order;
}

Task<Result<std::optional<http::Response>>> make_order(Reservations& reservations,
                                                       CreateOrder body) {
  const auto order = co_await reservations.create(std::move(body));
  if (!order) co_return std::unexpected(order.error());
  http::Response response = http::json_response(201, to_json(*order));
  response.headers.add("Location", "/api/orders/" + order->id);
  co_return response;
}

Task<Result<http::Response>> create(Reservations& reservations, IdempotentRequests& idempotency,
                                    const http::Request& request, const Caller& caller) {
  const auto body = read_order(request, caller);
  if (!body) co_return std::unexpected(body.error());
  co_return co_await idempotency.answer_once(request, caller.user_id,
                                             [&](const std::optional<db::IdempotencyKey>& key) {
                                               CreateOrder order = *body;
                                               order.idempotency_key = key;
                                               return make_order(reservations, std::move(order));
                                             });
}

Task<Result<http::Response>> list(Operations& operations, const http::Request& request,
                                  const Caller& caller) {
  const auto query =
      http::read_page_query(request, contracts::page_limit_max, contracts::page_limit_max);
  if (!query) co_return std::unexpected(query.error());
  const Page<Order> page = co_await operations.list_orders(caller.user_id, *query);
  json::Writer writer;
  writer.begin_array();
  for (const Order& order : page.items) write(writer, order);
  writer.end_array();
  http::Response response = http::json_response(200, writer.take());
  http::add_page_links(response, "/api/orders", query->limit, page.next, page.previous);
  co_return response;
}

Task<Result<http::Response>> show(Operations& operations, const http::Request& request,
                                  const Caller& caller) {
  const auto order = co_await operations.show_order(request.path_param("id"), caller.user_id);
  if (!order) co_return std::unexpected(order.error());
  co_return http::json_response(200, to_json(*order));
}

Task<Result<http::Response>> cancel(Operations& operations, const http::Request& request,
                                    const Caller& caller) {
  const auto cancelled = co_await operations.cancel_order(request.path_param("id"), caller.user_id);
  if (!cancelled) co_return std::unexpected(cancelled.error());
  co_return http::Response{.status = 204};
}

Task<Result<http::Response>> stream(Operations& operations, OrderFeed& feed,
                                    const http::Request& request, const Caller& caller) {
  const auto order = co_await operations.show_order(request.path_param("id"), caller.user_id);
  if (!order) co_return std::unexpected(order.error());
  co_return feed.open(order->id, caller);
}

Task<Result<http::Response>> show_settings(const Settings& settings) {
  json::Writer writer;
  writer.begin_object()
      .field("holdSeconds", settings.hold.count())
      .field("liveOrdersMax", settings.buyer.live_orders_max)
      .field("showOrdersMax", settings.buyer.orders_of_show_max)
      .field("ownTickets", settings.own_tickets)
      .field("proofRequired", settings.proof_required)
      .field("expiriesMax", expiries_max)
      .field("expiryPauseSeconds", settings.buyer.pause.count())
      .field("priceMin", Money{contracts::price_cents_min})
      .field("priceMax", Money{contracts::price_cents_max})
      .field("titleCharactersMax", contracts::title_characters_max)
      .field("pageLimitMax", contracts::page_limit_max)
      .field("currency", to_string(Currency::usd))
      .end_object();
  http::Response response = http::json_response(200, writer.take());
  response.headers.set("Cache-Control", settings_caching);
  co_return response;
}

}  // namespace

http::Routes routes(Reservations& reservations, Operations& operations, OrderFeed& feed,
                    IdempotentRequests& idempotency, identity::Identity& identity,
                    const Settings& settings) {
  using Request = http::Request;
  return {
      {"GET", "/api/settings", [&](const Request&) { return show_settings(settings); }},
      {"GET", "/api/orders", identity.signed_in([&](const Request& request, const Caller& caller) {
         return list(operations, request, caller);
       })},
      {"POST", "/api/orders", identity.verified([&](const Request& request, const Caller& caller) {
         return create(reservations, idempotency, request, caller);
       })},
      {"GET", "/api/orders/:id",
       identity.signed_in([&](const Request& request, const Caller& caller) {
         return show(operations, request, caller);
       })},
      {"DELETE", "/api/orders/:id",
       identity.signed_in([&](const Request& request, const Caller& caller) {
         return cancel(operations, request, caller);
       })},
      {"GET", "/api/orders/:id/stream",
       identity.signed_in([&](const Request& request, const Caller& caller) {
         return stream(operations, feed, request, caller);
       })},
  };
}

}  // namespace ticketing::orders
