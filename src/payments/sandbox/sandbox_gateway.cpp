#include "payments/sandbox/sandbox_gateway.hpp"

#include "common/base/exceptions.hpp"
#include "payments/sandbox/test_tokens.hpp"

namespace ticketing::payments::sandbox {
namespace {

const db::Sql insert_intent_sql{"sandbox_insert_intent",
                                "INSERT INTO sandbox_intents (id, idempotency_key, order_id, "
                                "amount_cents, captured_cents, refunded_cents, "
                                "status, decline_code, created_at, payment_id) VALUES ($1, $2, $3, "
                                "$4, 0, 0, $5, $6, $7, $8) ON CONFLICT DO NOTHING"};

const db::Sql intent_by_key_sql{
    "sandbox_intent_by_key",
    "SELECT id, status, decline_code FROM sandbox_intents WHERE idempotency_key = $1"};

const db::Sql capture_intent_sql{
    "sandbox_capture_intent",
    "UPDATE sandbox_intents SET status = 'succeeded', captured_cents = amount_cents "
    "WHERE id = $1 AND status = 'requires_capture'"};

const db::Sql cancel_intent_sql{
    "sandbox_cancel_intent",
    "UPDATE sandbox_intents SET status = 'canceled' WHERE id = $1 AND status = 'requires_capture'"};

const db::Sql intent_status_sql{"sandbox_intent_status",
                                "SELECT status FROM sandbox_intents WHERE id = $1"};

// A refund is stored if its key is new and the intent has as much left; only then does the second
// statement take it from what is left.
const db::Sql insert_refund_sql{
    "sandbox_insert_refund",
    "INSERT INTO sandbox_refunds (id, idempotency_key, intent_id, refund_id, amount_cents) "
    "SELECT CAST($1 AS text), CAST($2 AS text), CAST($3 AS text), CAST($4 AS text), "
    "CAST($5 AS bigint) WHERE EXISTS (SELECT 1 FROM sandbox_intents WHERE id = $3 AND "
    "status = 'succeeded' AND refunded_cents + $5 <= captured_cents) ON CONFLICT DO NOTHING"};

const db::Sql note_refund_sql{
    "sandbox_note_refund",
    "UPDATE sandbox_intents SET refunded_cents = (SELECT coalesce(sum(r.amount_cents), 0) "
    "FROM sandbox_refunds r WHERE r.intent_id = $1) WHERE id = $1"};

const db::Sql refund_by_key_sql{"sandbox_refund_by_key",
                                "SELECT id FROM sandbox_refunds WHERE idempotency_key = $1"};

const db::Sql refunds_of_sql{
    "sandbox_refunds_of",
    "SELECT id, refund_id, amount_cents FROM sandbox_refunds WHERE intent_id = $1 LIMIT 100"};

#define INTENT_COLUMNS                                                               \
  "id, payment_id, order_id, status, amount_cents, captured_cents, refunded_cents, " \
  "decline_code, created_at"

const db::Sql intent_by_id_sql{"sandbox_intent_by_id",
                               "SELECT " INTENT_COLUMNS " FROM sandbox_intents WHERE id = $1"};

const db::Sql intents_made_sql{"sandbox_intents_made",
                               "SELECT " INTENT_COLUMNS
                               " FROM sandbox_intents WHERE created_at >= $1 AND created_at < $2 "
                               "AND id < $3 ORDER BY id DESC LIMIT $4"};

constexpr std::int64_t page_max = 100;

IntentStatus status_of(const std::string& status) {
  if (status == "requires_capture") return IntentStatus::held;
  if (status == "succeeded") return IntentStatus::taken;
  return status == "declined" ? IntentStatus::declined : IntentStatus::released;
}

Intent decode_intent(const db::Row& row) {
  return {.id = row.text(0),
          .payment_id = row.text(1),
          .order_id = row.text(2),
          .status = status_of(row.text(3)),
          .amount = Money{.cents = row.integer(4)},
          .captured = Money{.cents = row.integer(5)},
          .refunded = Money{.cents = row.integer(6)},
          .failure = row.optional_text(7).value_or(""),
          .created_at = row.time(8)};
}

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
      transaction.statements.push_back(insert_intent_sql(
          "pi_sandbox_" + platform_.ids.next(), request.idempotency_key, request.order_id,
          request.amount.cents, card->decline_code ? "declined" : "requires_capture",
          card->decline_code, platform_.clock.now(), request.payment_id));
      transaction.statements.push_back(intent_by_key_sql(request.idempotency_key));
      const auto results = co_await database_.commit(std::move(transaction));
      const db::Row& intent = results[1].rows.front();
      if (intent.text(1) == "declined") {
        outcome = Declined{.code = intent.text(2)};
      } else {
        outcome = Authorized{.stripe_id = intent.text(0)};
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
      const auto status = co_await change(cancel_intent_sql(stripe_id), stripe_id);
      if (status == "canceled") co_return Refused{.code = "capture_refused"};
    }
    const auto status = co_await change(capture_intent_sql(stripe_id), stripe_id);
    if (!status || happens(faults_.lose_answer_percent))
      co_return Unknown{.reason = "test: answer lost"};
    if (status == "succeeded") co_return Captured{};
    co_return Refused{.code = "payment_intent_unexpected_state"};
  }

  Task<ReleaseOutcome> release(std::string stripe_id, std::string) override {
    co_await delay();
    if (happens(faults_.refuse_percent)) co_return NotSent{.reason = "test: connection refused"};
    const auto status = co_await change(cancel_intent_sql(stripe_id), stripe_id);
    if (!status || happens(faults_.lose_answer_percent))
      co_return Unknown{.reason = "test: answer lost"};
    if (status == "canceled") co_return Released{};
    co_return Refused{.code = "payment_intent_unexpected_state"};
  }

  Task<RefundOutcome> refund(RefundCall call) override {
    co_await delay();
    if (happens(faults_.refuse_percent)) co_return NotSent{.reason = "test: connection refused"};
    db::Transaction transaction{.contends_for = call.stripe_id, .statements = {}};
    transaction.statements.push_back(insert_refund_sql("re_sandbox_" + platform_.ids.next(),
                                                       call.idempotency_key, call.stripe_id,
                                                       call.refund_id, call.amount.cents));
    transaction.statements.push_back(note_refund_sql(call.stripe_id));
    transaction.statements.push_back(refund_by_key_sql(call.idempotency_key));
    const auto results = co_await write(std::move(transaction));
    if (results.empty() || happens(faults_.lose_answer_percent))
      co_return Unknown{.reason = "test: answer lost"};
    const db::Row* refund = results[2].first();
    if (refund == nullptr) co_return Refused{.code = "charge_already_refunded"};
    co_return Refunded{.stripe_id = refund->text(0)};
  }

  Task<LookUpOutcome> look_up(std::string stripe_id) override {
    const auto found = co_await database_.query(intent_by_id_sql(stripe_id));
    if (found.empty()) co_return NoSuchIntent{};
    co_return decode_intent(found.rows.front());
  }

  Task<RefundsOutcome> refunds_of(std::string stripe_id) override {
    const auto found = co_await database_.query(refunds_of_sql(stripe_id));
    std::vector<GatewayRefund> refunds;
    for (const db::Row& row : found.rows) {
      refunds.push_back({.id = row.text(0),
                         .refund_id = row.text(1),
                         .amount = Money{.cents = row.integer(2)},
                         .succeeded = true});
    }
    co_return refunds;
  }

  Task<IntentPageOutcome> list(Timestamp from, Timestamp to,
                               std::optional<std::string> cursor) override {
    // Sorts after every id.
    const std::string before = cursor.value_or("q");
    const auto found = co_await database_.query(intents_made_sql(from, to, before, page_max));
    IntentPage page;
    for (const db::Row& row : found.rows) page.intents.push_back(decode_intent(row));
    if (std::ssize(found.rows) == page_max) page.next = page.intents.back().id;
    co_return page;
  }

 private:
  // What the statements did; nothing when the books cannot be reached.
  Task<std::vector<db::StatementResult>> write(db::Transaction transaction) {
    try {
      co_return co_await database_.commit(std::move(transaction));
    } catch (const Unavailable&) {
    } catch (const OutcomeUnknown&) {
    }
    co_return std::vector<db::StatementResult>{};
  }

  // The intent's state after the change, or nothing when the books cannot be reached.
  Task<std::optional<std::string>> change(db::Statement statement, std::string stripe_id) {
    db::Transaction transaction{.contends_for = stripe_id, .statements = {}};
    transaction.statements.push_back(std::move(statement));
    transaction.statements.push_back(intent_status_sql(stripe_id));
    const auto results = co_await write(std::move(transaction));
    if (results.empty()) co_return std::nullopt;
    const db::Row* row = results[1].first();
    co_return row == nullptr ? "unknown" : row->text(0);
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
