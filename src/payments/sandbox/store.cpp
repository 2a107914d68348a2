#include "payments/sandbox/store.hpp"

#include "common/db/columns.hpp"

namespace ticketing::payments::sandbox::store {
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

const db::Sql add_up_refunds_sql{
    "sandbox_add_up_refunds",
    "UPDATE sandbox_intents SET refunded_cents = (SELECT coalesce(sum(r.amount_cents), 0) "
    "FROM sandbox_refunds r WHERE r.intent_id = $1) WHERE id = $1"};

const db::Sql refund_by_key_sql{"sandbox_refund_by_key",
                                "SELECT id FROM sandbox_refunds WHERE idempotency_key = $1"};

const db::Sql refunds_of_sql{
    "sandbox_refunds_of",
    "SELECT id, refund_id, amount_cents FROM sandbox_refunds WHERE intent_id = $1 LIMIT 100"};

// A payment as the sandbox stores it, in Stripe's terms.
struct IntentRow {
  std::string id;
  std::string payment_id;
  std::string order_id;
  std::string status;
  Money amount;
  Money captured;
  Money refunded;
  std::optional<std::string> decline_code;
  Timestamp created_at;
};
BOOST_DESCRIBE_STRUCT(IntentRow, (),
                      (id, payment_id, order_id, status, amount, captured, refunded, decline_code,
                       created_at))
const db::Columns<IntentRow> intent_columns;
const std::string select_intents = "SELECT " + intent_columns.list() + " FROM sandbox_intents ";

const db::Sql intent_by_id_sql{"sandbox_intent_by_id", select_intents + "WHERE id = $1",
                               intent_columns};

const db::Sql intents_made_sql{"sandbox_intents_made",
                               select_intents +
                                   "WHERE created_at >= $1 AND created_at < $2 "
                                   "AND id < $3 ORDER BY id DESC LIMIT $4",
                               intent_columns};

IntentStatus status_of(const std::string& status) {
  if (status == "requires_capture") return IntentStatus::held;
  if (status == "succeeded") return IntentStatus::taken;
  return status == "declined" ? IntentStatus::declined : IntentStatus::released;
}

}  // namespace

db::Statement insert_intent(const NewIntent& intent, Timestamp now) {
  return insert_intent_sql(intent.id, intent.idempotency_key, intent.order_id, intent.amount.cents,
                           intent.decline_code ? "declined" : "requires_capture",
                           intent.decline_code, now, intent.payment_id);
}
db::Statement intent_by_key(const std::string& idempotency_key) {
  return intent_by_key_sql(idempotency_key);
}

Intent decode_intent(const db::Row& row) {
  const auto stored = row.as<IntentRow>();
  return {.id = stored.id,
          .payment_id = stored.payment_id,
          .order_id = stored.order_id,
          .status = status_of(stored.status),
          .amount = stored.amount,
          .captured = stored.captured,
          .refunded = stored.refunded,
          .failure = stored.decline_code.value_or(""),
          .created_at = stored.created_at};
}

db::Statement capture_intent(const std::string& id) { return capture_intent_sql(id); }
db::Statement cancel_intent(const std::string& id) { return cancel_intent_sql(id); }
db::Statement intent_status(const std::string& id) { return intent_status_sql(id); }
db::Statement intent_by_id(const std::string& id) { return intent_by_id_sql(id); }
db::Statement intents_made(Timestamp from, Timestamp to, const std::string& before_id,
                           std::int64_t limit) {
  return intents_made_sql(from, to, before_id, limit);
}

db::Statement insert_refund(const std::string& id, const RefundCall& call) {
  return insert_refund_sql(id, call.idempotency_key, call.stripe_id, call.refund_id,
                           call.amount.cents);
}
db::Statement add_up_refunds(const std::string& intent_id) { return add_up_refunds_sql(intent_id); }
db::Statement refund_by_key(const std::string& idempotency_key) {
  return refund_by_key_sql(idempotency_key);
}
db::Statement refunds_of(const std::string& intent_id) { return refunds_of_sql(intent_id); }

GatewayRefund decode_refund(const db::Row& row) {
  return {.id = row.text("id"),
          .refund_id = row.text("refund_id"),
          .amount = Money{.cents = row.integer("amount_cents")},
          .succeeded = true};
}

}  // namespace ticketing::payments::sandbox::store
