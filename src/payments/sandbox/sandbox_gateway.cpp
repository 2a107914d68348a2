#include "payments/sandbox/sandbox_gateway.hpp"

#include "common/base/exceptions.hpp"
#include "payments/sandbox/store.hpp"
#include "payments/sandbox/test_tokens.hpp"

namespace ticketing::payments::sandbox {
namespace {

constexpr std::int64_t page_max = 100;

class SandboxGateway final : public PaymentGateway {
 public:
  SandboxGateway(runtime::Platform& platform, db::Database& database, const Faults& faults)
      : platform_(platform), database_(database), faults_(faults), random_(faults.seed) {}

  Task<AuthorizeOutcome> authorize(AuthorizeRequest request) override {
    co_await delay();
    if (happens(faults_.refuse_percent)) co_return NotSent{.reason = "test: connection refused"};
    const auto card = behaviour_of(request.source);
    if (!card) co_return Declined{.code = "resource_missing"};
    std::optional<AuthorizeOutcome> outcome;
    try {
      db::Transaction transaction{.contends_for = request.order_id, .statements = {}};
      transaction.statements.push_back(
          store::insert_intent({.id = "pi_sandbox_" + platform_.ids.next(),
                                .payment_id = request.payment_id,
                                .order_id = request.order_id,
                                .idempotency_key = request.idempotency_key,
                                .amount = request.amount,
                                .decline_code = card->decline_code},
                               platform_.clock.now()));
      transaction.statements.push_back(store::intent_by_key(request.idempotency_key));
      const auto results = co_await database_.commit(std::move(transaction));
      const db::Row& intent = results[1].rows.front();
      if (intent.text("status") == "declined") {
        outcome = Declined{.code = intent.text("decline_code")};
      } else {
        outcome = Authorized{.stripe_id = intent.text("id")};
      }
    } catch (const Unavailable& error) {
      outcome = NotSent{.reason = error.what()};
    } catch (const OutcomeUnknown& error) {
      outcome = Unknown{.reason = error.what()};
    }
    if (happens(faults_.lose_answer_percent)) co_return Unknown{.reason = "test: answer lost"};
    co_return *outcome;
  }

  Task<CaptureOutcome> capture(std::string stripe_id, std::string) override {
    co_await delay();
    if (happens(faults_.refuse_percent)) co_return NotSent{.reason = "test: connection refused"};
    if (happens(faults_.fail_capture_percent)) {
      // As Stripe does when an authorisation lapses: the intent is canceled.
      const auto status = co_await change(store::cancel_intent(stripe_id), stripe_id);
      if (status == "canceled") co_return Refused{.code = "capture_refused"};
    }
    const auto status = co_await change(store::capture_intent(stripe_id), stripe_id);
    if (!status || happens(faults_.lose_answer_percent))
      co_return Unknown{.reason = "test: answer lost"};
    if (status == "succeeded") co_return Captured{};
    co_return Refused{.code = "payment_intent_unexpected_state"};
  }

  Task<ReleaseOutcome> release(std::string stripe_id, std::string) override {
    co_await delay();
    if (happens(faults_.refuse_percent)) co_return NotSent{.reason = "test: connection refused"};
    const auto status = co_await change(store::cancel_intent(stripe_id), stripe_id);
    if (!status || happens(faults_.lose_answer_percent))
      co_return Unknown{.reason = "test: answer lost"};
    if (status == "canceled") co_return Released{};
    co_return Refused{.code = "payment_intent_unexpected_state"};
  }

  Task<RefundOutcome> refund(RefundCall call) override {
    co_await delay();
    if (happens(faults_.refuse_percent)) co_return NotSent{.reason = "test: connection refused"};
    db::Transaction transaction{.contends_for = call.stripe_id, .statements = {}};
    transaction.statements.push_back(
        store::insert_refund("re_sandbox_" + platform_.ids.next(), call));
    transaction.statements.push_back(store::add_up_refunds(call.stripe_id));
    transaction.statements.push_back(store::refund_by_key(call.idempotency_key));
    const auto results = co_await write(std::move(transaction));
    if (results.empty() || happens(faults_.lose_answer_percent))
      co_return Unknown{.reason = "test: answer lost"};
    const db::Row* refund = results[2].first();
    if (refund == nullptr) co_return Refused{.code = "charge_already_refunded"};
    co_return Refunded{.stripe_id = refund->text("id")};
  }

  Task<LookUpOutcome> look_up(std::string stripe_id) override {
    const auto found = co_await database_.query(store::intent_by_id(stripe_id));
    if (found.empty()) co_return NoSuchIntent{};
    co_return store::decode_intent(found.rows.front());
  }

  Task<RefundsOutcome> refunds_of(std::string stripe_id) override {
    const auto found = co_await database_.query(store::refunds_of(stripe_id));
    std::vector<GatewayRefund> refunds;
    for (const db::Row& row : found.rows) {
      refunds.push_back(store::decode_refund(row));
    }
    co_return refunds;
  }

  Task<IntentPageOutcome> list(Timestamp from, Timestamp to,
                               std::optional<std::string> cursor) override {
    // Sorts after every id.
    const std::string before = cursor.value_or("q");
    const auto found = co_await database_.query(store::intents_made(from, to, before, page_max));
    IntentPage page;
    for (const db::Row& row : found.rows) page.intents.push_back(store::decode_intent(row));
    if (std::ssize(found.rows) == page_max) page.next = page.intents.back().id;
    co_return page;
  }

 private:
  // What the statements did; nothing when the database cannot be reached.
  Task<std::vector<db::StatementResult>> write(db::Transaction transaction) {
    try {
      co_return co_await database_.commit(std::move(transaction));
    } catch (const Unavailable&) {
    } catch (const OutcomeUnknown&) {
    }
    co_return std::vector<db::StatementResult>{};
  }

  // The intent's state after the change, or nothing when the database cannot be reached.
  Task<std::optional<std::string>> change(db::Statement statement, std::string stripe_id) {
    db::Transaction transaction{.contends_for = stripe_id, .statements = {}};
    transaction.statements.push_back(std::move(statement));
    transaction.statements.push_back(store::intent_status(stripe_id));
    const auto results = co_await write(std::move(transaction));
    if (results.empty()) co_return std::nullopt;
    const db::Row* row = results[1].first();
    co_return row == nullptr ? "unknown" : row->text("status");
  }

  Task<> delay() {
    if (faults_.delay_max.count() == 0) co_return;
    const auto length = random_.below(static_cast<std::uint64_t>(faults_.delay_max.count()) + 1);
    co_await platform_.timers.sleep_for(Milliseconds{static_cast<std::int64_t>(length)});
  }

  bool happens(int percent) {
    return percent > 0 && random_.below(100) < static_cast<std::uint64_t>(percent);
  }

  runtime::Platform& platform_;
  db::Database& database_;
  Faults faults_;
  SeededRandom random_;
};

}  // namespace

Faults read_faults(Environment& environment) {
  const auto percent = [&](const char* name) {
    return static_cast<int>(environment.integer(name, 0, 0, 100));
  };
  return {.lose_answer_percent = percent("TEST_GATEWAY_LOSE_PERCENT"),
          .refuse_percent = percent("TEST_GATEWAY_REFUSE_PERCENT"),
          .fail_capture_percent = percent("TEST_GATEWAY_FAIL_CAPTURE_PERCENT"),
          .delay_max = Milliseconds{environment.integer("TEST_GATEWAY_DELAY_MAX_MS", 0, 0, 60'000)},
          .seed = static_cast<std::uint64_t>(
              environment.integer("TEST_GATEWAY_SEED", 1, 0, INT64_MAX))};
}

std::unique_ptr<PaymentGateway> make_gateway(runtime::Platform& platform, db::Database& database,
                                             const Faults& faults) {
  return std::make_unique<SandboxGateway>(platform, database, faults);
}

}  // namespace ticketing::payments::sandbox
