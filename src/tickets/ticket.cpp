#include "tickets/ticket.hpp"

#include <fmt/format.h>

#include "common/base/names.hpp"
#include "common/base/text.hpp"
#include "common/base/text_unicode.hpp"
#include "contracts/limits.hpp"

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

Error changed_since(const Ticket& ticket) {
  return {.kind = ErrorKind::invalid,
          .slug = "ticket_changed",
          .detail = "The ticket has changed since you saw it.",
          .fields = {{.message = fmt::format("the ticket is at version {} now", ticket.version),
                      .field = "version",
                      .current = std::to_string(ticket.version)}}};
}

}  // namespace

std::string_view to_string(TicketStatus status) { return name_of(ticket_status_names, status); }

std::optional<TicketStatus> parse_ticket_status(std::string_view text) {
  return value_named(ticket_status_names, text);
}

std::string_view to_string(OrderStatus status) { return name_of(order_status_names, status); }

std::optional<OrderStatus> parse_order_status(std::string_view text) {
  return value_named(order_status_names, text);
}

std::optional<std::string> title_fault(std::string_view title) {
  if (title.empty()) return "must not be empty";
  if (utf8_length(title) > contracts::title_characters_max) {
    return fmt::format("must have at most {} characters", contracts::title_characters_max);
  }
  if (has_deceptive_character(title)) {
    return "must not contain line breaks, direction overrides or control characters";
  }
  if (!has_visible_character(title)) return "must have at least one visible character";
  return std::nullopt;
}

Result<Ticket> edit(const Ticket& ticket, const TicketDetails& details, const std::string& user_id,
                    std::optional<std::int64_t> seen_version) {
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
  if (seen_version && *seen_version != ticket.version) return refuse(changed_since(ticket));
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
