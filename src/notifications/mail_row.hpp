// A mail as it is kept until it is over, and when it is tried. No I/O.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "common/base/backoff.hpp"
#include "common/base/clock.hpp"
#include "common/base/described.hpp"

namespace ticketing::notifications {

// How long a mail is tried.
inline constexpr std::chrono::days tried_for{3};
// An attempt has ended by then, or its process has.
inline constexpr std::chrono::minutes attempt_time_max{2};

// The names are those in the database.
enum class Template {
  reset,
  verify,
  password_changed,
  device_added,
  sold,
  paid,
  refunded,
  delivery_due,
  delivery_ready,
  delivery_overdue,
  show_postponed,
  show_cancelled,
  show_moved,
  change_address,
  address_change_asked,
  address_changed,
  delete_account,
  account_deleted
};
BOOST_DESCRIBE_ENUM(Template, reset, verify, password_changed, device_added, sold, paid, refunded,
                    delivery_due, delivery_ready, delivery_overdue, show_postponed, show_cancelled,
                    show_moved, change_address, address_change_asked, address_changed,
                    delete_account, account_deleted)
enum class Status { waiting, sent, refused, suppressed, late, given_up };
BOOST_DESCRIBE_ENUM(Status, waiting, sent, refused, suppressed, late, given_up)

struct Mail {
  std::string id;
  std::string last_event_id;
  Template which = Template::reset;
  std::string user_id;    // whom it is for; empty: whom its order says, until the mail is over
  std::string recipient;  // the address; empty: that of the copy of the person
  std::string details;    // the event's payload
  Status status = Status::waiting;
  std::int64_t attempts = 0;
  Timestamp created_at;
  Timestamp due_at;
  std::optional<Timestamp> ended_at;
};
BOOST_DESCRIBE_STRUCT(Mail, (),
                      (id, last_event_id, which, user_id, recipient, details, status, attempts,
                       created_at, due_at, ended_at))

// After so many attempts that failed.
inline Milliseconds pause_after_failures(std::int64_t attempts) {
  constexpr Backoff backoff{.shortest = std::chrono::seconds{30}, .longest = std::chrono::hours{2}};
  return backoff.after(attempts);
}

}  // namespace ticketing::notifications
