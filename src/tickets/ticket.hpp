// A ticket and its rules: who may change it, and what orders do to it. No I/O.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/base/clock.hpp"
#include "common/base/described.hpp"
#include "common/base/error.hpp"
#include "common/base/money.hpp"
#include "common/base/shown_text.hpp"
#include "contracts/limits.hpp"

namespace ticketing::tickets {

enum class TicketStatus { available, reserved, sold, withdrawn, lapsed };
BOOST_DESCRIBE_ENUM(TicketStatus, available, reserved, sold, withdrawn, lapsed)

struct Ticket {
  std::string id;
  std::int64_t version = 0;
  std::string title;
  Money price;
  std::optional<std::string> section{};  // where its seat is
  std::optional<std::string> show_id{};  // what it is for
  std::optional<std::string> row{};
  std::optional<std::string> seat{};
  std::optional<Money> face_value{};  // what is printed on it
  std::optional<std::string> restrictions{};
  std::optional<std::string> lot_id{};  // shared by those that were listed together
  std::string user_id;                  // the seller
  bool has_file = false;                // its buyer gets a file or code
  bool file_promised = false;           // its seller gives that after the sale
  TicketStatus status = TicketStatus::available;
  std::optional<std::string> order_id;
  // The version at which the seller asked to withdraw it, while orders has not decided.
  std::optional<std::int64_t> withdrawal_version{};
  Timestamp created_at;
};
BOOST_DESCRIBE_STRUCT(Ticket, (),
                      (id, version, title, price, section, show_id, row, seat, face_value,
                       restrictions, lot_id, user_id, has_file, file_promised, status, order_id,
                       withdrawal_version, created_at))

// Tickets of one lot, which are alike, but each is sold for itself.
inline constexpr std::int64_t lot_max = 10;

// Which tickets a list contains. The public list, without a seller, has no withdrawn and
// no lapsed ones.
struct TicketFilter {
  std::optional<TicketStatus> status;
  std::optional<std::string> seller_id;
  std::optional<std::string> show_id{};  // "": tickets that are for no show
  bool is_by_price = false;              // the cheapest first, not the newest
  std::string text{};                // words of the title and of the show's name; empty: no search
  std::optional<Money> price_min{};  // both included
  std::optional<Money> price_max{};
};

// A ticket that was sold.
struct Sale {
  Ticket ticket;
  std::string order_id;
  Money price;  // frozen in the order: an edit may have come between
  Timestamp sold_at;
};

// The data of a ticket that its seller enters.
struct TicketDetails {
  ShownText<contracts::title_characters_max> title;
  Money price;
  Patch<ShownText<40>> section;
  Patch<ShownText<20>> row;
  Patch<ShownText<20>> seat;
  Patch<Money> face_value;
  Patch<ShownText<200>> restrictions;
  Patch<bool> file_promised;  // after the sale; otherwise all of the price goes back
};
BOOST_DESCRIBE_STRUCT(TicketDetails, (),
                      (title, price, section, row, seat, face_value, restrictions, file_promised))

// The ticket with new details, one version on. Refuses with `not_your_ticket` unless `user_id`
// sells it, with `ticket_reserved` or `ticket_sold` when an order holds it, with
// `ticket_withdrawn`, `ticket_lapsed`, and with `ticket_changed` when it is not at `seen_version`,
// the one that the seller saw (if given).
Result<Ticket> edit(const Ticket& ticket, const TicketDetails& details, const std::string& user_id,
                    std::optional<std::int64_t> seen_version = std::nullopt);

// The seller asks to withdraw the ticket: it one version on, or nothing when it is withdrawn
// already. Asking again while the decision is awaited is allowed. Refuses with `not_your_ticket`,
// `ticket_reserved`, `ticket_sold`, `ticket_lapsed`.
Result<std::optional<Ticket>> request_withdrawal(const Ticket& ticket, const std::string& user_id);

// Orders decided on what was asked up to `asked_version`: the ticket one version on, or nothing
// when there is nothing to change. Withdrawn is final: orders grants it when no order of the ticket
// is live, and lets none come after.
std::optional<Ticket> decide_withdrawal(const Ticket& ticket, std::int64_t asked_version,
                                        bool granted);

// Delivery has a file or code for its buyer: the ticket one version on, or nothing when that is
// known.
std::optional<Ticket> note_file(const Ticket& ticket);

// A new ticket of what was sold: its buyer sells it, for what they paid. Nothing is
// promised of it: what is due cannot be listed again.
Ticket resale_of(const Ticket& sold, Money price, std::string id, std::string buyer, Timestamp now);

// Its show has begun: the ticket one version on, or nothing unless it is available. What is
// reserved is left to its order. A lapsed ticket does not come back, also when its show is moved.
std::optional<Ticket> lapse(const Ticket& ticket);

enum class OrderStatus { created, complete, cancelled };
BOOST_DESCRIBE_ENUM(OrderStatus, created, complete, cancelled)

// An order as far as a ticket is concerned.
struct OrderState {
  std::string id;
  OrderStatus status = OrderStatus::created;
  std::optional<Money> price{};  // known when it was created
  std::optional<Timestamp> completed_at{};
};
BOOST_DESCRIBE_STRUCT(OrderState, (), (id, status, price, completed_at))

// The ticket after `changed` came to its present state, one version on. `newest_other` is the
// newest live order of the ticket besides `changed`. The newest live order holds the ticket; since
// that depends on the set of orders alone, events of several orders may come in any order. A
// withdrawn ticket stays withdrawn: late events are of orders that ended before. One that no order
// holds any more lapses if its show has begun; otherwise its withdrawal is asked for if the account
// of its seller is deleted.
struct AfterOrder {
  bool show_has_begun = false;
  bool seller_is_erased = false;
};
Ticket follow_order(const Ticket& ticket, const OrderState& changed,
                    const std::optional<OrderState>& newest_other, AfterOrder after_order = {});

}  // namespace ticketing::tickets
