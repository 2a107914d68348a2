// What notifications knows of others' entities, made from events: whom a mail goes to, and what it
// names. No I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/base/clock.hpp"
#include "common/base/described.hpp"
#include "common/base/money.hpp"
#include "contracts/show_sales.hpp"

namespace ticketing::notifications {

struct Person {
  std::string id;
  std::int64_t version = 0;
  std::string email;
};
BOOST_DESCRIBE_STRUCT(Person, (), (id, version, email))

struct TicketCopy {
  std::string id;
  std::int64_t version = 0;
  std::string title;
  std::string user_id;  // the seller
  std::optional<std::string> show_id{};
};
BOOST_DESCRIBE_STRUCT(TicketCopy, (), (id, version, title, user_id, show_id))

struct OrderCopy {
  std::string id;
  std::string user_id;  // the buyer
  std::string ticket_id;
  Money price;
};
BOOST_DESCRIBE_STRUCT(OrderCopy, (), (id, user_id, ticket_id, price))

struct ShowCopy {
  std::string id;
  std::int64_t version = 0;
  std::string name;
  std::string venue;
  std::string city;
  contracts::ShowPlan status = contracts::ShowPlan::scheduled;
  Timestamp starts_at;
  std::optional<std::string> merged_into{};  // the show that stands for it
};
BOOST_DESCRIBE_STRUCT(ShowCopy, (),
                      (id, version, name, venue, city, status, starts_at, merged_into))

// An order with what its mails name.
struct Sale {
  std::string order_id;
  std::string ticket_id;
  Money price;
  std::string title;
  std::optional<std::string> seller_email{};  // nothing: not known yet
  std::optional<std::string> buyer_email{};
  std::optional<std::string> show_name{};
  std::optional<std::string> venue{};
  std::optional<std::string> city{};
  std::int64_t is_waiting = 0;  // 1: for what its seller still has to give
};
BOOST_DESCRIBE_STRUCT(Sale, (),
                      (order_id, ticket_id, price, title, seller_email, buyer_email, show_name,
                       venue, city, is_waiting))

// What a holder of a ticket has to be told, if anything.
enum class ShowChange { none, postponed, cancelled, moved };

inline ShowChange change_between(const ShowCopy& before, const ShowCopy& after) {
  using contracts::ShowPlan;
  const bool is_same_plan = before.status == after.status;
  if (after.status == ShowPlan::cancelled)
    return is_same_plan ? ShowChange::none : ShowChange::cancelled;
  if (after.status == ShowPlan::postponed)
    return is_same_plan ? ShowChange::none : ShowChange::postponed;
  const bool is_same_time = before.starts_at == after.starts_at;
  return is_same_plan && is_same_time ? ShowChange::none : ShowChange::moved;
}

}  // namespace ticketing::notifications
