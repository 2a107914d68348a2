#include "tickets/new_tickets.hpp"

#include <iterator>

#include "contracts/codes.hpp"
#include "contracts/show_sales.hpp"
#include "tickets/indexing/store.hpp"
#include "tickets/store.hpp"
#include "tickets/ticket_events.hpp"
#include "tickets/ticket_json.hpp"

namespace ticketing::tickets {

NewTickets::NewTickets(runtime::Platform& platform, runtime::OwnedData& data,
                       const db::IdempotencyKeys& idempotency_keys)
    : platform_(platform), data_(data), idempotency_keys_(idempotency_keys), fresh_(platform) {}

// The show of a ticket that is to be listed.
Task<Result<ShowCopy>> NewTickets::find_show(std::string show_id, std::string user_id) {
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
  const auto open = contracts::check_sale(found->status, begins_at(*found), platform_.clock.now());
  if (!open) co_return std::unexpected(open.error());
  co_return *found;
}

Task<Result<std::vector<Ticket>>> NewTickets::make_tickets(const CreateTicket& request) {
  Ticket ticket{
      .show_id = request.show_id, .user_id = request.user_id, .created_at = platform_.clock.now()};
  apply(ticket, request.details);
  if (request.show_id) {
    const auto show = co_await find_show(*request.show_id, request.user_id);
    if (!show) co_return std::unexpected(show.error());
    if (auto allowed =
            contracts::check_price(ticket.price, ticket.face_value, show->price_cap_percent);
        !allowed)
      co_return std::unexpected(std::move(allowed).error());
  }
  if (request.quantity) ticket.lot_id = platform_.ids.next();
  std::vector<Ticket> lot(static_cast<std::size_t>(request.quantity.value_or(1)), ticket);
  for (Ticket& one : lot) one.id = platform_.ids.next();
  co_return lot;
}

// All tickets of the lot in one transaction.
runtime::Change NewTickets::change_to_list(const std::vector<Ticket>& lot,
                                           const CreateTicket& request) const {
  const auto& key = request.idempotency_key;
  runtime::Change change{.contends_for = lot.front().id};
  std::vector<db::Statement> inserts, searched;
  for (const Ticket& ticket : lot) {
    const bus::Event event = data_.events().make(created_event(ticket));
    inserts.push_back(key ? store::insert_ticket_of_key(ticket, event.id, *key)
                          : store::insert_ticket(ticket, event.id));
    db::append(searched, indexing::store::add_terms(ticket, event.id));
    change.more_events.push_back({event, ticket.id});
  }
  if (key) {
    // Two requests with one key contend for it, not for their tickets.
    change.contends_for = key->key;
    change.write = idempotency_keys_.take(*key, lot.front().lot_id.value_or(lot.front().id), 201,
                                          request.quantity ? to_json(lot) : to_json(lot.front()),
                                          lot.front().created_at);
    change.also = std::move(inserts);
  } else {
    change.write = std::move(inserts.front());
    change.also.assign(std::make_move_iterator(inserts.begin() + 1),
                       std::make_move_iterator(inserts.end()));
  }
  db::append(change.also, std::move(searched));
  return change;
}

Task<Result<std::vector<Ticket>>> NewTickets::list(CreateTicket request) {
  auto lot = co_await make_tickets(request);
  if (!lot) co_return std::unexpected(lot.error());
  const bool is_made = co_await runtime::commit(data_, change_to_list(*lot, request));
  if (!is_made) lot->clear();
  co_return lot;
}

}  // namespace ticketing::tickets
