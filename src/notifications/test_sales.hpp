// What a shop with one ticket publishes, and the mails that it leads to. Part of no library.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "contracts/delivery_events.hpp"
#include "contracts/orders_events.hpp"
#include "contracts/payments_events.hpp"
#include "contracts/shows_events.hpp"
#include "contracts/tickets_events.hpp"
#include "notifications/test_notifications.hpp"

namespace ticketing::notifications {

class SaleMails : public NotificationsTest {
 protected:
  static contracts::UserCreated user(const std::string& id) {
    return {.id = id, .version = 0, .email = id + "@example.com"};
  }
  static contracts::TicketCreated ticket(const std::string& id = "ticket") {
    return {.id = id, .title = "Row <7>", .price = {2'000}, .show_id = "opera", .user_id = "ada"};
  }
  static contracts::OrderCreated order(const std::string& id = "order",
                                       const std::string& buyer = "grace",
                                       const std::string& ticket_id = "ticket") {
    return {.id = id,
            .status = "created",
            .user_id = buyer,
            .expires_at = {},
            .ticket = {.id = ticket_id, .price = {2'050}}};
  }
  static contracts::PaymentCaptured payment(const std::string& order_id = "order",
                                            const std::string& buyer = "grace") {
    contracts::PaymentCaptured captured;
    captured.id = "payment of " + order_id;
    captured.order_id = order_id;
    captured.stripe_id = "pi_1";
    captured.ticket_id = "ticket";
    captured.user_id = buyer;
    return captured;
  }
  static contracts::PaymentRefunded refund(bool full, const std::string& order_id = "order") {
    contracts::PaymentRefunded refunded;
    refunded.id = "payment of " + order_id;
    refunded.order_id = order_id;
    refunded.stripe_id = "pi_1";
    refunded.refund_id = "refund";
    refunded.amount = {full ? 2'050 : 500};
    refunded.refunded = refunded.amount;
    refunded.full = full;
    return refunded;
  }
  template <class Contract = contracts::ShowUpdated>
  Contract show(std::int64_t version, const std::string& status = "scheduled",
                const std::string& id = "opera") {
    Contract facts;
    facts.id = id;
    facts.version = version;
    facts.name = "Carmen & Co";
    facts.category = "concert";
    facts.status = status;
    facts.venue = {.name = "Hall", .city = "Graz", .country = "AT", .time_zone = "Europe/Vienna"};
    facts.starts_at = facts.over_at = first_ + std::chrono::hours{48};
    facts.user_id = "maker";
    return facts;
  }

  // What is published of a shop with one ticket, before it is sold.
  void know_all() {
    for (const char* id : {"ada", "grace", "linus"}) hear(user(id));
    hear(show<contracts::ShowCreated>(0), "shows");
    hear(ticket(), "tickets");
    hear(order(), "orders");
  }
  template <class Contract>
  void hear_copy(const Contract& contract, const std::string& owner) {
    bus::Event event = platform_.event_from(owner, contract);
    event.original = "another";
    run(platform_.bus().publish(event));
    platform_.pass(std::chrono::seconds{1});
  }
  // "to: subject" of what was sent since the last call.
  std::vector<std::string> sent() {
    send();
    std::vector<std::string> lines;
    for (const mail::Message& mail : sender_.taken) lines.push_back(mail.to + ": " + mail.subject);
    last_ = std::exchange(sender_.taken, {});
    return lines;
  }

  const Timestamp first_ = platform_.now();
  std::vector<mail::Message> last_;
};

}  // namespace ticketing::notifications
