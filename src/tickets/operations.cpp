#include "tickets/operations.hpp"

#include <fmt/format.h>

#include "contracts/tickets_events.hpp"
#include "tickets/store.hpp"
#include "tickets/ticket_json.hpp"

namespace ticketing::tickets {
namespace {

// A compare-and-set that keeps losing is a sign of overload, not of bad luck.
constexpr int attempts_max = 10;
// How long a seller waits for orders to decide before the answer is "not known yet".
constexpr Milliseconds decision_wait_max{3'000};

contracts::TicketCreated created_event(const Ticket& ticket) {
  return {.id = ticket.id,
          .version = ticket.version,
          .title = ticket.title,
          .price = ticket.price,
          .user_id = ticket.user_id};
}

contracts::TicketUpdated updated_event(const Ticket& ticket) {
  return {.id = ticket.id,
          .version = ticket.version,
          .title = ticket.title,
          .price = ticket.price,
          .user_id = ticket.user_id,
          .order_id = ticket.order_id,
          .withdrawal_requested = ticket.withdrawal_version == ticket.version};
}

}  // namespace

Operations::Operations(runtime::Platform& platform, runtime::OwnedData& data,
                       const db::IdempotencyKeys& idempotency_keys)
    : platform_(platform), data_(data), idempotency_keys_(idempotency_keys) {}

Task<std::optional<Ticket>> Operations::create_ticket(CreateTicket request) {
  const Timestamp now = platform_.clock.now();
  const Ticket ticket{.id = platform_.ids.next(),
                      .title = std::move(request.details.title),
                      .price = request.details.price,
                      .user_id = std::move(request.user_id),
                      .created_at = now};
  const bus::Event event = data_.events().make(created_event(ticket), request.traceparent);
  db::Transaction transaction{.contends_for = ticket.id, .statements = {}};
  if (const auto& key = request.idempotency_key) {
    // Two requests with one key contend for it, not for their tickets.
    transaction.contends_for = key->key;
    transaction.statements.push_back(
        idempotency_keys_.take(*key, ticket.id, 201, to_json(ticket), now));
    transaction.statements.push_back(store::insert_ticket_of_key(ticket, event.id, *key));
  } else {
    transaction.statements.push_back(store::insert_ticket(ticket, event.id));
  }
  transaction.statements.push_back(data_.outbox().enqueue(event, ticket.id));
  const auto results = co_await data_.database().commit(std::move(transaction));
  if (results.back().affected == 0) co_return std::nullopt;
  data_.relay().committed(event, results.back());
  co_return ticket;
}

Task<Result<Ticket>> Operations::update_ticket(UpdateTicket request) {
  for (int attempt = 0; attempt < attempts_max; ++attempt) {
    const Result<Ticket> found = co_await show_ticket(request.id);
    if (!found) co_return found;
    const Result<Ticket> edited =
        edit(*found, request.details, request.user_id, request.seen_version);
    if (!edited) co_return edited;
    const bool changed = co_await change(*edited, request.traceparent);
    if (changed) co_return edited;
  }
  throw Unavailable("the ticket changed too often while it was being edited");
}

Task<bool> Operations::change(const Ticket& after, const std::string& traceparent) {
  const bus::Event event = data_.events().make(updated_event(after), traceparent);
  db::Transaction transaction{.contends_for = after.id, .statements = {}};
  transaction.statements.push_back(store::update_ticket(after, event.id));
  transaction.statements.push_back(data_.outbox().enqueue(event, after.id));
  const auto results = co_await data_.database().commit(std::move(transaction));
  if (results[0].affected == 0) co_return false;
  data_.relay().committed(event, results.back());
  co_return true;
}

Task<Result<Ticket>> Operations::withdraw_ticket(std::string id, std::string user_id,
                                                 std::string traceparent) {
  for (int attempt = 0; attempt < attempts_max; ++attempt) {
    const Result<Ticket> found = co_await show_ticket(id);
    if (!found) co_return found;
    const auto asked = request_withdrawal(*found, user_id);
    if (!asked) co_return std::unexpected(asked.error());
    if (!*asked) co_return found;
    const bool changed = co_await change(**asked, traceparent);
    if (changed) co_return co_await await_decision(id);
  }
  throw Unavailable("the ticket changed too often while it was being withdrawn");
}

Task<Result<Ticket>> Operations::await_decision(std::string ticket_id) {
  const SteadyTime deadline = platform_.clock.steady_now() + decision_wait_max;
  for (Milliseconds pause{5};; pause = std::min(pause * 2, Milliseconds{100})) {
    const Result<Ticket> ticket = co_await show_ticket(ticket_id);
    if (!ticket || ticket->status == TicketStatus::withdrawn) co_return ticket;
    if (!ticket->withdrawal_version) {
      // Orders refused, because of an order that may not have been heard of here.
      const bool is_sold = ticket->status == TicketStatus::sold;
      co_return refuse(
          ErrorKind::invalid, is_sold ? "ticket_sold" : "ticket_reserved",
          fmt::format("A {} ticket cannot be withdrawn.", is_sold ? "sold" : "reserved"));
    }
    if (platform_.clock.steady_now() >= deadline) co_return ticket;
    co_await platform_.timers.sleep_for(pause);
  }
}

Task<bus::Verdict> Operations::decide_withdrawal(std::string ticket_id, std::int64_t asked_version,
                                                 bool granted, std::string traceparent) {
  for (int attempt = 0; attempt < attempts_max; ++attempt) {
    const Result<Ticket> found = co_await show_ticket(ticket_id);
    if (!found) throw bus::PermanentFailure("no ticket " + ticket_id);
    const auto after = tickets::decide_withdrawal(*found, asked_version, granted);
    if (!after) co_return bus::Verdict::done;
    const bool changed = co_await change(*after, traceparent);
    if (changed) co_return bus::Verdict::done;
  }
  co_return bus::Verdict::retry_later;
}

Task<Result<Ticket>> Operations::show_ticket(std::string id) {
  const auto result = co_await data_.database().query(store::ticket_by_id(id));
  if (result.empty())
    co_return refuse(ErrorKind::not_found, "ticket_not_found", "There is no such ticket.");
  co_return store::decode_ticket(result.rows.front());
}

Task<Page<Ticket>> Operations::list_tickets(TicketFilter filter, PageQuery query) {
  const auto result = co_await data_.database().query(store::list_tickets(filter, query));
  std::vector<Ticket> found;
  for (const db::Row& row : result.rows) found.push_back(store::decode_ticket(row));
  co_return make_page(std::move(found), query, [](const Ticket& ticket) { return ticket.id; });
}

Task<Page<Sale>> Operations::list_sales(std::string seller_id, PageQuery query) {
  const auto result = co_await data_.database().query(store::sales_of(seller_id, query));
  std::vector<Sale> found;
  for (const db::Row& row : result.rows) found.push_back(store::decode_sale(row));
  co_return make_page(std::move(found), query, [](const Sale& sale) { return sale.order_id; });
}

Task<bus::Verdict> Operations::follow_order(OrderState order, std::int64_t order_version,
                                            std::string ticket_id, std::string traceparent) {
  for (int attempt = 0; attempt < attempts_max; ++attempt) {
    const auto result =
        co_await data_.database().query(store::ticket_and_orders(ticket_id, order.id));
    if (result.empty()) throw bus::PermanentFailure("no ticket " + ticket_id);
    const store::TicketAndOrders found = store::decode_ticket_and_orders(result.rows.front());
    const std::int64_t known = found.order_version.value_or(-1);
    if (known >= order_version) co_return bus::Verdict::done;
    if (known < order_version - 1) co_return bus::Verdict::retry_later;

    const Ticket after = tickets::follow_order(found.ticket, order, found.newest_other);
    const bus::Event event = data_.events().make(updated_event(after), traceparent);
    db::Transaction transaction{.contends_for = ticket_id, .patience = db::follower_patience};
    transaction.statements.push_back(store::update_ticket(after, event.id));
    transaction.statements.push_back(
        store::remember_order(order, order_version, ticket_id, event.id));
    transaction.statements.push_back(data_.outbox().enqueue(event, ticket_id));
    const auto results = co_await data_.database().commit(std::move(transaction));
    if (results[0].affected == 1) {
      data_.relay().committed(event, results.back());
      co_return bus::Verdict::done;
    }
  }
  co_return bus::Verdict::retry_later;
}

}  // namespace ticketing::tickets
