#include "tickets/ticket.hpp"

#include <fmt/format.h>

#include "contracts/codes.hpp"

namespace ticketing::tickets {

namespace {

// Why `user_id` may not have the ticket `done` ("changed"), or nothing.
std::optional<Error> obstacle_to(const Ticket& ticket, const std::string& user_id,
                                 std::string_view done) {
  if (ticket.user_id != user_id) {
    return Error{.kind = ErrorKind::unauthenticated,
                 .slug = slugs::not_your_ticket,
                 .detail = "Only its seller may change a ticket."};
  }
  if (ticket.status == TicketStatus::reserved) {
    return Error{.slug = slugs::ticket_reserved,
                 .detail = fmt::format("A reserved ticket cannot be {}.", done)};
  }
  if (ticket.status == TicketStatus::sold) {
    return Error{.slug = slugs::ticket_sold,
                 .detail = fmt::format("A sold ticket cannot be {}.", done)};
  }
  if (ticket.status == TicketStatus::lapsed) {
    return Error{.slug = slugs::ticket_lapsed,
                 .detail = fmt::format("The show has begun: the ticket cannot be {}.", done)};
  }
  return std::nullopt;
}

Error changed_since(const Ticket& ticket) {
  return {.kind = ErrorKind::invalid,
          .slug = slugs::ticket_changed(ticket.version),
          .detail = "The ticket has changed since you saw it.",
          .fields = {{.code = slugs::ticket_changed(ticket.version),
                      .message = fmt::format("the ticket is at version {} now", ticket.version),
                      .field = "version"}}};
}

}  // namespace

Result<Ticket> edit(const Ticket& ticket, const TicketDetails& details, const std::string& user_id,
                    std::optional<std::int64_t> seen_version) {
  if (ticket.status == TicketStatus::withdrawn && ticket.user_id == user_id) {
    return refuse(ErrorKind::invalid, slugs::ticket_withdrawn,
                  "A withdrawn ticket cannot be changed.");
  }
  if (auto obstacle = obstacle_to(ticket, user_id, "changed")) return refuse(*std::move(obstacle));
  if (seen_version && *seen_version != ticket.version) return refuse(changed_since(ticket));
  Ticket edited = ticket;
  edited.version = ticket.version + 1;
  apply(edited, details);
  return edited;
}

Result<std::optional<Ticket>> request_withdrawal(const Ticket& ticket, const std::string& user_id) {
  if (auto obstacle = obstacle_to(ticket, user_id, "withdrawn"))
    return refuse(*std::move(obstacle));
  if (ticket.status == TicketStatus::withdrawn) return std::nullopt;
  Ticket after = ticket;
  after.version = ticket.version + 1;
  after.withdrawal_version = after.version;
  return after;
}

std::optional<Ticket> decide_withdrawal(const Ticket& ticket, std::int64_t asked_version,
                                        bool granted) {
  if (ticket.status == TicketStatus::withdrawn) return std::nullopt;
  const bool is_answered = ticket.withdrawal_version && *ticket.withdrawal_version <= asked_version;
  if (!granted && !is_answered) return std::nullopt;
  Ticket after = ticket;
  after.version = ticket.version + 1;
  after.withdrawal_version.reset();
  if (granted) {
    after.status = TicketStatus::withdrawn;
    after.order_id.reset();
  }
  return after;
}

std::optional<Ticket> note_file(const Ticket& ticket) {
  if (ticket.has_file) return std::nullopt;
  Ticket after = ticket;
  after.version = ticket.version + 1;
  after.has_file = true;
  return after;
}

Ticket resale_of(const Ticket& sold, Money price, std::string id, std::string buyer,
                 Timestamp now) {
  Ticket ticket = sold;
  ticket.id = std::move(id);
  ticket.version = 0;
  ticket.price = price;
  ticket.lot_id.reset();
  ticket.user_id = std::move(buyer);
  ticket.file_promised = false;
  ticket.status = TicketStatus::available;
  ticket.order_id.reset();
  ticket.withdrawal_version.reset();
  ticket.created_at = now;
  return ticket;
}

std::optional<Ticket> lapse(const Ticket& ticket) {
  if (ticket.status != TicketStatus::available) return std::nullopt;
  Ticket after = ticket;
  after.version = ticket.version + 1;
  after.status = TicketStatus::lapsed;
  return after;
}

Ticket follow_order(const Ticket& ticket, const OrderState& changed,
                    const std::optional<OrderState>& newest_other, AfterOrder after_order) {
  const OrderState* holder = newest_other ? &*newest_other : nullptr;
  if (changed.status != OrderStatus::cancelled && (holder == nullptr || changed.id > holder->id)) {
    holder = &changed;
  }
  Ticket after = ticket;
  after.version = ticket.version + 1;
  if (ticket.status == TicketStatus::withdrawn) return after;
  if (holder == nullptr) {
    const bool is_lapsed = after_order.show_has_begun || ticket.status == TicketStatus::lapsed;
    after.status = is_lapsed ? TicketStatus::lapsed : TicketStatus::available;
    after.order_id.reset();
    if (!is_lapsed && after_order.seller_is_erased) after.withdrawal_version = after.version;
  } else {
    after.status =
        holder->status == OrderStatus::complete ? TicketStatus::sold : TicketStatus::reserved;
    after.order_id = holder->id;
  }
  return after;
}

}  // namespace ticketing::tickets
