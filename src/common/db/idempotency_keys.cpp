#include "common/db/idempotency_keys.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/db/columns.hpp"

namespace ticketing::db {
namespace {

const Sql take_sql{
    "take_idempotency_key",
    "INSERT INTO idempotency_keys (user_id, key, body_hash, entity_id, status, body, created_at) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING"};

const Sql decide_sql{"decide_idempotency_key",
                     "UPDATE idempotency_keys SET status = $3, body = $4 WHERE user_id = $1 AND "
                     "key = $2 AND status = 0"};

const Columns<RememberedAnswer> answer;
const Sql find_sql{
    "find_idempotency_key",
    "SELECT " + answer.list() + " FROM idempotency_keys WHERE user_id = $1 AND key = $2", answer};

const Sql count_of_user_sql{
    "count_idempotency_keys",
    "SELECT count(*) AS count FROM (SELECT 1 FROM idempotency_keys WHERE user_id = "
    "$1 LIMIT $2) AS keys"};

const Sql forget_before_sql{"forget_idempotency_keys",
                            "DELETE FROM idempotency_keys WHERE created_at < $1"};

const Sql forget_user_sql{"forget_idempotency_keys_of_user",
                          "DELETE FROM idempotency_keys WHERE user_id = $1"};

const KeptSql<KeptIdempotencyKey> kept_sql{
    "idempotency_keys", Columns<KeptIdempotencyKey>{{{"id", "key"}}}, "user_id = $1", "key"};

}  // namespace

IdempotencyKeys::IdempotencyKeys(const std::string& entity_table)
    : remember_with_(
          "remember_with_" + entity_table,
          "INSERT INTO idempotency_keys (user_id, key, body_hash, entity_id, status, body, "
          "created_at) "
          "SELECT CAST($1 AS text), CAST($2 AS text), CAST($3 AS text), CAST($4 AS text), "
          "CAST($5 AS bigint), CAST($6 AS text), CAST($7 AS bigint) "
          "WHERE EXISTS (SELECT 1 FROM " +
              entity_table + " WHERE id = $4) ON CONFLICT DO NOTHING") {}

Statement IdempotencyKeys::remember_with(const IdempotencyKey& key, const std::string& entity_id,
                                         int status, const std::string& body, Timestamp now) const {
  return remember_with_(key.user_id, key.key, key.body_hash, entity_id, status, body, now);
}

Statement IdempotencyKeys::take(const IdempotencyKey& key, const std::string& entity_id, int status,
                                const std::string& body, Timestamp now) const {
  return take_sql(key.user_id, key.key, key.body_hash, entity_id, status, body, now);
}

Statement IdempotencyKeys::remember_refusal(const IdempotencyKey& key, int status,
                                            const std::string& body, Timestamp now) const {
  return take(key, "", status, body, now);
}

Statement IdempotencyKeys::decide(const IdempotencyKey& key, int status,
                                  const std::string& body) const {
  return decide_sql(key.user_id, key.key, status, body);
}

Statement IdempotencyKeys::find(const IdempotencyKey& key) const {
  return find_sql(key.user_id, key.key);
}

Statement IdempotencyKeys::count_of_user(const std::string& user_id, std::int64_t max) const {
  return count_of_user_sql(user_id, max);
}

Statement IdempotencyKeys::forget_before(Timestamp time) const { return forget_before_sql(time); }

Statement IdempotencyKeys::forget_user(const std::string& user_id) {
  return forget_user_sql(user_id);
}

Statement IdempotencyKeys::kept(const KeptQuery& query) { return kept_sql(query); }

Migration idempotency_migration() {
  return {.name = "000_idempotency_keys", .sql = R"(
CREATE TABLE idempotency_keys (
  user_id    text NOT NULL,
  key        text NOT NULL,
  body_hash  text NOT NULL,
  entity_id  text NOT NULL,
  status     bigint NOT NULL,
  body       text NOT NULL,
  created_at bigint NOT NULL,
  PRIMARY KEY (user_id, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
)"};
}

constexpr std::size_t key_bytes_max = 255;

Result<void> check_idempotency_key(std::string_view value) {
  const bool visible = std::ranges::all_of(value, [](char c) { return c > 0x20 && c < 0x7f; });
  if (!value.empty() && value.size() <= key_bytes_max && visible) return {};
  return refuse(
      invalid_field("Idempotency-Key",
                    {codes::not_visible_ascii(1, key_bytes_max),
                     fmt::format("must have 1 to {} visible ASCII characters", key_bytes_max)}));
}

Error key_reused() {
  return {.kind = ErrorKind::key_reused,
          .slug = slugs::idempotency_key_reused,
          .detail = "This Idempotency-Key came before with another body."};
}

}  // namespace ticketing::db
