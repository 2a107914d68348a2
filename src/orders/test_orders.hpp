// The operations of orders on simulated time, without their periodic tasks: a test starts the
// sweep itself. Part of no library.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "common/db/idempotency_keys.hpp"
#include "common/runtime/idempotent_requests.hpp"
#include "common/runtime/owned_data.hpp"
#include "contracts/expiration_events.hpp"
#include "contracts/orders_events.hpp"
#include "contracts/payments_events.hpp"
#include "contracts/shows_events.hpp"
#include "contracts/tickets_events.hpp"
#include "fixtures/service_test.hpp"
#include "orders/listeners.hpp"
#include "orders/operations.hpp"
#include "orders/republished.hpp"
#include "orders/reservations.hpp"

namespace ticketing::orders {

EmbeddedFiles embedded_files();

inline constexpr std::chrono::minutes hold{15};

// What another replica does.
inline const db::Sql test_rival_order{
    "test_rival_order",
    "INSERT INTO orders (id, version, last_event_id, status, user_id, ticket_id, ticket_title, "
    "price_cents, expires_at, created_at, slot) "
    "VALUES ($1, 0, '', 'created', $2, $3, 'Row 7', 2000, $4, 0, 0)"};
inline const db::Sql test_rival_of_show{
    "test_rival_of_show",
    "INSERT INTO orders (id, version, last_event_id, status, user_id, ticket_id, ticket_title, "
    "price_cents, expires_at, created_at, counted_show_id, show_slot) "
    "VALUES ($1, 0, '', 'created', $2, 'other ticket', 'Row 7', 2000, $4, 0, $3, 0)"};
inline const db::Sql test_touch_ticket{"test_touch_ticket",
                                       "UPDATE tickets SET version = version + 1 WHERE id = $1"};
inline const db::Sql test_raise_price{
    "test_raise_price",
    "UPDATE tickets SET version = version + 1, price_cents = price_cents * 2 WHERE id = $1"};
inline const db::Sql test_take_back_promise{
    "test_take_back_promise",
    "UPDATE tickets SET version = version + 1, file_promised = 0 WHERE id = $1"};
inline const db::Sql test_cap_show{
    "test_cap_show",
    "UPDATE shows SET price_cap_percent = $2, revision = revision + 1 WHERE id = $1"};
inline const db::Sql test_cancel_show{
    "test_cancel_show",
    "UPDATE shows SET status = 'cancelled', revision = revision + 1 WHERE id = $1"};
inline const db::Sql test_touch_order{"test_touch_order",
                                      "UPDATE orders SET version = version + 1 WHERE id = $1"};
inline const db::Sql test_complete_order{
    "test_complete_order",
    "UPDATE orders SET version = version + 1, status = 'complete', payment_id = 'p' WHERE id = $1"};
inline const db::Sql test_cancel_order{
    "test_cancel_order",
    "UPDATE orders SET version = version + 1, status = 'cancelled', reason = $2 WHERE id = $1"};

// The other services as orders sees them: by their events.
class OtherServices {
 public:
  explicit OtherServices(fixtures::TestPlatform& platform) : platform_(platform) {}

  // A ticket of 20.00.
  std::string make_ticket() {
    const std::string id = platform_.next_id();
    create_ticket(id);
    return id;
  }
  void create_ticket(const std::string& id) {
    platform_.publish_as(
        "tickets",
        contracts::TicketCreated{
            .id = id, .title = "Row 7", .price = Money{.cents = 2'000}, .user_id = "seller"});
  }
  // Of 20.00, with or without the promise of its seller to give the file.
  void promise_file(const std::string& id, std::int64_t version, bool promised) {
    platform_.publish_as("tickets", contracts::TicketUpdated{.id = id,
                                                             .version = version,
                                                             .title = "Row 7",
                                                             .price = Money{.cents = 2'000},
                                                             .user_id = "seller",
                                                             .file_promised = promised});
  }
  void edit_ticket(const std::string& id, std::int64_t version, Money price) {
    platform_.publish_as("tickets", contracts::TicketUpdated{.id = id,
                                                             .version = version,
                                                             .title = "Row 7",
                                                             .price = price,
                                                             .user_id = "seller",
                                                             .order_id = std::nullopt});
  }
  void ask_for_withdrawal(const std::string& id, std::int64_t version) {
    platform_.publish_as("tickets", contracts::TicketUpdated{.id = id,
                                                             .version = version,
                                                             .title = "Row 7",
                                                             .price = Money{.cents = 2'000},
                                                             .user_id = "seller",
                                                             .order_id = std::nullopt,
                                                             .withdrawal_requested = true});
  }
  // A ticket of 20.00 for the show.
  std::string make_ticket_for(const std::string& show_id,
                              std::optional<Money> face_value = std::nullopt) {
    const std::string id = platform_.next_id();
    platform_.publish_as("tickets", contracts::TicketCreated{.id = id,
                                                             .title = "Row 7",
                                                             .price = Money{.cents = 2'000},
                                                             .show_id = show_id,
                                                             .face_value = face_value,
                                                             .user_id = "seller"});
    return id;
  }
  // Begins in 18 hours.
  std::string make_show(std::optional<std::int64_t> cap_percent = std::nullopt) {
    const std::string id = platform_.next_id();
    change_show(id, 0, cap_percent);
    return id;
  }
  // Also makes it, if it is not known.
  void change_show(const std::string& id, std::int64_t version,
                   std::optional<std::int64_t> cap_percent,
                   const std::optional<std::string>& merged_into = std::nullopt) {
    auto show = facts(id, version);
    show.price_cap_percent = cap_percent;
    show.merged_into = merged_into;
    platform_.publish_as("shows", show);
  }
  // It begins in 18 hours from now on, unless it is postponed or cancelled.
  void plan_show(const std::string& id, std::int64_t version, const std::string& status) {
    auto show = facts(id, version);
    show.status = status;
    platform_.publish_as("shows", show);
  }
  // The ticket is not for sale any more, because its show has begun.
  void let_lapse(const std::string& id, std::int64_t version, const std::string& show_id) {
    platform_.publish_as("tickets", contracts::TicketUpdated{.id = id,
                                                             .version = version,
                                                             .title = "Row 7",
                                                             .price = Money{.cents = 2'000},
                                                             .show_id = show_id,
                                                             .user_id = "seller",
                                                             .status = "lapsed",
                                                             .order_id = std::nullopt});
  }
  void expire(const std::string& order_id) {
    platform_.publish_as("expiration", contracts::ExpirationComplete{.order_id = order_id});
  }
  void pay(const std::string& order_id, const std::string& payment_id = "p") {
    platform_.publish_as("payments", contracts::PaymentCreated{facts(order_id, payment_id)});
  }
  void fail(const std::string& order_id, const std::string& payment_id = "p") {
    platform_.publish_as("payments", contracts::PaymentFailed{facts(order_id, payment_id)});
  }
  struct Refund {
    bool full = true;
    bool relist = true;
  };
  void refund(const std::string& order_id, Refund refund, const std::string& payment_id = "p") {
    platform_.publish_as("payments", contracts::PaymentRefunded{
                                         facts(order_id, payment_id), "r", Money{.cents = 2'000},
                                         Money{.cents = 2'000}, refund.full, refund.relist});
  }

 private:
  contracts::ShowUpdated facts(const std::string& id, std::int64_t version) const {
    contracts::ShowUpdated show;
    show.id = id;
    show.version = version;
    show.name = "AC/DC";
    show.status = "scheduled";
    show.starts_at = platform_.now() + std::chrono::hours{18};
    show.over_at = platform_.now() + std::chrono::hours{24};
    return show;
  }
  static contracts::PaymentFacts facts(const std::string& order_id, const std::string& payment_id) {
    return {.id = payment_id, .order_id = order_id, .stripe_id = "pi", .reason = std::nullopt};
  }

  fixtures::TestPlatform& platform_;
};

class OrdersTest : public fixtures::ServiceTest {
 public:
  ~OrdersTest() override {
    run(platform_.bus().stop());
    run(data_.stop());
  }

 protected:
  explicit OrdersTest(const BuyerLimits& limits = {}, bool own_tickets = true)
      : reservations_(platform_.get(), data_, idempotency_.keys(),
                      {.hold = hold, .buyer = limits, .own_tickets = own_tickets}) {
    subscribe(platform_.bus(), operations_);
    platform_.record(
        {"order.created", "order.completed", "order.cancelled", "order.withdrawal_decided"});
    platform_.bus().start();
    data_.start();
  }

  Task<Result<Order>> order_task(std::string ticket_id, std::string user_id = "buyer",
                                 std::optional<Money> price = std::nullopt,
                                 std::string address = "address 192.0.2.1",
                                 std::optional<bool> file_promised = std::nullopt) {
    co_return co_await reservations_.create({.ticket_id = ticket_id,
                                             .user_id = user_id,
                                             .address = address,
                                             .price = price,
                                             .file_promised = file_promised,
                                             .idempotency_key = std::nullopt});
  }
  Result<Order> order(const std::string& ticket_id, const std::string& user_id = "buyer",
                      std::optional<Money> price = std::nullopt) {
    return run(order_task(ticket_id, user_id, price));
  }
  // The order of a buyer who saw that the seller gives the file after the sale, or that not.
  Task<Result<Order>> order_as_seen(std::string ticket_id, bool file_promised) {
    return order_task(ticket_id, "buyer", std::nullopt, "address 192.0.2.1", file_promised);
  }
  // The answer of order() while `meanwhile` happens after `delay`.
  Result<Order> order_while(const std::string& ticket_id, std::optional<Money> price,
                            Milliseconds delay, const std::function<void()>& meanwhile) {
    return answer_while(order_task(ticket_id, "buyer", price), delay, meanwhile);
  }
  Result<Order> answer_while(Task<Result<Order>> order, Milliseconds delay,
                             const std::function<void()>& meanwhile) {
    std::optional<Result<Order>> answer;
    asio::co_spawn(platform_.get().executor, std::move(order),
                   [&](std::exception_ptr, Result<Order> given) { answer = std::move(given); });
    platform_.pass(delay);
    meanwhile();
    platform_.run_until([&] { return answer.has_value(); });
    return *answer;
  }
  Result<Order> order_from(const std::string& address, const std::string& user_id) {
    return run(order_task(others_.make_ticket(), user_id, std::nullopt, address));
  }
  std::string make_order(const std::string& user_id = "buyer") {
    return order(others_.make_ticket(), user_id).value().id;
  }
  std::string make_complete_order() {
    const std::string id = make_order();
    others_.pay(id);
    return id;
  }
  // The order as it is now, of any buyer.
  Order show(const std::string& id, const std::string& user_id = "buyer") {
    return run(operations_.show_order(id, user_id)).value();
  }
  Result<void> cancel(const std::string& id, const std::string& user_id = "buyer") {
    return run(operations_.cancel_order(id, user_id));
  }
  // The only event of this subject.
  bus::Event event(const std::string& subject) {
    const auto all = events(subject);
    if (all.size() != 1) throw std::logic_error(subject + ": " + std::to_string(all.size()));
    return all.front();
  }

  runtime::OwnedData data_{
      platform_.get(), "orders", embedded_files(), "orders", {db::idempotency_migration()},
      republished()};
  runtime::IdempotentRequests idempotency_{platform_.get(), data_.database(), "orders"};
  Reservations reservations_;
  Operations operations_{platform_.get(), data_};
  OtherServices others_{platform_};
};

}  // namespace ticketing::orders
