#include "orders/operations.hpp"

#include <fmt/format.h>

#include "common/base/backoff.hpp"
#include "contracts/codes.hpp"
#include "orders/order_events.hpp"
#include "orders/order_json.hpp"
#include "orders/store.hpp"

namespace ticketing::orders {
namespace {

// Expiration gets this long before the sweep takes an overdue order.
constexpr std::chrono::seconds sweep_grace{3};
constexpr std::int64_t sweep_page = 500;
// Synchronized clocks differ by less.
constexpr Milliseconds early_max{200};
// Pauses in which a ticket's copy may catch up with the price that its buyer saw.
constexpr Backoff price_backoff{.shortest = Milliseconds{5}, .longest = Milliseconds{160}};
constexpr int price_pauses_max = 6;

// The event of a change.
bus::Event event_of(const bus::EventSource& events, const Order& order) {
  if (order.status == OrderStatus::complete) {
    return events.make(completed_event(order));
  }
  TICKETING_ASSERT(order.status == OrderStatus::cancelled && order.reason);
  return events.make(cancelled_event(order));
}

std::unexpected<Error> price_changed(Money price) {
  const std::string now = to_decimal(price);
  return refuse({.kind = ErrorKind::invalid,
                 .slug = slugs::price_changed(price),
                 .detail = fmt::format("The price has changed: it is {} now.", now),
                 .fields = {{.code = slugs::price_changed(price),
                             .message = fmt::format("the price is {} now", now),
                             .field = "price"}}});
}

std::unexpected<Error> own_ticket() {
  return refuse(ErrorKind::invalid, slugs::own_ticket,
                "This is your own ticket. You cannot order it.");
}

std::unexpected<Error> no_such_order() {
  return refuse(ErrorKind::not_found, slugs::order_not_found, "There is no such order.");
}

}  // namespace

Operations::Operations(runtime::Platform& platform, runtime::OwnedData& data,
                       const db::IdempotencyKeys& idempotency_keys, const Settings& settings)
    : platform_(platform),
      data_(data),
      withdrawals_outbox_(data.outbox().source(), "tickets"),
      idempotency_keys_(idempotency_keys),
      fresh_(platform),
      settings_(settings),
      created_(platform.metrics.counter("orders_created_total", "Tickets reserved")),
      refused_(platform.metrics.counter("orders_refused_total",
                                        "Reservations refused: an order has the ticket")),
      completed_(platform.metrics.counter("orders_completed_total", "Tickets sold")),
      expired_(platform.metrics.counter(
          "orders_cancelled_total", "Orders that ended without a sale", {{"reason", "expired"}})),
      cancelled_(platform.metrics.counter(
          "orders_cancelled_total", "Orders that ended without a sale", {{"reason", "other"}})),
      swept_(platform.metrics.counter("orders_swept_total",
                                      "Orders that expired by the sweep: expiration was late")) {}

Timestamp Operations::now() const { return platform_.clock.now() + data_.database().clock_lead(); }

Task<Result<store::TicketForOrder>> Operations::read_ticket(const CreateOrder& request) {
  // NOLINTNEXTLINE(*-avoid-capturing-lambda-coroutines): its reader is awaited here
  const auto read = [&]() -> Task<std::optional<db::StatementResult>> {
    auto result = co_await data_.database().query(
        store::ticket_for_order(request.ticket_id, request.user_id, request.address,
                                now() - Milliseconds(expiries_window)));
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

// A buyer who saw a new price may be faster than its event.
Task<Result<store::TicketForOrder>> Operations::find_ticket(const CreateOrder& request) {
  const std::optional<Money>& price = request.price;
  for (int pauses = 1;; ++pauses) {
    auto found = co_await read_ticket(request);
    const bool is_as_seen = !found || found->obstacle != store::Obstacle::none || !price ||
                            found->ticket.price == *price;
    if (is_as_seen || pauses > price_pauses_max) co_return found;
    co_await platform_.timers.sleep_for(price_backoff.after(pauses));
  }
}

Task<Result<Order>> Operations::create_order(CreateOrder request) {
  auto order = co_await runtime::change(
      data_, [&] { return find_ticket(request); },
      [&](const Result<store::TicketForOrder>& found) { return reserve(request, found); });
  if (order) {
    created_.Increment();
  } else if (order.error().slug == slugs::ticket_reserved) {
    refused_.Increment();
  }
  co_return order;
}

// The insert loses the race when another order has the ticket, one of the slots is taken, or the
// ticket's copy moved on.
Result<runtime::Decision<Order>> Operations::reserve(const CreateOrder& request,
                                                     const Result<store::TicketForOrder>& found) {
  if (!found) return std::unexpected(found.error());
  const auto& [ticket, obstacle, buyer] = *found;
  if (!settings_.own_tickets && ticket.user_id == request.user_id) return own_ticket();
  if (obstacle == store::Obstacle::withdrawal) {
    return refuse(ErrorKind::invalid, slugs::ticket_withdrawn,
                  "The seller has withdrawn this ticket.");
  }
  if (obstacle == store::Obstacle::live_order) {
    return refuse(ErrorKind::invalid, slugs::ticket_reserved, "The ticket is reserved.");
  }
  // Also when the price changes between here and the insert: that is conditional on the version.
  if (request.price && *request.price != ticket.price) return price_changed(ticket.price);

  const auto slots = slots_for(buyer, settings_.buyer, now(), platform_.random.next_u64());
  if (!slots) return std::unexpected(slots.error());
  Order order = make_order(platform_.ids.next(), request.user_id, ticket, now(), settings_.hold);
  order.slot = slots->of_buyer;
  order.address_slot = slots->of_address;
  if (order.address_slot) order.address = request.address;
  const bus::Event event = data_.events().make(created_event(order));
  runtime::Change change{.contends_for = order.ticket.id,
                         .write = store::insert_order(order, ticket.version, event.id),
                         .event = event,
                         .entity_id = order.id};
  if (request.idempotency_key) {
    change.also.push_back(idempotency_keys_.remember_with(*request.idempotency_key, order.id, 201,
                                                          to_json(order), platform_.clock.now()));
  }
  return runtime::changed(std::move(order), std::move(change));
}

Task<std::optional<Order>> Operations::find(const std::string& id) {
  const auto result = co_await data_.database().query(store::order_by_id(id));
  if (result.empty()) co_return std::nullopt;
  co_return result.rows.front().as<Order>();
}

Task<Order> Operations::find_told(const std::string& id) {
  auto order = co_await find(id);
  if (!order) throw bus::PermanentFailure("no order " + id);
  co_return *std::move(order);
}

Task<Result<Order>> Operations::show_order(std::string id, std::string user_id) {
  auto order = co_await find(id);
  if (!order) co_return no_such_order();
  if (order->user_id != user_id) {
    co_return refuse(ErrorKind::unauthenticated, slugs::not_your_order,
                     "Only its buyer may see an order.");
  }
  co_return *std::move(order);
}

Task<Page<Order>> Operations::list_orders(std::string user_id, PageQuery query) {
  const auto result = co_await data_.database().query(store::orders_of(user_id, query));
  std::vector<Order> found;
  for (const db::Row& row : result.rows) found.push_back(row.as<Order>());
  co_return make_page(std::move(found), query, [](const Order& order) { return order.id; });
}

runtime::Change Operations::change_to(const Order& after) const {
  const bus::Event event = event_of(data_.events(), after);
  return {.contends_for = after.ticket.id,
          .write = store::update_order(after, event.id),
          .event = event,
          .entity_id = after.id};
}

runtime::Decision<Operations::Outcome> Operations::decide(const std::optional<Order>& after) const {
  if (!after) return runtime::unchanged(Outcome{});
  return runtime::changed(Outcome{.after = after}, change_to(*after));
}

void Operations::count(const Order& after) {
  if (after.status == OrderStatus::complete) {
    completed_.Increment();
  } else {
    (after.reason == CancelReason::expired ? expired_ : cancelled_).Increment();
  }
}

Task<Result<void>> Operations::cancel_order(std::string id, std::string user_id) {
  const auto outcome = co_await runtime::change(
      data_, [&] { return show_order(id, user_id); },
      [&](const Result<Order>& order) -> Result<runtime::Decision<Outcome>> {
        if (!order) return std::unexpected(order.error());
        const auto after = cancel(*order);
        if (!after) return std::unexpected(after.error());
        return decide(*after);
      });
  if (!outcome) co_return std::unexpected(outcome.error());
  if (outcome->after) count(*outcome->after);
  co_return Result<void>{};
}

Task<bus::Verdict> Operations::apply(std::function<Task<Order>()> read, Rule rule) {
  const auto outcome = co_await runtime::change(
      data_, read,
      [&](const Order& order) -> Result<runtime::Decision<Outcome>> { return rule(order); });
  TICKETING_ASSERT(outcome.has_value());  // a rule of an event refuses nothing
  if (outcome->after) count(*outcome->after);
  co_return outcome->verdict;
}

Task<bus::Verdict> Operations::complete_order(std::string id, std::string payment_id) {
  co_return co_await apply([&] { return find_told(id); },
                           [&](const Order& order) { return decide(complete(order, payment_id)); });
}

Task<bus::Verdict> Operations::expire_order(std::string id) {
  // Nothing changes also when expiration's clock is ahead: the sweep ends the order in its time.
  co_return co_await apply([&] { return find_when_due(id); },
                           [&](const Order& order) { return decide(expire(order, now())); });
}

// Expiration's clock may be a moment ahead of ours.
Task<Order> Operations::find_when_due(const std::string& id) {
  for (;;) {
    Order order = co_await find_told(id);
    const Milliseconds early = order.expires_at - now();
    const bool is_due_soon = early > Milliseconds{0} && early <= early_max;
    if (order.status != OrderStatus::created || !is_due_soon) co_return order;
    co_await platform_.timers.sleep_for(early);
  }
}

Task<bus::Verdict> Operations::fail_payment(std::string id, std::string payment_id) {
  return undo(std::move(id), std::move(payment_id), orders::fail_payment);
}

Task<bus::Verdict> Operations::undo_sale(std::string id, std::string payment_id) {
  return undo(std::move(id), std::move(payment_id), orders::undo_sale);
}

Task<bus::Verdict> Operations::undo(std::string id, std::string payment_id,
                                    std::optional<Order> (*rule)(const Order&,
                                                                 const std::string&)) {
  co_return co_await apply(
      [&] { return find_told(id); },
      [&](const Order& order) {
        // Its payment.created has not come yet; in that order, a failed payment completes
        // nothing.
        if (order.status == OrderStatus::created) {
          return runtime::unchanged(Outcome{.verdict = bus::Verdict::retry_later});
        }
        return decide(rule(order, payment_id));
      });
}

Task<bus::Verdict> Operations::follow_ticket(TicketCopy ticket) {
  co_return co_await runtime::follow(
      data_, {.contends_for = ticket.id,
              .write = ticket.version == 0 ? store::insert_ticket_copy(ticket)
                                           : store::update_ticket_copy(ticket),
              .read_version = store::ticket_copy_version(ticket.id),
              .version = ticket.version,
              .batch_delay = db::background_batch_delay});
}

Task<bus::Verdict> Operations::replace_ticket(TicketCopy ticket) {
  co_return co_await runtime::follow(data_, {.contends_for = ticket.id,
                                             .write = store::replace_ticket_copy(ticket),
                                             .read_version = store::ticket_copy_version(ticket.id),
                                             .version = ticket.version,
                                             .batch_delay = db::background_batch_delay});
}

Task<bus::Verdict> Operations::decide_withdrawal(WithdrawalRequest request) {
  const TicketCopy& ticket = request.ticket;
  const auto decision = [&](bool granted) {
    return data_.events().make(contracts::WithdrawalDecided{
        .ticket = {.id = ticket.id, .version = request.asked_version}, .granted = granted});
  };
  const bus::Event granted = decision(true), refused = decision(false);
  co_return co_await runtime::follow(
      data_, {.contends_for = ticket.id,
              .write = request.is_copy
                           ? store::replace_and_decide(ticket, granted.id, request.asked_version)
                           : store::follow_withdrawal(ticket, granted.id),
              .read_version = store::ticket_copy_version(ticket.id),
              .version = ticket.version,
              .also = {store::insert_withdrawal(platform_.ids.next(), ticket.id, granted.id, now()),
                       store::refuse_withdrawal(ticket.id, granted.id, refused.id)},
              .events = {{.event = granted, .entity_id = ticket.id},
                         {.event = refused, .entity_id = ticket.id}},
              .outbox = &withdrawals_outbox_});
}

Task<std::int64_t> Operations::sweep() {
  std::int64_t ended = 0;
  for (;;) {
    const Timestamp time = now();
    const auto overdue =
        co_await data_.database().query(store::overdue_orders(time - sweep_grace, sweep_page));
    for (const db::Row& row : overdue.rows) {
      const auto after = expire(row.as<Order>(), time);
      TICKETING_ASSERT(after.has_value());
      const bool happened = co_await runtime::commit(data_, change_to(*after));
      if (!happened) continue;
      count(*after);
      ++ended;
    }
    if (std::ssize(overdue.rows) < sweep_page) break;
  }
  swept_.Increment(static_cast<double>(ended));
  co_return ended;
}

}  // namespace ticketing::orders
