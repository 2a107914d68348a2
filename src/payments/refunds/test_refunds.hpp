// Refunds as their requests and answers make them, on simulated time. Part of no library.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "payments/test_payments.hpp"

namespace ticketing::payments::refunds {

inline const db::Sql test_count_refunds{"test_count_refunds",
                                        "SELECT count(*) AS count FROM refunds"};

class RefundTest : public PaymentsTest {
 protected:
  struct Wanted {
    std::optional<std::int64_t> cents = std::nullopt;
    bool relist = false;
    std::string user = "buyer";
    std::string key = {};
    std::string body = "h";
    RefundRequester by = RefundRequester::buyer;
    std::optional<std::string> reason = std::nullopt;
  };
  Task<Result<Refund>> refund_task(std::string order_id, Wanted wanted) {
    RefundRequest request{.order_id = order_id,
                          .terms = {.requested_by = wanted.by,
                                    .user_id = wanted.user,
                                    .relist = wanted.relist,
                                    .reason = wanted.reason}};
    if (wanted.cents) request.terms.amount = Money{.cents = *wanted.cents};
    if (!wanted.key.empty()) {
      request.idempotency_key = {
          .user_id = wanted.user, .key = wanted.key, .body_hash = wanted.body};
    }
    co_return co_await refunds_.refund(request);
  }
  Result<Refund> refund(const std::string& order_id, Wanted wanted) {
    return run(refund_task(order_id, std::move(wanted)));
  }
  Result<Refund> refund(const std::string& order_id) { return refund(order_id, {}); }
  std::string refusal(const std::string& order_id, Wanted wanted) {
    const auto answer = refund(order_id, std::move(wanted));
    return answer ? "" : std::string(answer.error().slug.name());
  }
  Refundable refundable(const std::string& order_id) {
    return *run(refunds_.refundable(order_id, "buyer"));
  }
  std::int64_t refunds() {
    return run(data_.database().query(test_count_refunds())).rows.front().integer("count");
  }
  // Copies of these events, made from the tables.
  std::vector<bus::Event> republished(const std::string& subject) {
    const std::size_t before = events(subject).size();
    run(data_.republisher().request({.service = "payments",
                                     .event_subject = std::nullopt,
                                     .since = std::nullopt,
                                     .lost_before = std::nullopt,
                                     .requested_by = "test"}));
    platform_.pass(std::chrono::seconds{10});
    const auto all = platform_.events_of(subject);
    return {all.begin() + static_cast<std::ptrdiff_t>(before), all.end()};
  }
  std::vector<contracts::PaymentRefunded> refunded_events() {
    platform_.pass(std::chrono::seconds{1});
    std::vector<contracts::PaymentRefunded> all;
    for (const bus::Event& event : platform_.events_of("payment.refunded")) {
      all.push_back(*contracts::decode<contracts::PaymentRefunded>(event.payload));
    }
    return all;
  }
};

}  // namespace ticketing::payments::refunds
