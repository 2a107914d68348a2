#include "tickets/operations.hpp"

#include <fmt/format.h>

#include "common/base/backoff.hpp"
#include "contracts/codes.hpp"
#include "tickets/store.hpp"
#include "tickets/ticket_events.hpp"
#include "tickets/ticket_json.hpp"

namespace ticketing::tickets {
namespace {

// How long a seller waits for orders to decide before the answer is "not decided yet".
constexpr Milliseconds decision_wait_max{3'000};
constexpr Backoff look_backoff{.shortest = Milliseconds{5}, .longest = Milliseconds{100}};

std::unexpected<Error> no_such_ticket() {
  return refuse(ErrorKind::not_found, slugs::ticket_not_found, "There is no such ticket.");
}

}  // namespace

Operations::Operations(runtime::Platform& platform, runtime::OwnedData& data,
                       const db::IdempotencyKeys& idempotency_keys)
    : platform_(platform), data_(data), idempotency_keys_(idempotency_keys), fresh_(platform) {}

// Whether tickets of the show can be listed.
Task<Result<void>> Operations::check_show(std::string show_id, std::string user_id) {
  // NOLINTNEXTLINE(*-avoid-capturing-lambda-coroutines): its reader is awaited here
  const auto read = [&]() -> Task<std::optional<ShowCopy>> {
    const auto result = co_await data_.database().query(store::show_for_ticket(show_id));
    if (result.empty()) co_return std::nullopt;
    co_return result.rows.front().as<ShowCopy>();
  };
  const auto found = co_await fresh_.find(show_id, user_id, read);
  if (!found) {
    co_return refuse(fresh_.not_found(
        {.slug = slugs::show_not_found, .detail = "There is no such show."}, show_id));
  }
  if (is_over(*found, platform_.clock.now()))
    co_return refuse(ErrorKind::invalid, slugs::show_over, "The show is over.");
  co_return Result<void>{};
}

Task<bus::Verdict> Operations::follow_show(ShowCopy show) {
  // Each event has all of the show, so its predecessors need not have come.
  db::Transaction transaction{
      .contends_for = show.id, .statements = {}, .batch_delay = db::background_batch_delay};
  transaction.statements.push_back(store::store_show_copy(show));
  co_await data_.database().commit(std::move(transaction));
  co_return bus::Verdict::done;
}

Task<Result<std::optional<Ticket>>> Operations::create_ticket(CreateTicket request) {
  if (request.show_id) {
    const auto allowed = co_await check_show(*request.show_id, request.user_id);
    if (!allowed) co_return std::unexpected(allowed.error());
  }
  const Timestamp now = platform_.clock.now();
  Ticket ticket{.id = platform_.ids.next(),
                .show_id = std::move(request.show_id),
                .user_id = std::move(request.user_id),
                .created_at = now};
  apply(ticket, request.details);
  const bus::Event event = data_.events().make(created_event(ticket));
  runtime::Change change{.contends_for = ticket.id,
                         .write = store::insert_ticket(ticket, event.id),
                         .event = event,
                         .entity_id = ticket.id};
  if (const auto& key = request.idempotency_key) {
    // Two requests with one key contend for it, not for their tickets.
    change.contends_for = key->key;
    change.write = idempotency_keys_.take(*key, ticket.id, 201, to_json(ticket), now);
    change.also.push_back(store::insert_ticket_of_key(ticket, event.id, *key));
  }
  const bool is_made = co_await runtime::commit(data_, std::move(change));
  if (!is_made) co_return std::nullopt;
  co_return ticket;
}

runtime::Change Operations::change_to(const Ticket& after) const {
  const bus::Event event = data_.events().make(updated_event(after));
  return {.contends_for = after.id,
          .write = store::update_ticket(after, event.id),
          .event = event,
          .entity_id = after.id};
}

Task<Result<Ticket>> Operations::update_ticket(UpdateTicket request) {
  co_return co_await runtime::change(
      data_, [&] { return show_ticket(request.id); },
      [&](const Result<Ticket>& found) -> Result<runtime::Decision<Ticket>> {
        if (!found) return std::unexpected(found.error());
        const auto edited = edit(*found, request.details, request.user_id, request.seen_version);
        if (!edited) return std::unexpected(edited.error());
        return runtime::changed(*edited, change_to(*edited));
      });
}

Task<Result<Ticket>> Operations::withdraw_ticket(std::string id, std::string user_id) {
  auto ticket = co_await runtime::change(
      data_, [&] { return show_ticket(id); },
      [&](const Result<Ticket>& found) -> Result<runtime::Decision<Ticket>> {
        if (!found) return std::unexpected(found.error());
        const auto asked = request_withdrawal(*found, user_id);
        if (!asked) return std::unexpected(asked.error());
        if (!*asked) return runtime::unchanged(*found);
        return runtime::changed(**asked, change_to(**asked));
      });
  if (!ticket || ticket->status == TicketStatus::withdrawn) co_return ticket;
  co_return co_await await_decision(id);
}

Task<Result<Ticket>> Operations::await_decision(std::string ticket_id) {
  const SteadyTime deadline = platform_.clock.steady_now() + decision_wait_max;
  for (Milliseconds pause = look_backoff.shortest;; pause = look_backoff.next(pause)) {
    const Result<Ticket> ticket = co_await show_ticket(ticket_id);
    if (!ticket || ticket->status == TicketStatus::withdrawn) co_return ticket;
    if (!ticket->withdrawal_version) {
      // Orders refused because of an order whose event may not have come here yet.
      const bool is_sold = ticket->status == TicketStatus::sold;
      co_return refuse(
          ErrorKind::invalid, is_sold ? slugs::ticket_sold : slugs::ticket_reserved,
          fmt::format("A {} ticket cannot be withdrawn.", is_sold ? "sold" : "reserved"));
    }
    if (platform_.clock.steady_now() >= deadline) co_return ticket;
    co_await platform_.timers.sleep_for(pause);
  }
}

Task<bus::Verdict> Operations::decide_withdrawal(std::string ticket_id, std::int64_t asked_version,
                                                 bool granted) {
  const auto verdict = co_await runtime::change(
      data_, [&] { return show_ticket(ticket_id); },
      [&](const Result<Ticket>& found) -> Result<runtime::Decision<bus::Verdict>> {
        if (!found) throw bus::PermanentFailure("no ticket " + ticket_id);
        const auto after = tickets::decide_withdrawal(*found, asked_version, granted);
        if (!after) return runtime::unchanged(bus::Verdict::done);
        return runtime::changed(bus::Verdict::done, change_to(*after));
      });
  co_return verdict.value();
}

Task<Result<Ticket>> Operations::show_ticket(std::string id) {
  const auto result = co_await data_.database().query(store::ticket_by_id(id));
  if (result.empty()) co_return no_such_ticket();
  co_return result.rows.front().as<Ticket>();
}

Task<Page<Ticket>> Operations::list_tickets(TicketFilter filter, PageQuery query) {
  const auto result = co_await data_.database().query(store::list_tickets(filter, query));
  std::vector<Ticket> found;
  for (const db::Row& row : result.rows) found.push_back(row.as<Ticket>());
  co_return make_page(std::move(found), query, [](const Ticket& ticket) { return ticket.id; });
}

Task<Page<Sale>> Operations::list_sales(std::string seller_id, PageQuery query) {
  const auto result = co_await data_.database().query(store::sales_of(seller_id, query));
  std::vector<Sale> found;
  for (const db::Row& row : result.rows) found.push_back(store::decode_sale(row));
  co_return make_page(std::move(found), query, [](const Sale& sale) { return sale.order_id; });
}

Task<bus::Verdict> Operations::follow_order(OrderState order, std::int64_t order_version,
                                            std::string ticket_id) {
  const auto verdict = co_await runtime::change(
      data_, [&] { return find_with_orders(ticket_id, order.id); },
      [&](const store::TicketAndOrders& found) -> Result<runtime::Decision<bus::Verdict>> {
        const std::int64_t known = found.order_version.value_or(-1);
        if (known >= order_version) return runtime::unchanged(bus::Verdict::done);
        if (known < order_version - 1) return runtime::unchanged(bus::Verdict::retry_later);
        const Ticket after = tickets::follow_order(found.ticket, order, found.newest_other);
        runtime::Change change = change_to(after);
        change.also.push_back(
            store::remember_order(order, order_version, ticket_id, change.event->id));
        change.batch_delay = db::background_batch_delay;
        return runtime::changed(bus::Verdict::done, std::move(change));
      });
  co_return verdict.value();
}

Task<store::TicketAndOrders> Operations::find_with_orders(const std::string& ticket_id,
                                                          const std::string& order_id) {
  const auto result =
      co_await data_.database().query(store::ticket_and_orders(ticket_id, order_id));
  if (result.empty()) throw bus::PermanentFailure("no ticket " + ticket_id);
  co_return result.rows.front().as<store::TicketAndOrders>();
}

}  // namespace ticketing::tickets
