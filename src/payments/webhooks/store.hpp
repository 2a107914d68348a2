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
db::Statement mark_webhook_processed(const std::string& id, Timestamp now);
db::Statement postpone_webhook(const std::string& id, Timestamp retry_at);
db::Statement delete_webhooks_before(Timestamp time);

}  // namespace ticketing::payments::webhooks::store
