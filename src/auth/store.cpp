#include "auth/store.hpp"

#include "common/db/columns.hpp"

namespace ticketing::auth::store {
namespace {

const db::Columns<Account> account_columns;
const db::Columns<Session> session_columns;
const db::Columns<OneTimeToken> token_columns;

const db::RecordSql<Account> insert_account_sql{
    "insert_account",
    account_columns,
    "INSERT INTO users (" + account_columns.list() + ", email_key, last_event_id) SELECT " +
        account_columns.values() +
        ", CAST(:email AS text), CAST(:event_id AS text) "
        "WHERE NOT EXISTS (SELECT 1 FROM users WHERE email_key = :email) AND NOT EXISTS "
        "(SELECT 1 FROM one_time_tokens WHERE purpose = 'restore' AND email = :email "
        "AND used_at IS NULL AND expires_at > CAST(:created_at AS bigint)) ON CONFLICT DO NOTHING",
    {"event_id"}};

const db::RecordSql<Session> insert_session_sql{
    "insert_session",
    session_columns,
    "INSERT INTO sessions (" + session_columns.list() + ") SELECT " + session_columns.values() +
        " WHERE EXISTS (SELECT 1 FROM users WHERE id = :user_id AND version = :account_version)",
    {"account_version"}};

// LIMIT has to be there for SQLite to take an OFFSET.
const db::Sql delete_sessions_beyond_sql{
    "delete_sessions_beyond",
    "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE user_id = $1 "
    "ORDER BY CASE WHEN revoked_at IS NULL THEN 0 ELSE 1 END, rotated_at DESC, id DESC "
    "LIMIT 1000000 OFFSET $2) RETURNING id, revoked_at"};

const std::string select_accounts = "SELECT " + account_columns.list() + " FROM users ";

const db::Sql account_by_email_sql{
    "account_by_email",
    select_accounts +
        "WHERE email = $1 OR email = $2 OR email_key = $1 "
        "ORDER BY CASE email WHEN $2 THEN 0 WHEN $1 THEN 1 ELSE 2 END, "
        "created_at, id LIMIT 1",
    account_columns};
const db::Sql account_by_id_sql{"account_by_id", select_accounts + "WHERE id = $1",
                                account_columns};

const db::Sql grant_operator_sql{
    "grant_operator",
    "UPDATE users SET operator_since = coalesce(operator_since, CAST($2 AS bigint)) WHERE id = $1"};
const db::Sql revoke_operator_sql{"revoke_operator",
                                  "UPDATE users SET operator_since = NULL WHERE id = $1"};

// The id of an account is as old as the account, and no event tells of one from before there were
// events.
const db::Columns<CurrentAccount> current_account_columns;
const db::Sql accounts_after_sql{
    "accounts_after",
    "SELECT id, version, email, created_at, CASE WHEN last_event_id = '' THEN id "
    "ELSE last_event_id END AS last_event_id FROM users WHERE id > $1 ORDER BY id LIMIT $2",
    current_account_columns};

const db::Sql note_session_sql{"note_session",
                               "UPDATE users SET last_event_id = $2 WHERE id = $1 AND EXISTS "
                               "(SELECT 1 FROM sessions WHERE id = $3)"};

const db::Sql any_account_sql{"any_account", "SELECT id FROM users LIMIT 1"};
const db::Sql token_key_sql{"token_key", "SELECT key FROM token_keys WHERE id = 1"};
const db::Sql insert_token_key_sql{
    "insert_token_key", "INSERT INTO token_keys (id, key) VALUES (1, $1) ON CONFLICT DO NOTHING"};

const db::Sql accounts_without_key_sql{
    "accounts_without_key", "SELECT id, email FROM users WHERE email_key IS NULL LIMIT $1"};
const db::Sql set_email_key_sql{"set_email_key", "UPDATE users SET email_key = $2 WHERE id = $1"};

const db::Sql session_by_id_sql{"session_by_id",
                                "SELECT " + session_columns.list() + " FROM sessions WHERE id = $1",
                                session_columns};

const db::Sql rotate_session_sql{
    "rotate_session",
    "UPDATE sessions SET token_hash = $3, parent_hash = $2, rotated_at = $4 "
    "WHERE id = $1 AND token_hash = $2 AND revoked_at IS NULL"};

const db::Sql revoke_session_sql{
    "revoke_session", "UPDATE sessions SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL"};

const db::Sql live_sessions_sql{
    "live_sessions",
    "SELECT " + session_columns.list() +
        " FROM sessions WHERE user_id = $1 AND revoked_at IS NULL AND rotated_at >= $2 AND "
        "created_at >= $3 ORDER BY rotated_at DESC, id DESC",
    session_columns};

const db::Sql revoke_session_of_sql{
    "revoke_session_of",
    "UPDATE sessions SET revoked_at = $3 WHERE id = $2 AND user_id = $1 AND revoked_at IS NULL"};

const db::Sql revoke_other_sessions_sql{
    "revoke_other_sessions",
    "UPDATE sessions SET revoked_at = $3 WHERE user_id = $1 AND id <> $2 AND revoked_at IS NULL "
    "RETURNING id"};

const db::Sql set_password_sql{
    "set_password",
    "UPDATE users SET password_hash = $3, version = version + 1, last_event_id = $4 "
    "WHERE id = $1 AND password_hash = $2"};

const db::Sql verify_address_by_token_sql{
    "verify_address_by_token",
    "UPDATE users SET verified_at = $3 WHERE id = $1 AND verified_at IS "
    "NULL AND EXISTS (SELECT 1 FROM one_time_tokens WHERE id = $2 AND used_at = $3)"};
// Also what the account gets back by a token of another one is taken.
const std::string taken_addresses =
    "SELECT 1 AS taken FROM users o WHERE o.id <> $1 AND (o.email = $2 OR o.email_key = $2) "
    "UNION ALL SELECT 1 FROM one_time_tokens o WHERE o.user_id <> $1 AND o.purpose = 'restore' "
    "AND o.email = $2 AND o.used_at IS NULL AND o.expires_at > $3";
const db::Sql taken_address_sql{"taken_address", taken_addresses + " LIMIT 1"};
const db::Sql change_by_token_sql{
    "change_by_token",
    "UPDATE users SET email = coalesce($2, email), email_key = coalesce($2, email_key), "
    "password_hash = coalesce($4, password_hash), verified_at = CASE WHEN $2 IS NULL "
    "THEN coalesce(verified_at, CAST($3 AS bigint)) ELSE $3 END, version = version + 1, "
    "last_event_id = $5 WHERE id = $1 AND version = $6 AND EXISTS (SELECT 1 FROM one_time_tokens "
    "WHERE id = $7 AND used_at IS NULL AND expires_at > $3) AND NOT EXISTS (" +
        taken_addresses + ")"};
const db::Sql revoke_sessions_after_sql{
    "revoke_sessions_after",
    "UPDATE sessions SET revoked_at = $3 WHERE user_id = $1 AND revoked_at IS NULL "
    "AND id <> $4 AND EXISTS (SELECT 1 FROM users WHERE id = $1 AND last_event_id = $2)"};
const db::Sql use_tokens_after_sql{
    "use_tokens_after",
    "UPDATE one_time_tokens SET used_at = $3 WHERE user_id = $1 AND used_at IS NULL AND EXISTS "
    "(SELECT 1 FROM users u WHERE u.id = $1 AND u.last_event_id = $2 "
    "AND (one_time_tokens.purpose <> 'restore' OR one_time_tokens.email = u.email))"};
const db::Sql use_restoring_tokens_after_sql{
    "use_restoring_tokens_after",
    "UPDATE one_time_tokens SET used_at = $3 WHERE user_id = $1 AND used_at IS NULL AND "
    "purpose = 'restore' AND account_version >= $4 "
    "AND EXISTS (SELECT 1 FROM users WHERE id = $1 AND last_event_id = $2)"};

const db::Sql restoring_token_of_sql{
    "restoring_token_of",
    "SELECT expires_at FROM one_time_tokens WHERE user_id = $1 AND purpose = 'restore' "
    "AND used_at IS NULL AND expires_at > $2 ORDER BY expires_at DESC LIMIT 1"};

const db::RecordSql<OneTimeToken> insert_token_sql{
    "insert_token",
    token_columns,
    "INSERT INTO one_time_tokens (" + token_columns.list() + ") SELECT " + token_columns.values() +
        " WHERE (SELECT count(*) FROM one_time_tokens WHERE user_id = :user_id AND "
        "purpose = :purpose AND created_at > CAST(:since AS bigint)) < CAST(:count_max AS bigint) "
        "AND EXISTS (SELECT 1 FROM users WHERE id = :user_id AND version = :account_version)",
    {"since", "count_max"}};
const db::RecordSql<OneTimeToken> insert_token_after_sql{
    "insert_token_after", token_columns,
    "INSERT INTO one_time_tokens (" + token_columns.list() + ") SELECT " + token_columns.values() +
        " WHERE EXISTS (SELECT 1 FROM users WHERE id = :user_id "
        "AND last_event_id = :last_event_id)"};
const db::Sql first_token_since_sql{
    "first_token_since",
    "SELECT created_at FROM one_time_tokens WHERE user_id = $1 AND purpose = $2 AND "
    "created_at > $3 ORDER BY created_at LIMIT 1"};
const db::Sql token_by_hash_sql{"token_by_hash",
                                "SELECT " + token_columns.list() +
                                    " FROM one_time_tokens WHERE token_hash = $1 AND purpose = $2",
                                token_columns};
const db::Sql use_token_sql{"use_token",
                            "UPDATE one_time_tokens SET used_at = $2 "
                            "WHERE id = $1 AND used_at IS NULL AND expires_at > $2"};
const db::Sql delete_tokens_sql{"delete_tokens",
                                "DELETE FROM one_time_tokens WHERE expires_at < $1"};

const db::Sql lock_account_sql{"lock_account", "UPDATE users SET id = id WHERE id = $1"};
const db::Sql erase_account_sql{
    "erase_account",
    "INSERT INTO erased_users (id, version, last_event_id, erased_at, noted_at) SELECT u.id, "
    "u.version + 1, CAST($3 AS text), CAST($4 AS bigint), CAST($4 AS bigint) FROM users u WHERE "
    "u.id = $1 AND u.version = $5 AND "
    "EXISTS (SELECT 1 FROM one_time_tokens t WHERE t.id = $2 AND t.used_at IS NULL AND "
    "t.expires_at > $4) ON CONFLICT DO NOTHING"};
const std::string if_erased =
    " = $1 AND EXISTS (SELECT 1 FROM erased_users e WHERE e.id = $1 AND e.last_event_id = $2)";
const db::Sql delete_account_sql{"delete_account", "DELETE FROM users WHERE id" + if_erased};
const db::Sql delete_sessions_of_sql{"delete_sessions_of",
                                     "DELETE FROM sessions WHERE user_id" + if_erased};
const db::Sql delete_tokens_of_sql{"delete_tokens_of",
                                   "DELETE FROM one_time_tokens WHERE user_id" + if_erased};

const db::Sql revoke_sessions_before_password_sql{
    "revoke_sessions_before_password",
    "UPDATE sessions SET revoked_at = $4 WHERE user_id = $1 AND id <> $2 AND revoked_at IS NULL "
    "AND EXISTS (SELECT 1 FROM users WHERE id = $1 AND password_hash = $3)"};

const db::Sql delete_sessions_sql{"delete_sessions", "DELETE FROM sessions WHERE rotated_at < $1"};

const db::Sql sign_in_failures_sql{
    "sign_in_failures", "SELECT failures, blocked_until FROM sign_in_failures WHERE email = $1"};

const db::Sql count_failure_sql{
    "count_failure",
    "INSERT INTO sign_in_failures (email, failures, blocked_until, last_at) VALUES ($1, 1, $3, $4) "
    "ON CONFLICT (email) DO UPDATE SET failures = sign_in_failures.failures + 1, blocked_until = "
    "$3, last_at = $4 "
    "WHERE sign_in_failures.failures = $2"};

const db::Sql clear_failures_sql{"clear_failures", "DELETE FROM sign_in_failures WHERE email = $1"};
const db::Sql delete_failures_sql{"delete_failures",
                                  "DELETE FROM sign_in_failures WHERE last_at < $1"};
const db::Sql delete_oldest_failures_sql{
    "delete_oldest_failures",
    "DELETE FROM sign_in_failures WHERE last_at < "
    "(SELECT last_at FROM sign_in_failures ORDER BY last_at DESC LIMIT 1 OFFSET $1)"};

const db::KeptSql<KeptAccount> kept_account_sql{"users", db::Columns<KeptAccount>(), "id = $1"};
const db::KeptSql<KeptSession> kept_sessions_sql{"sessions", db::Columns<KeptSession>()};
const db::KeptSql<KeptToken> kept_tokens_sql{"one_time_tokens", db::Columns<KeptToken>()};

}  // namespace

db::Statement insert_account(const Account& account, const std::string& event_id) {
  return insert_account_sql(account, event_id);
}
db::Statement note_session(const std::string& id, const std::string& event_id,
                           const std::string& session_id) {
  return note_session_sql(id, event_id, session_id);
}
db::Statement accounts_after(const std::string& after, std::int64_t limit) {
  return accounts_after_sql(after, limit);
}

db::Statement insert_session(const Session& session, std::int64_t account_version) {
  return insert_session_sql(session, account_version);
}

db::Statement delete_sessions_beyond(const std::string& user_id, std::int64_t count) {
  return delete_sessions_beyond_sql(user_id, count);
}

db::Statement account_by_email(const std::string& email, const std::string& former_email) {
  return account_by_email_sql(email, former_email);
}
db::Statement account_by_id(const std::string& id) { return account_by_id_sql(id); }

db::Statement grant_operator(const std::string& id, Timestamp now) {
  return grant_operator_sql(id, now);
}
db::Statement revoke_operator(const std::string& id) { return revoke_operator_sql(id); }

db::Statement any_account() { return any_account_sql(); }
db::Statement token_key() { return token_key_sql(); }
db::Statement insert_token_key(const std::string& key) { return insert_token_key_sql(key); }

db::Statement accounts_without_key(std::int64_t count_max) {
  return accounts_without_key_sql(count_max);
}
db::Statement set_email_key(const std::string& id, const std::string& key) {
  return set_email_key_sql(id, key);
}

db::Statement session_by_id(const std::string& id) { return session_by_id_sql(id); }

db::Statement rotate_session(const std::string& id, const std::string& current_hash,
                             const std::string& next_hash, Timestamp now) {
  return rotate_session_sql(id, current_hash, next_hash, now);
}

db::Statement revoke_session(const std::string& id, Timestamp now) {
  return revoke_session_sql(id, now);
}
db::Statement live_sessions(const std::string& user_id, const LiveSince& since) {
  return live_sessions_sql(user_id, since.rotated_at, since.created_at);
}
db::Statement revoke_session_of(const std::string& user_id, const std::string& id, Timestamp now) {
  return revoke_session_of_sql(user_id, id, now);
}
db::Statement revoke_other_sessions(const std::string& user_id, const std::string& kept_id,
                                    Timestamp now) {
  return revoke_other_sessions_sql(user_id, kept_id, now);
}
db::Statement set_password(const std::string& id, const std::string& former_hash,
                           const std::string& hash, const std::string& event_id) {
  return set_password_sql(id, former_hash, hash, event_id);
}
db::Statement verify_address_by_token(const std::string& user_id, const std::string& token_id,
                                      Timestamp now) {
  return verify_address_by_token_sql(user_id, token_id, now);
}
db::Statement change_by_token(const ByToken& change, const std::string& event_id, Timestamp now) {
  return change_by_token_sql(change.user_id, change.email, now, change.password_hash, event_id,
                             change.version, change.token_id);
}
db::Statement taken_address(const std::string& email, const std::string& user_id, Timestamp now) {
  return taken_address_sql(user_id, email, now);
}
db::Statement revoke_sessions_after(const std::string& user_id, const std::string& event_id,
                                    const std::string& kept_id, Timestamp now) {
  return revoke_sessions_after_sql(user_id, event_id, now, kept_id);
}
db::Statement use_tokens_after(const std::string& user_id, const std::string& event_id,
                               Timestamp now) {
  return use_tokens_after_sql(user_id, event_id, now);
}
db::Statement use_restoring_tokens_after(const std::string& user_id, const std::string& event_id,
                                         std::int64_t version_min, Timestamp now) {
  return use_restoring_tokens_after_sql(user_id, event_id, now, version_min);
}
db::Statement restoring_token_of(const std::string& user_id, Timestamp now) {
  return restoring_token_of_sql(user_id, now);
}
db::Statement insert_token_after(const OneTimeToken& token) {
  return insert_token_after_sql(token);
}
db::Statement insert_token(const OneTimeToken& token, Timestamp since, std::int64_t count_max) {
  return insert_token_sql(token, since, count_max);
}
db::Statement first_token_since(const std::string& user_id, Purpose purpose, Timestamp since) {
  return first_token_since_sql(user_id, std::string(name_of(purpose)), since);
}
db::Statement token_by_hash(const std::string& token_hash, Purpose purpose) {
  return token_by_hash_sql(token_hash, std::string(name_of(purpose)));
}
db::Statement use_token(const std::string& id, Timestamp now) { return use_token_sql(id, now); }
db::Statement lock_account(const std::string& id) { return lock_account_sql(id); }
db::Statement erase_account(const ErasedAccount& account, const std::string& event_id,
                            Timestamp now) {
  return erase_account_sql(account.user_id, account.token_id, event_id, now, account.version);
}
db::Statement delete_account(const std::string& id, const std::string& event_id) {
  return delete_account_sql(id, event_id);
}
db::Statement delete_sessions_of(const std::string& user_id, const std::string& event_id) {
  return delete_sessions_of_sql(user_id, event_id);
}
db::Statement delete_tokens_of(const std::string& user_id, const std::string& event_id) {
  return delete_tokens_of_sql(user_id, event_id);
}
db::Statement delete_tokens(Timestamp expired_before) { return delete_tokens_sql(expired_before); }
db::Statement revoke_sessions_before_password(const std::string& user_id,
                                              const std::string& kept_id, const std::string& hash,
                                              Timestamp now) {
  return revoke_sessions_before_password_sql(user_id, kept_id, hash, now);
}
db::Statement delete_sessions(Timestamp rotated_before) {
  return delete_sessions_sql(rotated_before);
}
db::Statement sign_in_failures(const std::string& counted) { return sign_in_failures_sql(counted); }

db::Statement count_failure(const std::string& counted, std::int64_t failures,
                            Timestamp blocked_until, Timestamp now) {
  return count_failure_sql(counted, failures, blocked_until, now);
}

db::Statement clear_failures(const std::string& counted) { return clear_failures_sql(counted); }
db::Statement delete_failures(Timestamp before) { return delete_failures_sql(before); }
db::Statement delete_oldest_failures(std::int64_t count) {
  return delete_oldest_failures_sql(count);
}

db::Statement kept_account(const db::KeptQuery& query) { return kept_account_sql(query); }
db::Statement kept_sessions(const db::KeptQuery& query) { return kept_sessions_sql(query); }
db::Statement kept_tokens(const db::KeptQuery& query) { return kept_tokens_sql(query); }

}  // namespace ticketing::auth::store
