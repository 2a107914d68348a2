// The rooms of payments on simulated time, without their periodic tasks: a test processes due
// work itself. Part of no library.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "common/bus/subscriptions.hpp"
#include "common/db/columns.hpp"
#include "common/db/idempotency_keys.hpp"
#include "common/runtime/idempotent_requests.hpp"
#include "common/runtime/owned_data.hpp"
#include "contracts/delivery_events.hpp"
#include "contracts/orders_events.hpp"
#include "contracts/payments_events.hpp"
#include "fixtures/service_test.hpp"
#include "fixtures/test_orders.hpp"
#include "payments/attempts/listeners.hpp"
#include "payments/attempts/operations.hpp"
#include "payments/attempts/republished.hpp"
#include "payments/attempts/steps.hpp"
#include "payments/refunds/listeners.hpp"
#include "payments/refunds/operations.hpp"
#include "payments/refunds/republished.hpp"
#include "payments/refunds/steps.hpp"
#include "payments/test_gateway.hpp"
#include "payments/webhooks/operations.hpp"

namespace ticketing::payments {

EmbeddedFiles embedded_files();

struct PaymentRow {
  std::string id;
  std::int64_t version;
  std::string status;
  std::string failure;
  std::int64_t refunding_cents;
  std::int64_t refunded_cents;
  Timestamp retry_at;
};
BOOST_DESCRIBE_STRUCT(PaymentRow, (),
                      (id, version, status, failure, refunding_cents, refunded_cents, retry_at))

inline const db::Sql test_payment_of_order{
    "test_payment_of_order",
    "SELECT id, version, status, coalesce(failure, '') AS failure, refunding_cents, "
    "refunded_cents, retry_at FROM payments WHERE order_id = $1 ORDER BY id DESC LIMIT 1",
    db::Columns<PaymentRow>()};
// As another replica would change it.
inline const db::Sql test_change_payment{
    "test_change_payment", "UPDATE payments SET version = version + 1 WHERE order_id = $1"};

// $1 of them, made at 1000 and due at once, with the ids o1001 and p1001 and so on.
inline const db::Sql test_many_orders{
    "test_many_orders",
    "WITH RECURSIVE n (i) AS (SELECT 1001 UNION ALL SELECT i + 1 FROM n WHERE i < 1000 + $1) "
    "INSERT INTO orders (id, version, status, user_id, price_cents, expires_at) "
    "SELECT 'o' || i, 0, 'created', 'buyer', 2000, 0 FROM n"};
inline const db::Sql test_many_payments{
    "test_many_payments",
    "WITH RECURSIVE n (i) AS (SELECT 1001 UNION ALL SELECT i + 1 FROM n WHERE i < 1000 + $1) "
    "INSERT INTO payments (id, version, last_event_id, order_id, user_id, amount_cents, source, "
    "status, created_at, retry_at) "
    "SELECT 'p' || i, 0, '', 'o' || i, 'buyer', 2000, 'tok_visa', 'authorizing', 1000, 0 FROM n"};

// The delivery service as payments sees it: it answers each refund that asks for a ticket.
class TestDelivery {
 public:
  // Before the bus starts.
  explicit TestDelivery(fixtures::TestPlatform& platform) : platform_(platform) {
    platform_.bus().subscribe({.consumer = "delivery",
                               .subject = "refund.requested",
                               .handler = [this](const bus::Event& e) { return on_request(e); }});
  }

  void reveal(const std::string& order_id) {
    platform_.publish_as("delivery", revealed(order_id, std::nullopt));
  }
  void release(const std::string& order_id, const std::string& refund_id) {
    platform_.publish_as("delivery", contracts::DeliveryReleased{order_id, refund_id});
  }

  bool is_away = false;       // it does not answer
  bool has_revealed = false;  // it answers that the buyer was shown the ticket
  bool has_resold = false;    // it answers that the buyer has listed the ticket again
  Milliseconds delay{0};      // before it answers
  std::vector<contracts::RefundRequested> requests;

 private:
  contracts::DeliveryRevealed revealed(const std::string& order_id,
                                       std::optional<std::string> refund_id) const {
    return {.order_id = order_id,
            .ticket_id = "ticket",
            .revealed_at = platform_.now(),
            .refund_id = std::move(refund_id)};
  }
  Task<bus::Verdict> on_request(const bus::Event& event) {
    const auto asked = bus::require(contracts::decode<contracts::RefundRequested>(event.payload));
    requests.push_back(asked);
    if (is_away) co_return bus::Verdict::done;
    co_await platform_.get().timers.sleep_for(delay);
    if (has_resold) {
      co_await platform_.bus().publish(
          platform_.event_from("delivery", contracts::ResaleBegun{.order_id = asked.order_id,
                                                                  .ticket_id = "ticket",
                                                                  .resale_id = "resale",
                                                                  .user_id = "buyer",
                                                                  .refund_id = asked.refund_id}));
      co_return bus::Verdict::done;
    }
    co_await platform_.bus().publish(
        has_revealed ? platform_.event_from("delivery", revealed(asked.order_id, asked.refund_id))
                     : platform_.event_from("delivery", contracts::DeliveryReleased{
                                                            asked.order_id, asked.refund_id}));
    co_return bus::Verdict::done;
  }

  fixtures::TestPlatform& platform_;
};

class PaymentsTest : public fixtures::ServiceTest {
 public:
  ~PaymentsTest() override {
    run(attempt_steps_.stop());
    run(refund_steps_.stop());
    run(platform_.bus().stop());
    run(data_.stop());
  }

 protected:
  PaymentsTest() {
    attempts::subscribe(platform_.bus(), attempts_);
    refunds::subscribe(platform_.bus(), refunds_);
    platform_.record({"payment.created", "payment.captured", "payment.voided", "payment.failed",
                      "payment.refunded", "refund.requested"});
    platform_.bus().start();
    data_.start();
  }

  std::string make_order() { return orders_.make(); }
  void complete(const std::string& order_id) { orders_.complete(order_id); }
  void cancel(const std::string& order_id, const std::string& reason = "cancelled_by_buyer") {
    orders_.cancel(order_id, reason);
  }

  Task<Result<attempts::PayAnswer>> pay_task(std::string order_id, std::string user_id = "buyer") {
    co_return co_await attempts_.pay({.order_id = order_id,
                                      .payer = {.user_id = user_id, .address = "address 192.0.2.1"},
                                      .source = "tok_visa",
                                      .idempotency_key = std::nullopt});
  }
  Result<attempts::PayAnswer> pay(const std::string& order_id, const std::string& user = "buyer") {
    return run(pay_task(order_id, user));
  }
  // Everything that is due in attempts, to the end.
  void process_attempts() {
    run(attempt_steps_.process_due());
    run(attempt_steps_.stop());
  }
  void process_refunds() {
    run(refund_steps_.process_due());
    run(refund_steps_.stop());
  }
  // An order that is complete, with its payment captured.
  std::string make_captured_order() {
    const std::string order_id = make_order();
    gateway_.delay = Milliseconds{0};
    static_cast<void>(pay(order_id));
    complete(order_id);
    process_attempts();
    EXPECT_EQ(payment(order_id).status, "captured");
    return order_id;
  }
  // Many attempts of which the gateway has not been asked yet; gives their ids.
  std::vector<std::string> make_attempts(int count) {
    run(platform_.database().write(test_many_orders(count)));
    run(platform_.database().write(test_many_payments(count)));
    std::vector<std::string> ids;
    for (int i = 1; i <= count; ++i) ids.push_back("p" + std::to_string(1'000 + i));
    return ids;
  }
  // Another replica changes the order's payment right before each of the next commits.
  void lose_races(const std::string& order_id, int count = 1) {
    lose_race_to(test_change_payment(order_id), count);
  }

  PaymentRow payment(const std::string& order_id) {
    const auto found = run(data_.database().query(test_payment_of_order(order_id)));
    return found.rows.at(0).as<PaymentRow>();
  }
  std::size_t event_count(const std::string& subject) { return events(subject).size(); }

  runtime::OwnedData data_{
      platform_.get(),
      "payments",
      embedded_files(),
      "payments",
      {db::idempotency_migration()},
      {.subjects = {}, .tables = {attempts::republished(), refunds::republished()}}};
  runtime::IdempotentRequests idempotency_{platform_.get(), data_.database(), "payments"};
  TestGateway gateway_{platform_.time()};
  attempts::OrderWaiters waiters_;
  attempts::Steps attempt_steps_{platform_.get(), data_, gateway_, waiters_};
  attempts::Operations attempts_{platform_.get(), data_,    idempotency_.keys(),
                                 attempt_steps_,  waiters_, {}};
  refunds::Steps refund_steps_{platform_.get(), data_, gateway_};
  refunds::Operations refunds_{platform_.get(), data_, refund_steps_, std::chrono::hours{1}};
  fixtures::TestOrders orders_{platform_};
  TestDelivery delivery_{platform_};
};

}  // namespace ticketing::payments
