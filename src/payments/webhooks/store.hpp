// The payments database: the statements about Stripe's webhooks, by name.
#pragma once

#include <string>

#include "common/db/database.hpp"
#include "payments/webhooks/webhook.hpp"

namespace ticketing::payments::webhooks::store {

// Affects no row when the event was stored before.
db::Statement insert_webhook(const WebhookEvent& event, Timestamp now);
db::Statement due_webhooks(Timestamp now, std::int64_t limit);
// count
db::Statement count_waiting_webhooks();
// Counts a try that begins, and keeps others from it until `retry_at`. Affects no row when another
// try has begun since the event was read.
db::Statement claim_webhook(const WebhookEvent& event, Timestamp retry_at);
db::Statement mark_webhook_processed(const std::string& id, Timestamp now);
// These two affect no row when another try has begun since `claimed`.
db::Statement give_up_webhook(const WebhookEvent& claimed, Timestamp now);
db::Statement postpone_webhook(const WebhookEvent& claimed, Timestamp retry_at);
db::Statement delete_webhooks_before(Timestamp time);

}  // namespace ticketing::payments::webhooks::store
