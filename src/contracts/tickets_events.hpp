// The events of the tickets service. Listened to by orders, which keeps a copy of each ticket, and
// by shows, which counts those of each show.
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
};
BOOST_DESCRIBE_STRUCT(TicketCreated, (),
                      (id, version, title, price, section, show_id, row, seat, face_value,
                       restrictions, user_id))

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
  std::optional<std::string> status;    // "available", "reserved", "sold", "withdrawn"
  std::optional<std::string> order_id;  // the order that holds or bought it
  // Its seller asks to withdraw it; orders answers with order.withdrawal_decided.
  Flag withdrawal_requested;
  // While orders has not decided: the version at which its seller asked.
  std::optional<std::int64_t> withdrawal_version;
};
BOOST_DESCRIBE_STRUCT(TicketUpdated, (),
                      (id, version, title, price, section, show_id, row, seat, face_value,
                       restrictions, user_id, status, order_id, withdrawal_requested,
                       withdrawal_version))

}  // namespace ticketing::contracts
