#include "tickets/operations.hpp"

#include <fmt/format.h>

#include "common/base/backoff.hpp"
#include "contracts/codes.hpp"
#include "contracts/show_sales.hpp"
#include "tickets/indexing/store.hpp"
#include "tickets/store.hpp"
#include "tickets/ticket_change.hpp"
#include "tickets/ticket_events.hpp"

namespace ticketing::tickets {
namespace {

// How long a seller waits for orders to decide before the answer is "not decided yet".
constexpr Milliseconds decision_wait_max{3'000};
constexpr Backoff look_backoff{.shortest = Milliseconds{5}, .longest = Milliseconds{100}};

constexpr std::int64_t index_page = 100;
constexpr std::int64_t erased_page = 100;

std::unexpected<Error> no_such_ticket() {
  return refuse(ErrorKind::not_found, slugs::ticket_not_found, "There is no such ticket.");
}

}  // namespace

Operations::Operations(runtime::Platform& platform, runtime::OwnedData& data,
                       const db::IdempotencyKeys& idempotency_keys)
    : platform_(platform),
      data_(data),
      new_tickets_(platform, data, idempotency_keys),
      sale_ends_(platform, data),
      lists_(data.database()),
      erasure_(platform, "tickets", data.database(),
               [this](std::string user_id) { return erase(std::move(user_id)); }) {}

Task<bus::Verdict> Operations::follow_show(ShowCopy show, std::string name) {
  // Each event has all of the show, so its predecessors need not have come.
  db::Transaction transaction{
      .contends_for = show.id, .statements = {}, .batch_delay = db::background_batch_delay};
  transaction.statements.push_back(store::store_show_copy(show));
  transaction.statements.push_back(store::set_sale_end(show.id));
  db::append(transaction.statements,
             indexing::store::replace_show_terms(show.id, show.version, name));
  co_await data_.database().commit(std::move(transaction));
  co_return bus::Verdict::done;
}

Task<bus::Verdict> Operations::end_sale(std::string show_id, Timestamp starts_at) {
  return sale_ends_.end(std::move(show_id), starts_at);
}

Task<std::int64_t> Operations::sweep() { return sale_ends_.sweep(); }

Task<std::int64_t> Operations::index_old_tickets() {
  std::int64_t indexed = 0;
  for (;;) {
    const auto found =
        co_await data_.database().query(indexing::store::tickets_to_index(index_page));
    db::Transaction transaction;
    for (const db::Row& row : found.rows) {
      const auto current = row.as<store::CurrentTicket>();
      db::append(transaction.statements,
                 indexing::store::replace_terms(current.ticket, current.last_event_id));
    }
    if (found.rows.empty()) co_return indexed;
    indexed += std::ssize(found.rows);
    co_await data_.database().commit(std::move(transaction));
  }
}

Task<Result<std::vector<Ticket>>> Operations::create_lot(CreateTicket request) {
  return new_tickets_.list(std::move(request));
}

Task<Result<std::optional<Ticket>>> Operations::create_ticket(CreateTicket request) {
  request.quantity.reset();
  const auto lot = co_await new_tickets_.list(std::move(request));
  if (!lot) co_return std::unexpected(lot.error());
  if (lot->empty()) co_return std::nullopt;
  co_return lot->front();
}

Task<Result<Ticket>> Operations::update_ticket(UpdateTicket request) {
  co_return co_await runtime::change(
      data_, [&] { return find_with_show(request.id); },
      [&](const std::optional<store::TicketAndShow>& found) -> Result<runtime::Decision<Ticket>> {
        if (!found) return no_such_ticket();
        const auto edited =
            edit(found->ticket, request.details, request.user_id, request.seen_version);
        if (!edited) return std::unexpected(edited.error());
        if (found->show)
          if (auto allowed = contracts::check_price(edited->price, edited->face_value,
                                                    found->show->price_cap_percent);
              !allowed)
            return std::unexpected(std::move(allowed).error());
        runtime::Change change = change_to(data_, *edited);
        if (edited->title != found->ticket.title || edited->price != found->ticket.price)
          db::append(change.also, indexing::store::replace_terms(*edited, change.event->id));
        return runtime::changed(*edited, std::move(change));
      });
}

Task<Result<Ticket>> Operations::ask_to_withdraw(const std::string& id,
                                                 const std::string& user_id) {
  co_return co_await runtime::change(
      data_, [&] { return show_ticket(id); },
      [&](const Result<Ticket>& found) -> Result<runtime::Decision<Ticket>> {
        if (!found) return std::unexpected(found.error());
        const auto asked = request_withdrawal(*found, user_id);
        if (!asked) return std::unexpected(asked.error());
        if (!*asked) return runtime::unchanged(*found);
        return runtime::changed(**asked, change_to(data_, **asked));
      });
}

Task<Result<Ticket>> Operations::withdraw_ticket(std::string id, std::string user_id) {
  auto ticket = co_await ask_to_withdraw(id, user_id);
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
        return runtime::changed(bus::Verdict::done, change_to(data_, *after));
      });
  co_return verdict.value();
}

Task<bus::Verdict> Operations::note_file(std::string ticket_id) {
  const auto verdict = co_await runtime::change(
      data_, [&] { return show_ticket(ticket_id); },
      [&](const Result<Ticket>& found) -> Result<runtime::Decision<bus::Verdict>> {
        if (!found) throw bus::PermanentFailure("no ticket " + ticket_id);
        const auto after = tickets::note_file(*found);
        if (!after) return runtime::unchanged(bus::Verdict::done);
        return runtime::changed(bus::Verdict::done, change_to(data_, *after));
      });
  co_return verdict.value();
}

Task<bus::Verdict> Operations::begin_resale(Resale resale, Timestamp now) {
  const auto found = co_await data_.database().query(store::ticket_of_order(resale.order_id));
  if (found.empty()) co_return bus::Verdict::retry_later;
  auto [sold, price] = found.rows.front().as<store::TicketOfOrder>();
  // The news that the sold ticket has its file may come later.
  sold.has_file = sold.has_file || resale.has_file;
  const Ticket ticket = resale_of(sold, price.value_or(sold.price), std::move(resale.id),
                                  std::move(resale.user_id), now);
  const bus::Event event = data_.events().make(created_event(ticket));
  co_await runtime::commit(data_, {.contends_for = ticket.id,
                                   .write = store::insert_ticket(ticket, event.id),
                                   .also = indexing::store::add_terms(ticket, event.id),
                                   .event = event,
                                   .entity_id = ticket.id});
  co_return bus::Verdict::done;
}

// What was listed stays as its buyers and its show have it: titles are public, and its seller is a
// number from now on.
Task<bool> Operations::erase(std::string user_id) {
  db::Transaction transaction{.contends_for = user_id, .statements = {}};
  transaction.statements.push_back(db::IdempotencyKeys::forget_user(user_id));
  co_await data_.database().commit(std::move(transaction));
  // Each once: the next round has what could not be withdrawn yet.
  std::string after;
  for (;;) {
    const auto found =
        co_await data_.database().query(store::available_of_seller(user_id, after, erased_page));
    for (const db::Row& row : found.rows) {
      after = row.text("id");
      co_await ask_to_withdraw(after, user_id);
    }
    if (std::ssize(found.rows) < erased_page) break;
  }
  const auto unsold = co_await data_.database().query(store::unsold_of_seller(user_id));
  co_return unsold.empty();
}

Task<Result<Ticket>> Operations::show_ticket(std::string id) {
  const auto result = co_await data_.database().query(store::ticket_by_id(id));
  if (result.empty()) co_return no_such_ticket();
  co_return result.rows.front().as<Ticket>();
}

Task<Page<Ticket>> Operations::list_tickets(TicketFilter filter, PageQuery query) {
  co_return co_await lists_.read(std::move(filter), std::move(query));
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
        const bool has_begun = found.show && tickets::has_begun(*found.show, platform_.clock.now());
        const Ticket after = tickets::follow_order(
            found.ticket, order, found.newest_other,
            {.show_has_begun = has_begun, .seller_is_erased = found.seller_is_erased});
        runtime::Change change = change_to(data_, after);
        change.also.push_back(
            store::remember_order(order, order_version, ticket_id, change.event->id));
        change.batch_delay = db::background_batch_delay;
        return runtime::changed(bus::Verdict::done, std::move(change));
      });
  co_return verdict.value();
}

Task<std::optional<store::TicketAndShow>> Operations::find_with_show(const std::string& ticket_id) {
  const auto result = co_await data_.database().query(store::ticket_and_show(ticket_id));
  if (result.empty()) co_return std::nullopt;
  co_return result.rows.front().as<store::TicketAndShow>();
}

Task<store::TicketAndOrders> Operations::find_with_orders(const std::string& ticket_id,
                                                          const std::string& order_id) {
  const auto result =
      co_await data_.database().query(store::ticket_and_orders(ticket_id, order_id));
  if (result.empty()) throw bus::PermanentFailure("no ticket " + ticket_id);
  co_return result.rows.front().as<store::TicketAndOrders>();
}

}  // namespace ticketing::tickets
