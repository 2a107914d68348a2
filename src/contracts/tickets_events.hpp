// The events of the tickets service. Listeners keep a copy of each ticket or count those of each
// show; docs/events.md names them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/described.hpp"
#include "common/base/flag.hpp"
#include "common/base/money.hpp"
#include "contracts/codec.hpp"

namespace ticketing::contracts {

// A ticket was listed; version 0.
struct TicketCreated {
  static constexpr std::string_view subject = "ticket.created";
  std::string id;
  std::int64_t version = 0;
  std::string title;
  Money price;
  std::optional<std::string> section;
  std::optional<std::string> show_id;
  std::optional<std::string> row;
  std::optional<std::string> seat;
  std::optional<Money> face_value;  // what is printed on it
  std::optional<std::string> restrictions;
  std::string user_id;  // the seller
  Flag file_promised;   // after the sale, or the money goes back
};
BOOST_DESCRIBE_STRUCT(TicketCreated, (),
                      (id, version, title, price, section, show_id, row, seat, face_value,
                       restrictions, user_id, file_promised))

// A ticket changed in any way: edited, locked by an order, unlocked, sold.
struct TicketUpdated {
  static constexpr std::string_view subject = "ticket.updated";
  std::string id;
  std::int64_t version = 0;
  std::string title;
  Money price;
  std::optional<std::string> section;
  std::optional<std::string> show_id;
  std::optional<std::string> row;
  std::optional<std::string> seat;
  std::optional<Money> face_value;  // what is printed on it
  std::optional<std::string> restrictions;
  std::string user_id;
  Flag has_file;                        // its buyer gets a file or code
  Flag file_promised;                   // after the sale, or the money goes back
  std::optional<std::string> status;    // "available", "reserved", "sold", "withdrawn", "lapsed"
  std::optional<std::string> order_id;  // the order that holds or bought it
  // Its seller asks to withdraw it; orders answers with order.withdrawal_decided.
  Flag withdrawal_requested;
  // While orders has not decided: the version at which its seller asked.
  std::optional<std::int64_t> withdrawal_version;
};
BOOST_DESCRIBE_STRUCT(TicketUpdated, (),
                      (id, version, title, price, section, show_id, row, seat, face_value,
                       restrictions, user_id, has_file, file_promised, status, order_id,
                       withdrawal_requested, withdrawal_version))

// As a value of the listener's own enumeration. Older releases of tickets do not send the status.
template <DescribedEnum Status>
Status status_of(const TicketUpdated& ticket) {
  if (const auto status = value_named<Status>(ticket.status.value_or(""))) return *status;
  return ticket.order_id ? Status::reserved : Status::available;
}

}  // namespace ticketing::contracts
