#include "orders/operations.hpp"

#include <fmt/format.h>

#include "contracts/orders_events.hpp"
#include "orders/order_json.hpp"
#include "orders/store.hpp"

namespace ticketing::orders {
namespace {

// A compare-and-set that keeps losing is a sign of overload, not of bad luck.
constexpr int attempts_max = 10;
// Expiration gets this long before the sweep takes an overdue order.
constexpr std::chrono::seconds sweep_grace{3};
constexpr std::int64_t sweep_page = 500;
// Clocks that are right are hardly further apart.
constexpr Milliseconds early_max{200};
// The longest of the pauses, each twice the one before, in which a ticket's copy may catch up.
constexpr Milliseconds price_pause_max{160};

contracts::OrderCreated created_event(const Order& order) {
  return {.id = order.id,
          .version = order.version,
          .status = std::string(to_string(order.status)),
          .user_id = order.user_id,
          .expires_at = order.expires_at,
          .ticket_id = order.ticket.id,
          .price = order.ticket.price};
}

// The event that tells of a change.
bus::Event event_of(const bus::EventSource& events, const Order& order,
                    const std::string& traceparent) {
  if (order.status == OrderStatus::complete) {
    return events.make(
        contracts::OrderCompleted{
            .id = order.id, .version = order.version, .ticket_id = order.ticket.id},
        traceparent);
  }
  TICKETING_ASSERT(order.status == OrderStatus::cancelled && order.reason);
  return events.make(contracts::OrderCancelled{.id = order.id,
                                               .version = order.version,
                                               .reason = std::string(to_string(*order.reason)),
                                               .ticket_id = order.ticket.id},
                     traceparent);
}

std::unexpected<Error> price_changed(Money price) {
  const std::string now = to_decimal(price);
  return refuse({.kind = ErrorKind::invalid,
                 .slug = "price_changed",
                 .detail = fmt::format("The price has changed: it is {} now.", now),
                 .fields = {{.message = fmt::format("the price is {} now", now),
                             .field = "price",
                             .current = now}}});
}

// Whether a ticket's copy has come to `version`; `result` is that of ticket_copy_version.
bus::Verdict has_come_to(const db::StatementResult& result, std::int64_t version) {
  const db::Row* row = result.first();
  const bool known = row != nullptr && row->integer(0) >= version;
  return known ? bus::Verdict::done : bus::Verdict::retry_later;
}

std::unexpected<Error> no_such_order() {
  return refuse(ErrorKind::not_found, "order_not_found", "There is no such order.");
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
                                        "Reservations refused: somebody has the ticket")),
      completed_(platform.metrics.counter("orders_completed_total", "Tickets sold")),
      expired_(platform.metrics.counter(
          "orders_cancelled_total", "Orders that ended without a sale", {{"reason", "expired"}})),
      cancelled_(platform.metrics.counter(
          "orders_cancelled_total", "Orders that ended without a sale", {{"reason", "other"}})),
      swept_(platform.metrics.counter("orders_swept_total",
                                      "Orders that expired by the sweep: expiration was late")) {}

Timestamp Operations::now() const { return platform_.clock.now() + data_.database().clock_lead(); }

Task<Result<store::TicketForOrder>> Operations::read_ticket(const CreateOrder& request) {
  const auto read = [&]() -> Task<std::optional<db::StatementResult>> {
    auto result = co_await data_.database().query(store::ticket_for_order(
        request.ticket_id, request.user_id, now() - Milliseconds(expiries_window)));
    if (result.empty()) co_return std::nullopt;
    co_return result;
  };
  const auto found = co_await fresh_.find(request.ticket_id, request.user_id, read);
  if (!found) {
    co_return refuse(fresh_.not_found({.kind = ErrorKind::not_found,
                                       .slug = "ticket_not_found",
                                       .detail = "There is no such ticket."},
                                      request.ticket_id));
  }
  co_return store::decode_ticket_for_order(found->rows.front());
}

// A buyer who saw a new price may be faster than the event that tells of it.
Task<Result<store::TicketForOrder>> Operations::find_ticket(const CreateOrder& request) {
  const std::optional<Money>& price = request.price;
  for (Milliseconds pause{5};; pause *= 2) {
    auto found = co_await read_ticket(request);
    const bool is_as_seen = !found || found->obstacle != store::Obstacle::none || !price ||
                            found->ticket.price == *price;
    if (is_as_seen || pause > price_pause_max) co_return found;
    co_await platform_.timers.sleep_for(pause);
  }
}

Task<Result<Order>> Operations::create_order(CreateOrder request) {
  for (int attempt = 0; attempt < attempts_max; ++attempt) {
    auto found = co_await find_ticket(request);
    if (!found) co_return std::unexpected(found.error());
    auto& [ticket, obstacle, buyer] = *found;
    if (obstacle == store::Obstacle::withdrawal) {
      co_return refuse(ErrorKind::invalid, "ticket_withdrawn",
                       "The seller has withdrawn this ticket.");
    }
    if (obstacle == store::Obstacle::live_order) {
      refused_.Increment();
      co_return refuse(ErrorKind::invalid, "ticket_reserved", "The ticket is reserved.");
    }
    // Also when the price changes between here and the insert: that is conditional on the version.
    if (request.price && *request.price != ticket.price) co_return price_changed(ticket.price);

    const auto slot = slot_for(buyer, settings_.buyer, now(), platform_.random.next_u64());
    if (!slot) co_return std::unexpected(slot.error());
    Order order =
        make_order(platform_.ids.next(), request.user_id, std::move(ticket), now(), settings_.hold);
    order.slot = *slot;
    const bus::Event event = data_.events().make(created_event(order), request.traceparent);
    db::Transaction transaction{.contends_for = order.ticket.id, .statements = {}};
    transaction.statements.push_back(store::insert_order(order, event.id));
    transaction.statements.push_back(data_.outbox().enqueue(event, order.id));
    if (request.idempotency_key) {
      transaction.statements.push_back(idempotency_keys_.remember_with(
          *request.idempotency_key, order.id, 201, to_json(order), platform_.clock.now()));
    }
    const auto results = co_await data_.database().commit(std::move(transaction));
    if (results[0].affected == 1) {
      data_.relay().committed(event, results[1]);
      created_.Increment();
      co_return order;
    }
    // Somebody was faster, the buyer's slot is taken, or the ticket's copy moved on: look again.
  }
  throw Unavailable("ticket or buyer changed too often while an order was being made");
}

Task<std::optional<Order>> Operations::find(const std::string& id) {
  const auto result = co_await data_.database().query(store::order_by_id(id));
  if (result.empty()) co_return std::nullopt;
  co_return store::decode_order(result.rows.front());
}

Task<Result<Order>> Operations::show_order(std::string id, std::string user_id) {
  auto order = co_await find(id);
  if (!order) co_return no_such_order();
  if (order->user_id != user_id) {
    co_return refuse(ErrorKind::unauthenticated, "not_your_order",
                     "Only its buyer may see an order.");
  }
  co_return *std::move(order);
}

Task<Page<Order>> Operations::list_orders(std::string user_id, PageQuery query) {
  const auto result = co_await data_.database().query(store::orders_of(user_id, query));
  std::vector<Order> found;
  for (const db::Row& row : result.rows) found.push_back(store::decode_order(row));
  co_return make_page(std::move(found), query, [](const Order& order) { return order.id; });
}

// Writes a changed order with its event; false when somebody else changed it first.
Task<bool> Operations::change(const Order& after, const std::string& traceparent) {
  const bus::Event event = event_of(data_.events(), after, traceparent);
  db::Transaction transaction{.contends_for = after.ticket.id, .statements = {}};
  transaction.statements.push_back(store::update_order(after, event.id));
  transaction.statements.push_back(data_.outbox().enqueue(event, after.id));
  const auto results = co_await data_.database().commit(std::move(transaction));
  if (results[0].affected == 0) co_return false;
  data_.relay().committed(event, results[1]);
  if (after.status == OrderStatus::complete) {
    completed_.Increment();
  } else {
    (after.reason == CancelReason::expired ? expired_ : cancelled_).Increment();
  }
  co_return true;
}

Task<Result<Order>> Operations::cancel_order(std::string id, std::string user_id,
                                             std::string traceparent) {
  for (int attempt = 0; attempt < attempts_max; ++attempt) {
    const Result<Order> order = co_await show_order(id, user_id);
    if (!order) co_return order;
    const auto after = cancel(*order);
    if (!after) co_return std::unexpected(after.error());
    if (!*after) co_return order;
    const bool changed = co_await change(**after, traceparent);
    if (changed) co_return **after;
  }
  throw Unavailable("the order changed too often while it was being cancelled");
}

Task<bus::Verdict> Operations::complete_order(std::string id, std::string payment_id,
                                              std::string traceparent) {
  for (int attempt = 0; attempt < attempts_max; ++attempt) {
    const auto order = co_await find(id);
    if (!order) throw bus::PermanentFailure("no order " + id);
    const auto after = complete(*order, payment_id);
    if (!after) co_return bus::Verdict::done;
    const bool changed = co_await change(*after, traceparent);
    if (changed) co_return bus::Verdict::done;
  }
  co_return bus::Verdict::retry_later;
}

Task<bus::Verdict> Operations::expire_order(std::string id, std::string traceparent) {
  for (int attempt = 0; attempt < attempts_max; ++attempt) {
    const auto order = co_await find(id);
    if (!order) throw bus::PermanentFailure("no order " + id);
    const Milliseconds early = order->expires_at - now();
    if (order->status == OrderStatus::created && early > Milliseconds{0} && early <= early_max) {
      co_await platform_.timers.sleep_for(early);
      continue;
    }
    const auto after = expire(*order, now());
    // Also when expiration's clock is ahead: the sweep ends the order in its time.
    if (!after) co_return bus::Verdict::done;
    const bool changed = co_await change(*after, traceparent);
    if (changed) co_return bus::Verdict::done;
  }
  co_return bus::Verdict::retry_later;
}

Task<bus::Verdict> Operations::fail_payment(std::string id, std::string payment_id,
                                            std::string traceparent) {
  return undo(std::move(id), std::move(payment_id), std::move(traceparent), orders::fail_payment);
}

Task<bus::Verdict> Operations::undo_sale(std::string id, std::string payment_id,
                                         std::string traceparent) {
  return undo(std::move(id), std::move(payment_id), std::move(traceparent), orders::undo_sale);
}

Task<bus::Verdict> Operations::undo(std::string id, std::string payment_id, std::string traceparent,
                                    std::optional<Order> (*rule)(const Order&,
                                                                 const std::string&)) {
  for (int attempt = 0; attempt < attempts_max; ++attempt) {
    const auto order = co_await find(id);
    if (!order) throw bus::PermanentFailure("no order " + id);
    // Its payment.created has not come yet; taken in that order, a dead payment completes nothing.
    if (order->status == OrderStatus::created) co_return bus::Verdict::retry_later;
    const auto after = rule(*order, payment_id);
    if (!after) co_return bus::Verdict::done;
    const bool changed = co_await change(*after, traceparent);
    if (changed) co_return bus::Verdict::done;
  }
  co_return bus::Verdict::retry_later;
}

Task<bus::Verdict> Operations::follow_ticket(TicketCopy ticket) {
  db::Transaction transaction{.contends_for = ticket.id, .patience = db::follower_patience};
  transaction.statements.push_back(ticket.version == 0 ? store::insert_ticket_copy(ticket)
                                                       : store::update_ticket_copy(ticket));
  transaction.statements.push_back(store::ticket_copy_version(ticket.id));
  const auto results = co_await data_.database().commit(std::move(transaction));
  co_return has_come_to(results[1], ticket.version);
}

Task<bus::Verdict> Operations::decide_withdrawal(TicketCopy ticket, std::string traceparent) {
  const auto decision = [&](bool granted) {
    return data_.events().make(
        contracts::WithdrawalDecided{
            .ticket_id = ticket.id, .ticket_version = ticket.version, .granted = granted},
        traceparent);
  };
  const bus::Event granted = decision(true), refused = decision(false);
  db::Transaction transaction{.contends_for = ticket.id, .statements = {}};
  transaction.statements = {
      store::follow_withdrawal(ticket, granted.id),
      store::insert_withdrawal(platform_.ids.next(), ticket.id, granted.id, now()),
      store::refuse_withdrawal(ticket.id, granted.id, refused.id),
      withdrawals_outbox_.enqueue(granted, ticket.id),
      withdrawals_outbox_.enqueue(refused, ticket.id),
      store::ticket_copy_version(ticket.id)};
  const auto results = co_await data_.database().commit(std::move(transaction));
  data_.relay().committed(granted, results[3]);
  data_.relay().committed(refused, results[4]);
  co_return has_come_to(results[5], ticket.version);
}

Task<std::int64_t> Operations::sweep() {
  std::int64_t ended = 0;
  for (;;) {
    const Timestamp time = now();
    const auto overdue =
        co_await data_.database().query(store::overdue_orders(time - sweep_grace, sweep_page));
    for (const db::Row& row : overdue.rows) {
      const auto after = expire(store::decode_order(row), time);
      TICKETING_ASSERT(after.has_value());
      const bool changed = co_await change(*after, "");
      if (changed) ++ended;
    }
    if (std::ssize(overdue.rows) < sweep_page) break;
  }
  swept_.Increment(static_cast<double>(ended));
  co_return ended;
}

}  // namespace ticketing::orders
