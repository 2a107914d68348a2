#include "payments/webhooks/store.hpp"

#include "common/db/columns.hpp"

namespace ticketing::payments::webhooks::store {
namespace {

const db::Sql insert_webhook_sql{
    "insert_webhook",
    "INSERT INTO webhook_events (id, type, intent_id, object_id, received_at, attempts, retry_at) "
    "VALUES ($1, $2, $3, $4, $5, 0, $5) ON CONFLICT DO NOTHING"};

const db::Columns<WebhookEvent> webhook_columns;

const db::Sql due_webhooks_sql{
    "due_webhooks",
    "SELECT " + webhook_columns.list() +
        " FROM webhook_events WHERE processed_at IS NULL AND retry_at <= $1 "
        "ORDER BY retry_at LIMIT $2",
    webhook_columns};

const db::Sql mark_webhook_processed_sql{
    "mark_webhook_processed",
    "UPDATE webhook_events SET processed_at = $2 WHERE id = $1 AND processed_at IS NULL"};

const std::string of_waiting_try = " WHERE id = $1 AND attempts = $2 AND processed_at IS NULL";

const db::Sql claim_webhook_sql{
    "claim_webhook",
    "UPDATE webhook_events SET attempts = attempts + 1, retry_at = $3" + of_waiting_try};

const db::Sql give_up_webhook_sql{"give_up_webhook",
                                  "UPDATE webhook_events SET processed_at = $3" + of_waiting_try};

const db::Sql postpone_webhook_sql{"postpone_webhook",
                                   "UPDATE webhook_events SET retry_at = $3" + of_waiting_try};

const db::Sql delete_webhooks_sql{"delete_webhooks",
                                  "DELETE FROM webhook_events WHERE processed_at < $1"};

const db::Sql count_waiting_webhooks_sql{
    "count_waiting_webhooks",
    "SELECT count(*) AS count FROM webhook_events WHERE processed_at IS NULL"};

}  // namespace

db::Statement count_waiting_webhooks() { return count_waiting_webhooks_sql(); }

db::Statement insert_webhook(const WebhookEvent& event, Timestamp now) {
  return insert_webhook_sql(event.id, event.type, event.intent_id, event.object_id, now);
}
db::Statement due_webhooks(Timestamp now, std::int64_t limit) {
  return due_webhooks_sql(now, limit);
}

db::Statement mark_webhook_processed(const std::string& id, Timestamp now) {
  return mark_webhook_processed_sql(id, now);
}
db::Statement claim_webhook(const WebhookEvent& event, Timestamp retry_at) {
  return claim_webhook_sql(event.id, event.attempts, retry_at);
}
db::Statement give_up_webhook(const WebhookEvent& claimed, Timestamp now) {
  return give_up_webhook_sql(claimed.id, claimed.attempts, now);
}
db::Statement postpone_webhook(const WebhookEvent& claimed, Timestamp retry_at) {
  return postpone_webhook_sql(claimed.id, claimed.attempts, retry_at);
}
db::Statement delete_webhooks_before(Timestamp time) { return delete_webhooks_sql(time); }

}  // namespace ticketing::payments::webhooks::store
