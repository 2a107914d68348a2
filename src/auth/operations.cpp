#include "auth/operations.hpp"

#include <fmt/format.h>

#include "auth/store.hpp"
#include "common/base/digest.hpp"
#include "common/base/log.hpp"
#include "common/base/text.hpp"

namespace ticketing::auth {
namespace {

Error too_many_attempts(std::chrono::seconds wait) {
  return {
      .kind = ErrorKind::throttled,
      .slug = "too_many_attempts",
      .detail = fmt::format("Too many attempts to sign in. Try again in {} seconds.", wait.count()),
      .retry_after = wait};
}

std::unexpected<Error> session_over() {
  return refuse(ErrorKind::unauthenticated, "session_over", "The session is over. Sign in again.");
}

}  // namespace

Operations::Operations(runtime::Platform& platform, db::Database& database,
                       const identity::SigningKey& key, int sign_ins_a_minute)
    : platform_(platform), database_(database), key_(key), throttle_(sign_ins_a_minute) {}

SignedIn Operations::signed_in(const Account& account, const std::string& session_id,
                               std::string refresh_token) {
  const Timestamp now = platform_.clock.now();
  return {.user_id = account.id,
          .email = account.email,
          .access_token = key_.sign({.user_id = account.id,
                                     .email = account.email,
                                     .session_id = session_id,
                                     .token_id = platform_.ids.next(),
                                     .not_before = now,
                                     .expires_at = now + access_token_life}),
          .refresh_token = std::move(refresh_token)};
}

Session Operations::new_session(const Account& account, const std::string& id,
                                const std::string& token) const {
  const Timestamp now = platform_.clock.now();
  return {.id = id,
          .user_id = account.id,
          .token_hash = sha256_hex(token),
          .rotated_at = now,
          .created_at = now};
}

Task<Result<SignedIn>> Operations::sign_up(Credentials credentials) {
  // Before that, another spelling of the address may have an account.
  if (!is_prepared_) throw Unavailable("the e-mail keys of old accounts are not computed yet");
  const auto taken = co_await database_.query(
      store::account_by_email(credentials.email, credentials.former_email));
  const auto in_use = [] {
    Error error = invalid_field("email", "email is in use");
    error.slug = "email_in_use";
    return refuse(std::move(error));
  };
  if (!taken.empty()) co_return in_use();
  const Account account{.id = platform_.ids.next(),
                        .email = credentials.email,
                        .password_hash = co_await passwords_.hash(std::move(credentials.password)),
                        .created_at = platform_.clock.now()};
  const std::string session_id = platform_.ids.next();
  const std::string token = tokens().first(session_id, platform_.random);
  db::Transaction transaction{.contends_for = account.email, .statements = {}};
  transaction.statements.push_back(store::insert_account(account));
  transaction.statements.push_back(store::insert_session(new_session(account, session_id, token)));
  const auto results = co_await database_.commit(std::move(transaction));
  if (results[0].affected == 0) co_return in_use();
  co_return signed_in(account, session_id, token);
}

// The failures counted so far, or how long to wait.
Task<Result<std::int64_t>> Operations::check_account_throttle(const std::string& email) {
  const auto result = co_await database_.query(store::sign_in_failures(email));
  if (result.empty()) co_return 0;
  const db::Row& row = result.rows.front();
  const Timestamp now = platform_.clock.now(), blocked_until = row.time(1);
  if (now < blocked_until)
    co_return refuse(
        too_many_attempts(std::chrono::ceil<std::chrono::seconds>(blocked_until - now)));
  co_return row.integer(0);
}

Task<> Operations::count_failure(const std::string& email, std::int64_t failures) {
  const Timestamp now = platform_.clock.now();
  db::Transaction transaction{.contends_for = email, .statements = {}};
  transaction.statements.push_back(
      store::count_failure(email, failures, now + pause_after(failures + 1), now));
  co_await database_.commit(std::move(transaction));
}

Task<Result<SignedIn>> Operations::sign_in(Credentials credentials, std::string address) {
  if (const auto wait = throttle_.take(address, platform_.clock.steady_now()); wait.count() > 0) {
    co_return refuse(too_many_attempts(wait));
  }
  const auto failures = co_await check_account_throttle(credentials.email);
  if (!failures) co_return std::unexpected(failures.error());

  const auto found = co_await database_.query(
      store::account_by_email(credentials.email, credentials.former_email));
  const Account account = found.empty() ? Account{} : store::decode_account(found.rows.front());
  const bool verified =
      co_await passwords_.verify(std::move(credentials.password), account.password_hash);
  if (!verified) {
    co_await count_failure(credentials.email, *failures);
    co_return refuse(invalid_credentials());
  }
  const std::string session_id = platform_.ids.next();
  const std::string token = tokens().first(session_id, platform_.random);
  db::Transaction transaction{.contends_for = account.email, .statements = {}};
  transaction.statements.push_back(store::insert_session(new_session(account, session_id, token)));
  transaction.statements.push_back(store::clear_failures(credentials.email));
  co_await database_.commit(std::move(transaction));
  co_return signed_in(account, session_id, token);
}

Task<Result<SignedIn>> Operations::refresh(std::string refresh_token) {
  const auto session_id = tokens().session_of(refresh_token);
  if (!session_id) co_return session_over();
  const std::string hash = sha256_hex(refresh_token);
  // Twice, because a concurrent refresh may rotate between reading and writing.
  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto found = co_await database_.query(store::session_by_id(*session_id));
    if (found.empty()) co_return session_over();
    const Session session = store::decode_session(found.rows.front());
    const std::string next = tokens().successor(refresh_token);
    switch (judge(session, hash, platform_.clock.now())) {
      case RefreshVerdict::ended: co_return session_over();
      case RefreshVerdict::reused:
        log::warn("a refresh token was used again: its session is revoked",
                  {{"session", session.id}});
        co_await sign_out(session.id);
        co_return session_over();
      case RefreshVerdict::rotate: {
        db::Transaction transaction{.contends_for = session.id, .statements = {}};
        transaction.statements.push_back(
            store::rotate_session(session.id, hash, sha256_hex(next), platform_.clock.now()));
        const auto results = co_await database_.commit(std::move(transaction));
        if (results[0].affected == 0) continue;
        break;
      }
      case RefreshVerdict::repeat: break;
    }
    const auto account = co_await database_.query(store::account_by_id(session.user_id));
    if (account.empty()) co_return session_over();
    co_return signed_in(store::decode_account(account.rows.front()), session.id, next);
  }
  co_return session_over();
}

Task<> Operations::sign_out(std::string session_id) {
  db::Transaction transaction{.contends_for = session_id, .statements = {}};
  transaction.statements.push_back(store::revoke_session(session_id, platform_.clock.now()));
  co_await database_.commit(std::move(transaction));
}

const RefreshTokens& Operations::tokens() const {
  if (!tokens_) throw Unavailable("the token key is not read yet");
  return *tokens_;
}

Task<> Operations::prepare() {
  if (!tokens_) co_await read_token_key();
  co_await set_email_keys();
  is_prepared_ = true;
}

// Where there are accounts already, their refresh tokens were made with what follows from the
// signing key: that is kept. A new database gets a key that nothing else follows from.
Task<> Operations::read_token_key() {
  auto kept = co_await database_.query(store::token_key());
  if (kept.empty()) {
    const auto any = co_await database_.query(store::any_account());
    std::array<std::byte, 32> fresh{};
    platform_.random.fill(fresh);
    db::Transaction transaction;
    transaction.statements.push_back(
        store::insert_token_key(any.empty() ? to_base64url(fresh) : key_.derived_secret()));
    co_await database_.commit(std::move(transaction));
    // Another replica may have been first.
    kept = co_await database_.query(store::token_key());
  }
  tokens_.emplace(TokenKey(kept.rows.at(0).text(0)));
}

Task<> Operations::set_email_keys() {
  constexpr std::int64_t batch = 500;
  for (;;) {
    const auto found = co_await database_.query(store::accounts_without_key(batch));
    if (found.empty()) break;
    db::Transaction transaction{.contends_for = "email keys", .statements = {}};
    for (const db::Row& row : found.rows) {
      // An address that is refused today keeps its own spelling.
      const std::string key = normalize_email(row.text(1)).value_or(row.text(1));
      transaction.statements.push_back(store::set_email_key(row.text(0), key));
    }
    co_await database_.commit(std::move(transaction));
  }
}

Task<> Operations::clean_up() {
  const Timestamp now = platform_.clock.now();
  db::Transaction transaction;
  transaction.statements.push_back(store::forget_sessions(now - session_life_max));
  transaction.statements.push_back(store::forget_failures(now - std::chrono::days{1}));
  co_await database_.commit(std::move(transaction));
}

}  // namespace ticketing::auth
