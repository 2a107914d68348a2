#include "orders/operations.hpp"

#include <utility>

#include "common/db/idempotency_keys.hpp"
#include "contracts/codes.hpp"
#include "orders/calendar/store.hpp"
#include "orders/order_events.hpp"
#include "orders/store.hpp"

namespace ticketing::orders {
namespace {

// Expiration gets this long before the sweep takes an overdue order.
constexpr std::chrono::seconds sweep_grace{3};
constexpr std::int64_t sweep_page = 500;
// Synchronized clocks differ by less.
constexpr Milliseconds early_max{200};

// The event of a change.
bus::Event event_of(const bus::EventSource& events, const Order& order) {
  if (order.status == OrderStatus::complete) {
    return events.make(completed_event(order));
  }
  TICKETING_ASSERT(order.status == OrderStatus::cancelled && order.reason);
  return events.make(cancelled_event(order));
}

std::unexpected<Error> no_such_order() {
  return refuse(ErrorKind::not_found, slugs::order_not_found, "There is no such order.");
}

}  // namespace

Operations::Operations(runtime::Platform& platform, runtime::OwnedData& data)
    : platform_(platform),
      data_(data),
      withdrawals_outbox_(data.outbox().source(), "tickets"),
      completed_(platform.metrics.counter("orders_completed_total", "Tickets sold")),
      expired_(platform.metrics.counter(
          "orders_cancelled_total", "Orders that ended without a sale", {{"reason", "expired"}})),
      cancelled_(platform.metrics.counter(
          "orders_cancelled_total", "Orders that ended without a sale", {{"reason", "other"}})),
      swept_(platform.metrics.counter("orders_swept_total",
                                      "Orders that expired by the sweep: expiration was late")),
      erasure_(platform, "orders", data.database(),
               [this](std::string user_id) { return erase(std::move(user_id)); }) {}

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
                           [&](const Order& order) { return decide(expire(order, data_.now())); });
}

// Expiration's clock may be a moment ahead of ours.
Task<Order> Operations::find_when_due(const std::string& id) {
  for (;;) {
    Order order = co_await find_told(id);
    const Milliseconds early = order.expires_at - data_.now();
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

Task<bus::Verdict> Operations::follow_show(ShowCopy show, calendar::ShowPlace place) {
  // Each event has all of the show, so its predecessors need not have come.
  db::Transaction transaction{
      .contends_for = show.id, .statements = {}, .batch_delay = db::background_batch_delay};
  transaction.statements.push_back(store::store_show_copy(show));
  transaction.statements.push_back(calendar::store::store_show(place));
  co_await data_.database().commit(std::move(transaction));
  co_return bus::Verdict::done;
}

Task<bus::Verdict> Operations::decide_withdrawal(WithdrawalRequest request) {
  const TicketCopy& ticket = request.ticket;
  const auto decision = [&](bool granted) {
    return data_.events().make(contracts::WithdrawalDecided{
        .ticket = {.id = ticket.id, .version = request.asked_version}, .granted = granted});
  };
  const bus::Event granted = decision(true), refused = decision(false);
  co_return co_await runtime::follow(
      data_,
      {.contends_for = ticket.id,
       .write = request.is_copy
                    ? store::replace_and_decide(ticket, granted.id, request.asked_version)
                    : store::follow_withdrawal(ticket, granted.id),
       .read_version = store::ticket_copy_version(ticket.id),
       .version = ticket.version,
       .also = {store::insert_withdrawal(platform_.ids.next(), ticket.id, granted.id, data_.now()),
                store::refuse_withdrawal(ticket.id, granted.id, refused.id)},
       .events = {{.event = granted, .entity_id = ticket.id},
                  {.event = refused, .entity_id = ticket.id}},
       .outbox = &withdrawals_outbox_});
}

// Paid orders stay: they are the records of a sale, of a buyer who is a number from now on.
Task<bool> Operations::erase(std::string user_id) {
  db::Transaction transaction{.contends_for = user_id, .statements = {}};
  transaction.statements.push_back(db::IdempotencyKeys::forget_user(user_id));
  transaction.statements.push_back(calendar::store::delete_calendar(user_id));
  co_await data_.database().commit(std::move(transaction));
  const auto unpaid = co_await data_.database().query(store::unpaid_orders_of(user_id, sweep_page));
  for (const db::Row& row : unpaid.rows) co_await cancel_order(row.text("id"), user_id);
  co_return unpaid.empty();
}

Task<std::int64_t> Operations::sweep() {
  std::int64_t ended = 0;
  for (;;) {
    const Timestamp time = data_.now();
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
