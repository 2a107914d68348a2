#include "tickets/ticket.hpp"

#include "common/base/names.hpp"

namespace ticketing::tickets {

namespace {

constexpr Names<TicketStatus, 3> ticket_status_names{{
    {TicketStatus::available, "available"},
    {TicketStatus::reserved, "reserved"},
    {TicketStatus::sold, "sold"},
}};

constexpr Names<OrderStatus, 3> order_status_names{{
    {OrderStatus::created, "created"},
    {OrderStatus::complete, "complete"},
    {OrderStatus::cancelled, "cancelled"},
}};

}  // namespace

std::string_view to_string(TicketStatus status) { return name_of(ticket_status_names, status); }

std::optional<TicketStatus> parse_ticket_status(std::string_view text) {
  return value_named(ticket_status_names, text);
}

std::string_view to_string(OrderStatus status) { return name_of(order_status_names, status); }

std::optional<OrderStatus> parse_order_status(std::string_view text) {
  return value_named(order_status_names, text);
}

Result<Ticket> edit(const Ticket& ticket, const TicketDetails& details,
                    const std::string& user_id) {
  if (ticket.user_id != user_id) {
    return refuse(ErrorKind::unauthenticated, "not_your_ticket",
                  "Only its seller may change a ticket.");
  }
  if (ticket.status == TicketStatus::reserved) {
    return refuse(ErrorKind::invalid, "ticket_reserved", "A reserved ticket cannot be changed.");
  }
  if (ticket.status == TicketStatus::sold) {
    return refuse(ErrorKind::invalid, "ticket_sold", "A sold ticket cannot be changed.");
  }
  Ticket edited = ticket;
  edited.version = ticket.version + 1;
  edited.title = details.title;
  edited.price = details.price;
  return edited;
}

Ticket follow_order(const Ticket& ticket, const OrderState& changed,
                    const std::optional<OrderState>& newest_other) {
  const OrderState* holder = newest_other ? &*newest_other : nullptr;
  if (changed.status != OrderStatus::cancelled && (holder == nullptr || changed.id > holder->id)) {
    holder = &changed;
  }
  Ticket after = ticket;
  after.version = ticket.version + 1;
  if (holder == nullptr) {
    after.status = TicketStatus::available;
    after.order_id.reset();
  } else {
    after.status =
        holder->status == OrderStatus::complete ? TicketStatus::sold : TicketStatus::reserved;
    after.order_id = holder->id;
  }
  return after;
}

}  // namespace ticketing::tickets
