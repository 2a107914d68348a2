// The auth database: every statement this service runs, by name.
#pragma once

#include <string>

#include "auth/account.hpp"
#include "auth/one_time_token.hpp"
#include "auth/session.hpp"
#include "common/db/database.hpp"
#include "common/db/kept_sql.hpp"

namespace ticketing::auth::store {

// Affects no row when the address has an account under any spelling.
db::Statement insert_account(const Account& account, const std::string& event_id);
// The last event of the account is this one, which tells of the session: for the transaction that
// starts it.
db::Statement note_session(const std::string& id, const std::string& event_id,
                           const std::string& session_id);
// What is published once more of an account.
struct CurrentAccount {
  std::string id;
  std::int64_t version = 0;
  std::string email;
  Timestamp created_at;
  std::string last_event_id;
};
BOOST_DESCRIBE_STRUCT(CurrentAccount, (), (id, version, email, created_at, last_event_id))
// Those after the id `after`, in the order of their ids.
db::Statement accounts_after(const std::string& after, std::int64_t limit);
// Starts a session, if the account is at this version at this point of the transaction: a password
// that was right when it was looked at may be replaced by now.
db::Statement insert_session(const Session& session, std::int64_t account_version);
// Deletes sessions of the account beyond `count`: first those that were ended, then those used
// longest ago. id, revoked_at of those that it deletes
db::Statement delete_sessions_beyond(const std::string& user_id, std::int64_t count);
// The account of an address, which is given in both its forms. Two old accounts may share the new
// form: the one whose own spelling was typed comes first, else the older one.
db::Statement account_by_email(const std::string& email, const std::string& former_email);
db::Statement account_by_id(const std::string& id);

// The account is an operator's from now on, or, if it is already, as long as it was.
db::Statement grant_operator(const std::string& id, Timestamp now);
db::Statement revoke_operator(const std::string& id);

// A new password. Affects no row unless `former_hash` is still the account's.
db::Statement set_password(const std::string& id, const std::string& former_hash,
                           const std::string& hash, const std::string& event_id);
// Affects no row when the token was used before, or is too old.
db::Statement use_token(const std::string& id, Timestamp now);
// The address is verified where the token was used now: for the transaction that uses it.
db::Statement verify_address_by_token(const std::string& user_id, const std::string& token_id,
                                      Timestamp now);
// What an account gets by a mailed link. The link came by mail, so the address is verified, too.
struct ByToken {
  std::string user_id;
  std::int64_t version = 0;  // of the account as it was read
  std::string token_id;
  std::optional<std::string> email{};          // nothing: it stays
  std::optional<std::string> password_hash{};  // nothing: it stays
};
// Affects no row when the token is not good any more, when the account is not at `version` any
// more, and when the address is another account's under any spelling, or may become it again by a
// token that restores it. use_tokens_after() follows.
db::Statement change_by_token(const ByToken& change, const std::string& event_id, Timestamp now);
// One row if another account has the address in one of its forms, or may get it back.
db::Statement taken_address(const std::string& email, const std::string& user_id, Timestamp now);
// Ends all sessions but one of an account whose last event is this one. `kept_id`: empty: all.
db::Statement revoke_sessions_after(const std::string& user_id, const std::string& event_id,
                                    const std::string& kept_id, Timestamp now);
// Ends all tokens of an account whose last event is this one, but those that restore an address
// other than its own.
db::Statement use_tokens_after(const std::string& user_id, const std::string& event_id,
                               Timestamp now);
// Ends those that restore an address, too, if they are of this version or later.
db::Statement use_restoring_tokens_after(const std::string& user_id, const std::string& event_id,
                                         std::int64_t version_min, Timestamp now);
// The one that gives the account back to a former address the longest. expires_at
db::Statement restoring_token_of(const std::string& user_id, Timestamp now);
// Where the last event of the account is that of the token.
db::Statement insert_token_after(const OneTimeToken& token);

// Precedes what is stored of an account in its transaction: so that sees whether the account was
// deleted meanwhile.
db::Statement lock_account(const std::string& id);
// Notes the account as deleted, by a token that is good. Affects no row when it is not, and when
// the account is not at `version` any more.
struct ErasedAccount {
  std::string user_id;
  std::string token_id;
  std::int64_t version = 0;
};
db::Statement erase_account(const ErasedAccount& account, const std::string& event_id,
                            Timestamp now);
// Follow it in its transaction.
db::Statement delete_account(const std::string& id, const std::string& event_id);
db::Statement delete_sessions_of(const std::string& user_id, const std::string& event_id);
db::Statement delete_tokens_of(const std::string& user_id, const std::string& event_id);

// Affects no row when the account got `count_max` of its purpose since `since`, or when it is not
// at the token's `account_version` any more: the change has ended the links made before it.
db::Statement insert_token(const OneTimeToken& token, Timestamp since, std::int64_t count_max);
// The oldest of those. created_at
db::Statement first_token_since(const std::string& user_id, Purpose purpose, Timestamp since);
db::Statement token_by_hash(const std::string& token_hash, Purpose purpose);
db::Statement delete_tokens(Timestamp expired_before);
// revoke_other_sessions() where the account has the password that was just set.
db::Statement revoke_sessions_before_password(const std::string& user_id,
                                              const std::string& kept_id, const std::string& hash,
                                              Timestamp now);

// one row while there is any account
db::Statement any_account();
// key
db::Statement token_key();
// Affects no row when there is one already.
db::Statement insert_token_key(const std::string& key);

// id, email of accounts that have no e-mail key yet
db::Statement accounts_without_key(std::int64_t count_max);
db::Statement set_email_key(const std::string& id, const std::string& key);

db::Statement session_by_id(const std::string& id);
// Affects no row unless `current_hash` is still the session's token and it is not revoked.
db::Statement rotate_session(const std::string& id, const std::string& current_hash,
                             const std::string& next_hash, Timestamp now);
db::Statement revoke_session(const std::string& id, Timestamp now);
// Those of the account that are not over, the one used last first.
struct LiveSince {
  Timestamp rotated_at;
  Timestamp created_at;
};
db::Statement live_sessions(const std::string& user_id, const LiveSince& since);
// Ends a session of this account; of another account, and one that is over: affects no row.
db::Statement revoke_session_of(const std::string& user_id, const std::string& id, Timestamp now);
// Ends all sessions of the account but one. id of those that it ends
db::Statement revoke_other_sessions(const std::string& user_id, const std::string& kept_id,
                                    Timestamp now);
db::Statement delete_sessions(Timestamp rotated_before);

// Failed sign-ins in a row. `counted` is a SHA-256 of what they are counted for (operations.cpp);
// the column is called `email`, which it held once. failures, blocked_until
db::Statement sign_in_failures(const std::string& counted);
// Counts one more, unless another attempt was counted since `failures` was read.
db::Statement count_failure(const std::string& counted, std::int64_t failures,
                            Timestamp blocked_until, Timestamp now);
db::Statement clear_failures(const std::string& counted);
db::Statement delete_failures(Timestamp before);
// Keeps the newest `count`.
db::Statement delete_oldest_failures(std::int64_t count);

// What users take along of their rows, by page: no hashes.
struct KeptAccount {
  std::string id;
  std::string email;
  Timestamp created_at;
  std::optional<Timestamp> verified_at;
  std::optional<Timestamp> operator_since;
};
BOOST_DESCRIBE_STRUCT(KeptAccount, (), (id, email, created_at, verified_at, operator_since))
struct KeptSession {
  std::string id;
  std::string device;
  Timestamp created_at;
  Timestamp rotated_at;
  std::optional<Timestamp> revoked_at;
};
BOOST_DESCRIBE_STRUCT(KeptSession, (), (id, device, created_at, rotated_at, revoked_at))
struct KeptToken {
  std::string id;
  Purpose purpose = Purpose::reset;
  Timestamp created_at;
  Timestamp expires_at;
  std::optional<Timestamp> used_at;
  std::optional<std::string> email;
};
BOOST_DESCRIBE_STRUCT(KeptToken, (), (id, purpose, created_at, expires_at, used_at, email))
db::Statement kept_account(const db::KeptQuery& query);
db::Statement kept_sessions(const db::KeptQuery& query);
db::Statement kept_tokens(const db::KeptQuery& query);

}  // namespace ticketing::auth::store
