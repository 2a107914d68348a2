// The sandbox's records in the payments database: the statements, by name.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/db/database.hpp"
#include "payments/gateway.hpp"

namespace ticketing::payments::sandbox::store {

struct NewIntent {
  std::string id;
  std::string payment_id;
  std::string order_id;
  std::string idempotency_key;
  Money amount;
  std::optional<std::string_view> decline_code;  // of a declined one
};
// Affects no row when the key was used before.
db::Statement insert_intent(const NewIntent& intent, Timestamp now);
// id, status, code of a decline
db::Statement intent_by_key(const std::string& idempotency_key);
// Both affect no row unless the amount is held.
db::Statement capture_intent(const std::string& id);
db::Statement cancel_intent(const std::string& id);
// status
db::Statement intent_status(const std::string& id);
db::Statement intent_by_id(const std::string& id);
// Newest first.
db::Statement intents_made(Timestamp from, Timestamp to, const std::string& before_id,
                           std::int64_t limit);
Intent decode_intent(const db::Row& row);

// Stores a refund if its key is new and the intent has as much left; add_up_refunds() in the same
// transaction brings the intent up to date.
db::Statement insert_refund(const std::string& id, const RefundCall& call);
db::Statement add_up_refunds(const std::string& intent_id);
// id
db::Statement refund_by_key(const std::string& idempotency_key);
db::Statement refunds_of(const std::string& intent_id);
GatewayRefund decode_refund(const db::Row& row);

}  // namespace ticketing::payments::sandbox::store
