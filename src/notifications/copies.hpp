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
  Timestamp ordered_at;
};
BOOST_DESCRIBE_STRUCT(OrderCopy, (), (id, user_id, ticket_id, price, ordered_at))

struct ShowCopy {
  std::string id;
  std::int64_t version = 0;
  std::string name;
  std::string venue;
  std::string city;
  contracts::ShowPlan status = contracts::ShowPlan::scheduled;
  Timestamp starts_at;
  std::optional<std::string> merged_into{};  // the show that stands for it
  std::optional<Timestamp> merged_at{};
  // The latest change that holders of tickets are told of, also those who are known later.
  std::optional<std::string> change_template{};
  std::optional<std::string> change_event_id{};
  std::optional<std::string> change_details{};
  std::optional<Timestamp> changed_at{};
};
BOOST_DESCRIBE_STRUCT(ShowCopy, (),
                      (id, version, name, venue, city, status, starts_at, merged_into, merged_at,
                       change_template, change_event_id, change_details, changed_at))

// An order with what its mails name.
struct Sale {
  std::string order_id;
  std::string ticket_id;
  Money price;
  std::string title;
  std::string seller_id;
  std::string buyer_id;
  std::optional<std::string> seller_email{};  // nothing: not known yet
  std::optional<std::string> buyer_email{};
  std::optional<std::string> show_name{};
  std::optional<std::string> venue{};
  std::optional<std::string> city{};
  std::int64_t is_waiting = 0;    // 1: for what its seller still has to give
  bool seller_is_erased = false;  // the account is deleted
  bool buyer_is_erased = false;
};
BOOST_DESCRIBE_STRUCT(Sale, (),
                      (order_id, ticket_id, price, title, seller_id, buyer_id, seller_email,
                       buyer_email, show_name, venue, city, is_waiting, seller_is_erased,
                       buyer_is_erased))

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

// What says that a show has changed.
struct ShowNews {
  std::string event_id;
  Timestamp time;
  std::string details;   // what the mail names
  bool is_told = false;  // not of what is published once more, or is long past
};

// `after`, with the change that holders are told of, as `change_template` names it: the one before
// stays while nothing changes for them. `substitute` is the show that stands for it now; who has a
// ticket learns how that differs, as the holders of that one did where they were told of the same.
ShowCopy with_change(ShowCopy after, const ShowCopy& before,
                     const std::optional<ShowCopy>& substitute, const ShowNews& news);

}  // namespace ticketing::notifications
