#include "orders/reservations.hpp"

#include <fmt/format.h>

#include <utility>

#include "common/base/backoff.hpp"
#include "contracts/codes.hpp"
#include "contracts/show_sales.hpp"
#include "orders/order_events.hpp"
#include "orders/order_json.hpp"
#include "orders/store.hpp"

namespace ticketing::orders {
namespace {

// Pauses in which a ticket's copy may catch up with what its buyer saw.
constexpr Backoff catch_up_backoff{.shortest = Milliseconds{5}, .longest = Milliseconds{160}};
constexpr int catch_up_pauses_max = 6;

std::unexpected<Error> price_changed(Money price) {
  const std::string now = to_decimal(price);
  return refuse({.kind = ErrorKind::invalid,
                 .slug = slugs::price_changed(price),
                 .detail = fmt::format("The price has changed: it is {} now.", now),
                 .fields = {{.code = slugs::price_changed(price),
                             .message = fmt::format("the price is {} now", now),
                             .field = "price"}}});
}

std::unexpected<Error> promise_changed(bool promised) {
  const std::string now = promised ? "promises file or code after the sale now"
                                   : "does not promise file or code after the sale any more";
  return refuse({.kind = ErrorKind::invalid,
                 .slug = slugs::promise_changed(promised),
                 .detail = fmt::format("The seller {}.", now),
                 .fields = {{.code = slugs::promise_changed(promised),
                             .message = fmt::format("the seller {}", now),
                             .field = "filePromised"}}});
}

bool is_price_seen(const CreateOrder& request, const TicketCopy& ticket) {
  return !request.price || *request.price == ticket.price;
}

bool is_promise_seen(const CreateOrder& request, const TicketCopy& ticket) {
  return !request.file_promised || *request.file_promised == ticket.file_promised;
}

std::unexpected<Error> own_ticket() {
  return refuse(ErrorKind::invalid, slugs::own_ticket,
                "This is your own ticket. You cannot order it.");
}

// Whether the ticket is still for sale. What is not known of a show whose event has not come yet
// may forbid it.
Result<void> check_sale(const TicketCopy& ticket, const std::optional<ShowCopy>& show,
                        Timestamp now) {
  if (ticket.is_lapsed) {
    return refuse(ErrorKind::invalid, slugs::ticket_lapsed,
                  "The show of this ticket has begun. It cannot be ordered any more.");
  }
  if (!ticket.show_id) return {};
  if (!show) throw Unavailable("the show of ticket " + ticket.id + " is not known here yet");
  return contracts::check_sale(show->status, show->starts_at, now);
}

Result<void> check_price(const TicketCopy& ticket, const std::optional<ShowCopy>& show) {
  if (!show) return {};
  return contracts::check_price(ticket.price, ticket.face_value, show->price_cap_percent);
}

// Whether the buyer may order what was found. What is read here may change before the insert, which
// depends on the same versions.
Result<void> check_order(const CreateOrder& request, const store::TicketForOrder& found,
                         bool own_tickets, Timestamp now) {
  const TicketCopy& ticket = found.ticket;
  if (!own_tickets && ticket.user_id == request.user_id) return own_ticket();
  if (found.obstacle == store::Obstacle::withdrawal) {
    return refuse(ErrorKind::invalid, slugs::ticket_withdrawn,
                  "The seller has withdrawn this ticket.");
  }
  if (found.obstacle == store::Obstacle::live_order) {
    return refuse(ErrorKind::invalid, slugs::ticket_reserved, "The ticket is reserved.");
  }
  if (auto allowed = check_sale(ticket, found.show, now); !allowed) return allowed;
  if (!is_price_seen(request, ticket)) return price_changed(ticket.price);
  if (!is_promise_seen(request, ticket)) return promise_changed(ticket.file_promised);
  return check_price(ticket, found.show);
}

// "" of a ticket that is for none.
std::string show_id_of(const store::TicketForOrder& found) {
  return found.show ? found.show->id : std::string();
}

std::optional<SeenShow> seen(const std::optional<ShowCopy>& show) {
  if (!show) return std::nullopt;
  return SeenShow{.id = show->id, .revision = show->revision};
}

}  // namespace

Reservations::Reservations(runtime::Platform& platform, runtime::OwnedData& data,
                           const db::IdempotencyKeys& idempotency_keys, const Settings& settings)
    : platform_(platform),
      data_(data),
      idempotency_keys_(idempotency_keys),
      fresh_(platform),
      likely_slots_(platform.random.next_u64()),
      settings_(settings),
      created_(platform.metrics.counter("orders_created_total", "Tickets reserved")),
      refused_(platform.metrics.counter("orders_refused_total",
                                        "Reservations refused: an order has the ticket")) {}

Task<Result<store::TicketForOrder>> Reservations::read_ticket(const CreateOrder& request) {
  // NOLINTNEXTLINE(*-avoid-capturing-lambda-coroutines): its reader is awaited here
  const auto read = [&]() -> Task<std::optional<db::StatementResult>> {
    auto result = co_await data_.database().query(store::ticket_for_order(
        request.ticket_id, request.user_id, data_.now() - Milliseconds(expiries_window)));
    if (result.empty()) co_return std::nullopt;
    co_return result;
  };
  const auto found = co_await fresh_.find(request.ticket_id, request.user_id, read);
  if (!found) {
    co_return refuse(fresh_.not_found({.kind = ErrorKind::not_found,
                                       .slug = slugs::ticket_not_found,
                                       .detail = "There is no such ticket."},
                                      request.ticket_id));
  }
  co_return store::decode_ticket_for_order(found->rows.front());
}

// A buyer who saw a new price or promise, or the ticket of a new show, may be faster than the
// event.
Task<Result<store::TicketForOrder>> Reservations::find_ticket(const CreateOrder& request) {
  for (int pauses = 1;; ++pauses) {
    auto found = co_await read_ticket(request);
    if (!found || found->obstacle != store::Obstacle::none) co_return found;
    const TicketCopy& ticket = found->ticket;
    const bool is_seen = is_price_seen(request, ticket) && is_promise_seen(request, ticket);
    const bool is_show_there = !ticket.show_id || found->show;
    if ((is_seen && is_show_there) || pauses > catch_up_pauses_max) co_return found;
    co_await platform_.timers.sleep_for(catch_up_backoff.after(pauses));
  }
}

Task<Result<store::TicketForOrder>> Reservations::find_ticket_and_slots(
    const CreateOrder& request) {
  auto found = co_await find_ticket(request);
  if (!found || found->obstacle != store::Obstacle::none) co_return found;
  const auto used = co_await data_.database().query(
      store::used_slots(request.user_id, request.address, show_id_of(*found)));
  found->used_slots = used.rows.front().as<UsedSlots>();
  co_return found;
}

Task<Result<Order>> Reservations::create(CreateOrder request) {
  // Each ticket has to be given then, promised or not.
  if (settings_.proof_required) request.file_promised.reset();
  bool is_first = true;
  auto order = co_await runtime::change(
      data_,
      [&] {
        return std::exchange(is_first, false) ? find_ticket(request)
                                              : find_ticket_and_slots(request);
      },
      [&](const Result<store::TicketForOrder>& found) { return reserve(request, found); });
  if (order) {
    created_.Increment();
  } else if (order.error().slug == slugs::ticket_reserved) {
    refused_.Increment();
  }
  co_return order;
}

// Reading the used slots costs more than all other reads of an order, and is seldom needed.
Result<Slots> Reservations::choose_slots(const CreateOrder& request,
                                         const store::TicketForOrder& found) {
  BuyerLimits limits = settings_.buyer;
  if (!found.show) limits.orders_of_show_max = 0;
  if (!found.used_slots) {
    return likely_slots_.choose(request.user_id, request.address, show_id_of(found), limits);
  }
  return free_slots(*found.used_slots, limits, platform_.random.next_u64());
}

// The insert loses the race when another order has the ticket, one of the slots is taken, or the
// copy of the ticket or of its show has changed.
Result<runtime::Decision<Order>> Reservations::reserve(const CreateOrder& request,
                                                       const Result<store::TicketForOrder>& found) {
  if (!found) return std::unexpected(found.error());
  const auto& [ticket, show, obstacle, last_expiry, used_slots] = *found;
  if (auto allowed = check_order(request, *found, settings_.own_tickets, data_.now()); !allowed)
    return std::unexpected(std::move(allowed).error());
  if (auto allowed = check_pause(last_expiry, settings_.buyer, data_.now()); !allowed)
    return std::unexpected(std::move(allowed).error());
  const auto slots = choose_slots(request, *found);
  if (!slots) return std::unexpected(slots.error());
  Order order =
      make_order(platform_.ids.next(), request.user_id, ticket, data_.now(), settings_.hold);
  order.slot = slots->of_buyer;
  order.address_slot = slots->of_address;
  if (order.address_slot) order.address = request.address;
  order.show_slot = slots->of_show;
  if (order.show_slot) order.counted_show_id = show->id;
  const bus::Event event = data_.events().make(created_event(order));
  runtime::Change change{
      .contends_for = order.ticket.id,
      .write = store::insert_order(order, {.ticket_version = ticket.version, .show = seen(show)},
                                   event.id),
      .event = event,
      .entity_id = order.id};
  if (request.idempotency_key) {
    change.also.push_back(idempotency_keys_.remember_with(*request.idempotency_key, order.id, 201,
                                                          to_json(order), platform_.clock.now()));
  }
  return runtime::changed(std::move(order), std::move(change));
}

}  // namespace ticketing::orders
