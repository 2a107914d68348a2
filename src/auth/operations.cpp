#include "auth/operations.hpp"

#include <fmt/format.h>

#include "auth/browser_name.hpp"
#include "auth/device.hpp"
#include "auth/limits.hpp"
#include "auth/outcomes.hpp"
#include "auth/store.hpp"
#include "common/base/digest.hpp"
#include "common/base/log.hpp"
#include "common/base/text.hpp"
#include "contracts/auth_events.hpp"
#include "contracts/codes.hpp"

namespace ticketing::auth {
namespace {

// Rows of failures that are kept; the oldest go first.
constexpr std::int64_t failures_kept_max = 1'000'000;

// What failures are counted for: a browser that was signed in to the account before, else the
// account as it is tried from one address.
std::string counted_for(const Credentials& credentials, const limits::Caller& address,
                        const std::optional<std::string>& device_id) {
  return sha256_hex(device_id
                        ? limits::Caller::of("device", *device_id).key()
                        : limits::Caller::of("account", credentials.email).with(address).key());
}

}  // namespace

Operations::Operations(runtime::Platform& platform, runtime::OwnedData& data,
                       const identity::SigningKey& key, PasswordHashing& passwords,
                       const std::string& mail_key, const AttemptLimits& limits,
                       const SessionRules& session_rules)
    : platform_(platform),
      data_(data),
      database_(data.database()),
      mail_seal_(mail_key),
      session_rules_(session_rules),
      key_(key),
      passwords_(passwords),
      turns_(platform.executor, platform.clock, "too many passwords are waiting to be checked"),
      mailing_(platform.executor, "mail links"),
      failed_sign_ins_(limits.failed_sign_ins_a_minute, std::chrono::minutes{1}),
      sign_ups_(limits.sign_ups_a_minute, std::chrono::minutes{1}),
      renewals_(renewals.per_user.standard, std::chrono::minutes{1}),
      resets_(limits.resets_an_hour, std::chrono::hours{1}),
      verifications_(limits.verifications_an_hour, std::chrono::hours{1}),
      device_mails_of_address_(device_mails.per_address.standard, std::chrono::hours{1}),
      device_mails_of_user_(device_mails.per_user.standard, std::chrono::hours{1}),
      password_changes_(password_changes.per_user.standard, std::chrono::hours{1}) {}

std::string Operations::access_token(const Account& account, const std::string& session_id,
                                     Timestamp ends_at) const {
  return key_.sign({.user_id = account.id,
                    .email = account.email,
                    .session_id = session_id,
                    .token_id = platform_.ids.next(),
                    .not_before = platform_.clock.now(),
                    .expires_at = ends_at,
                    .email_verified = account.verified_at.has_value(),
                    .roles = roles_of(account)});
}

SignedIn Operations::signed_in(const Account& account, const std::string& session_id,
                               std::string refresh_token) {
  const Timestamp ends_at = platform_.clock.now() + access_token_life();
  return {.user_id = account.id,
          .email = account.email,
          .email_verified = account.verified_at.has_value(),
          .roles = roles_of(account),
          .access_token = access_token(account, session_id, ends_at),
          .refresh_token = std::move(refresh_token)};
}

Operations::NewSession Operations::new_session(const Account& account, const Visitor& visitor) {
  const Timestamp now = platform_.clock.now();
  const std::string id = platform_.ids.next();
  const std::string token = tokens().first(id, platform_.random);
  return {.session = {.id = id,
                      .user_id = account.id,
                      .token_hash = sha256_hex(token),
                      .parent_hash = "",
                      .rotated_at = now,
                      .created_at = now,
                      .revoked_at = std::nullopt,
                      .device = browser_name(visitor.user_agent)},
          .token = token};
}

SignedIn Operations::signed_in(const Account& account, const NewSession& made,
                               const Visitor& visitor, const std::string& device_id) {
  SignedIn who = signed_in(account, made.session.id, made.token);
  who.device_cookie = device_cookie(token_key(), account.id, device_id, visitor.device_cookie);
  return who;
}

Task<> Operations::make_room(const Account& account, const Visitor& visitor) {
  if (session_rules_.sessions_max == 0) co_return;
  db::Transaction transaction{.contends_for = account.email, .statements = {}};
  transaction.statements.push_back(
      store::delete_sessions_beyond(account.id, session_rules_.sessions_max));
  const auto results = co_await database_.commit(std::move(transaction));
  for (const db::Row& row : results.front().rows) {
    if (!row.is_null("revoked_at")) continue;  // it had ended before
    log::audit({.event = "session_ended",
                .outcome = "succeeded",
                .reason = "too_many_sessions",
                .user = account.id,
                .session = row.text("id"),
                .address = visitor.address,
                .user_agent = visitor.user_agent});
  }
}

void Operations::audit(std::string_view event, const Visitor& visitor, const std::string& user_id,
                       const Error* refused) {
  const bool throttled = refused != nullptr && refused->kind == ErrorKind::throttled;
  const std::int64_t count =
      throttled
          ? throttled_.count(
                limits::Caller::of("event", event).with(limits::Caller::address(visitor.address)),
                platform_.clock.steady_now())
          : 1;
  if (count == 0) return;
  log::audit({.event = event,
              .outcome = refused == nullptr ? "succeeded"
                         : throttled        ? "throttled"
                                            : "refused",
              .reason = refused == nullptr ? std::string_view() : refused->slug.name(),
              .user = user_id,
              .address = visitor.address,
              .user_agent = visitor.user_agent,
              .count = count});
}

void Operations::audit(std::string_view event, const AuditedEnd& end, const Session& session,
                       const Visitor& visitor) {
  log::audit({.event = event,
              .outcome = end.outcome,
              .reason = end.reason,
              .user = session.user_id,
              .session = session.id,
              .address = visitor.address,
              .user_agent = visitor.user_agent});
}

Task<Result<SignedIn>> Operations::sign_up(Credentials credentials, Visitor visitor) {
  auto result = co_await try_to_sign_up(std::move(credentials), visitor);
  audit("sign_up", visitor, result ? result->user_id : "", error_of(result));
  co_return result;
}

Task<Result<SignedIn>> Operations::sign_in(Credentials credentials, Visitor visitor) {
  Account account;
  auto result = co_await try_to_sign_in(std::move(credentials), visitor, account);
  audit("sign_in", visitor, account.id, error_of(result));
  co_return result;
}

Task<Result<SignedIn>> Operations::try_to_sign_up(Credentials credentials, const Visitor& visitor) {
  const auto address = limits::Caller::address(visitor.address);
  if (const auto wait = sign_ups_.take(address, platform_.clock.steady_now()); wait.count() > 0) {
    co_return too_many_attempts(wait);
  }
  // Before that, another spelling of the address may have an account.
  if (!is_prepared_) throw Unavailable("the e-mail keys of old accounts are not computed yet");
  if (const Account taken = co_await find_account(credentials); !taken.id.empty()) {
    co_return email_in_use();
  }
  const runtime::Turns::Turn turn = co_await turns_.take(address);
  const Account account{.id = platform_.ids.next(),
                        .email = credentials.email,
                        .password_hash = co_await passwords_.hash(std::move(credentials.password)),
                        .created_at = platform_.clock.now()};
  const NewSession made = new_session(account, visitor);
  const bus::Event event =
      data_.events().make(contracts::UserCreated{.id = account.id, .email = account.email});
  const bool is_first = co_await runtime::commit(
      data_, {.contends_for = account.email,
              .write = store::insert_account(account, event.id),
              .also = {store::insert_session(made.session, account.version)},
              .event = event,
              .entity_id = account.id});
  if (!is_first) co_return email_in_use();  // another sign-up with the address was faster
  // Elsewhere nothing depends on it, and a shop that is tried out mails no strangers.
  if (platform_.identity.requires_verified_addresses()) {
    co_await try_to_mail_verification(account, visitor);
  }
  co_return signed_in(account, made, visitor, platform_.ids.next());
}

Task<Account> Operations::find_account(const Credentials& credentials) {
  const auto found = co_await database_.query(
      store::account_by_email(credentials.email, credentials.former_email));
  co_return found.empty() ? Account{} : found.rows.front().as<Account>();
}

// The failures counted so far, or how long to wait.
Task<Result<std::int64_t>> Operations::failures_so_far(const std::string& counted) {
  const auto result = co_await database_.query(store::sign_in_failures(counted));
  if (result.empty()) co_return 0;
  const db::Row& row = result.rows.front();
  const Timestamp now = platform_.clock.now(), blocked_until = row.time("blocked_until");
  if (now < blocked_until) {
    co_return too_many_attempts(std::chrono::ceil<std::chrono::seconds>(blocked_until - now));
  }
  co_return row.integer("failures");
}

Task<Result<void>> Operations::count_failure(const std::string& counted) {
  using Counted = runtime::Decision<bool>;
  try {
    const auto count = co_await runtime::change(
        database_, [&] { return failures_so_far(counted); },
        [&](const Result<std::int64_t>& failures) -> Result<Counted> {
          if (!failures) return std::unexpected(failures.error());
          const Timestamp now = platform_.clock.now();
          return runtime::changed(
              true, {.contends_for = counted,
                     .write = store::count_failure(counted, *failures,
                                                   now + pause_after(*failures + 1), now)});
        });
    if (!count) co_return std::unexpected(count.error());
  } catch (const runtime::ChangedTooOften&) {  // other attempts are counted all the time
    co_return too_many_attempts(std::chrono::seconds{1});
  }
  co_return Result<void>{};
}

// Counts the attempt as a failure, before its password is checked: a hundred at the same time are a
// hundred. `address`: null for a known device, which has a budget of its own.
Task<Result<void>> Operations::count_attempt(const std::string& counted,
                                             const limits::Caller* address) {
  if (address != nullptr) {
    const auto wait = failed_sign_ins_.take(*address, platform_.clock.steady_now());
    if (wait.count() > 0) co_return too_many_attempts(wait);
  }
  auto refused = co_await count_failure(counted);
  if (!refused && address != nullptr) failed_sign_ins_.return_token(*address);
  co_return refused;
}

Task<Result<Operations::Proven>> Operations::prove(const Account& account, Credentials credentials,
                                                   const Visitor& visitor) {
  const auto address = limits::Caller::address(visitor.address);
  auto device_id = device_of(token_key(), visitor.device_cookie, account.id);
  const limits::Caller* const counted_address = device_id ? nullptr : &address;
  std::string counted = counted_for(credentials, address, device_id);
  // What is refused anyway does not have to wait for a turn.
  if (counted_address != nullptr) {
    const auto wait = failed_sign_ins_.wait_for(address, platform_.clock.steady_now());
    if (wait.count() > 0) co_return too_many_attempts(wait);
  }
  if (const auto failures = co_await failures_so_far(counted); !failures) {
    co_return std::unexpected(failures.error());
  }
  runtime::Turns::Turn turn = co_await turns_.take(address);
  if (auto refused = co_await count_attempt(counted, counted_address); !refused) {
    co_return std::unexpected(std::move(refused.error()));
  }
  if (!co_await passwords_.verify(std::move(credentials.password), account.password_hash)) {
    co_return refuse(invalid_credentials());
  }
  if (counted_address != nullptr) failed_sign_ins_.return_token(address);
  co_return Proven{
      .turn = std::move(turn), .counted = std::move(counted), .device_id = std::move(device_id)};
}

Task<Result<SignedIn>> Operations::try_to_sign_in(Credentials credentials, const Visitor& visitor,
                                                  Account& account) {
  account = co_await find_account(credentials);
  const auto proven = co_await prove(account, std::move(credentials), visitor);
  if (!proven) co_return std::unexpected(proven.error());
  const NewSession made = new_session(account, visitor);
  runtime::Change start{.contends_for = account.email,
                        .locks = {store::lock_account(account.id)},
                        .write = store::insert_session(made.session, account.version),
                        .also = {store::clear_failures(proven->counted)}};
  if (!proven->device_id && may_tell_of_device(account, visitor))
    tell_of_device(account, made.session, start);
  const bool is_started = co_await runtime::commit(data_, std::move(start));
  if (!is_started) co_return refuse(invalid_credentials());
  co_await make_room(account, visitor);
  co_return signed_in(account, made, visitor, proven->device_id.value_or(platform_.ids.next()));
}

bool Operations::may_tell_of_device(const Account& account, const Visitor& visitor) {
  const SteadyTime now = platform_.clock.steady_now();
  const auto user = limits::Caller::user(account.id);
  const auto address = limits::Caller::address(visitor.address);
  // What one of them refuses costs the other nothing.
  if (device_mails_of_user_.wait_for(user, now).count() > 0) return false;
  if (device_mails_of_address_.take(address, now).count() > 0) return false;
  device_mails_of_user_.take(user, now);
  return true;
}

void Operations::tell_of_device(const Account& account, const Session& session,
                                runtime::Change& start) const {
  contracts::DeviceAdded added{.user_id = account.id,
                               .email = account.email,
                               .device = std::nullopt,
                               .added_at = session.created_at};
  if (!session.device.empty()) added.device = session.device;
  start.event = data_.events().make(added);
  start.entity_id = account.id;
  start.also.push_back(store::note_session(account.id, start.event->id, session.id));
}

Task<Result<SignedIn>> Operations::refresh(std::string refresh_token, Visitor visitor) {
  const auto session_id = tokens().session_of(refresh_token);
  if (!session_id) co_return session_over();
  const auto wait =
      renewals_.take(limits::Caller::of("session", *session_id), platform_.clock.steady_now());
  if (wait.count() > 0) co_return too_many_attempts(wait);
  const auto refreshed = co_await runtime::change(
      database_, [&] { return find_session(*session_id); },
      [&](const std::optional<Session>& session) { return decide(session, refresh_token); });
  if (!refreshed) co_return std::unexpected(refreshed.error());
  const auto& [session, is_reused] = *refreshed;
  if (is_reused) {
    audit("refresh_token_reused", {.outcome = "refused", .reason = "session_revoked"}, session,
          visitor);
    co_return session_over();
  }
  const auto account = co_await database_.query(store::account_by_id(session.user_id));
  if (account.empty()) co_return session_over();
  co_return signed_in(account.rows.front().as<Account>(), session.id,
                      tokens().successor(refresh_token));
}

Task<std::optional<Session>> Operations::find_session(const std::string& id) {
  const auto found = co_await database_.query(store::session_by_id(id));
  if (found.empty()) co_return std::nullopt;
  co_return found.rows.front().as<Session>();
}

// Loses the race when a concurrent refresh rotates the session, or when it is revoked.
Result<runtime::Decision<Operations::Refreshed>> Operations::decide(
    const std::optional<Session>& session, const std::string& refresh_token) const {
  if (!session) return session_over();
  const std::string hash = sha256_hex(refresh_token);
  const Timestamp now = platform_.clock.now();
  switch (judge(*session, hash, now)) {
    case RefreshVerdict::ended: return session_over();
    case RefreshVerdict::repeat: return runtime::unchanged(Refreshed{.session = *session});
    case RefreshVerdict::reused:
      return runtime::changed(
          Refreshed{.session = *session, .is_reused = true},
          {.contends_for = session->id, .write = store::revoke_session(session->id, now)});
    case RefreshVerdict::rotate: break;
  }
  const std::string next = sha256_hex(tokens().successor(refresh_token));
  return runtime::changed(
      Refreshed{.session = *session},
      {.contends_for = session->id, .write = store::rotate_session(session->id, hash, next, now)});
}

Task<> Operations::sign_out(std::string session_id, Visitor visitor) {
  const auto session = co_await find_session(session_id);
  if (!session || session->revoked_at) co_return;
  const bool is_revoked = co_await runtime::commit(
      database_, {.contends_for = session_id,
                  .write = store::revoke_session(session_id, platform_.clock.now())});
  if (is_revoked) audit("sign_out", {.outcome = "succeeded"}, *session, visitor);
}

const TokenKey& Operations::token_key() const {
  if (!token_key_) throw Unavailable("the token key is not loaded yet");
  return *token_key_;
}

const RefreshTokens& Operations::tokens() const {
  if (!tokens_) throw Unavailable("the token key is not loaded yet");
  return *tokens_;
}

Task<> Operations::prepare() {
  if (!tokens_) co_await read_token_key();
  co_await set_email_keys();
  is_prepared_ = true;
}

// Where there are accounts already, their refresh tokens were made with what follows from the
// signing key: that is kept. A new database gets an independent key.
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
  token_key_.emplace(kept.rows.at(0).text("key"));
  tokens_.emplace(*token_key_);
}

Task<> Operations::set_email_keys() {
  constexpr std::int64_t batch = 500;
  for (;;) {
    const auto found = co_await database_.query(store::accounts_without_key(batch));
    if (found.empty()) break;
    db::Transaction transaction{.contends_for = "email keys", .statements = {}};
    for (const db::Row& row : found.rows) {
      // An address that is refused today keeps its own spelling.
      const std::string key = normalize_email(row.text("email")).value_or(row.text("email"));
      transaction.statements.push_back(store::set_email_key(row.text("id"), key));
    }
    co_await database_.commit(std::move(transaction));
  }
}

Task<> Operations::clean_up() {
  const Timestamp now = platform_.clock.now();
  db::Transaction transaction;
  transaction.statements.push_back(store::delete_sessions(now - session_life_max));
  transaction.statements.push_back(store::delete_tokens(now - std::chrono::hours{1}));
  transaction.statements.push_back(store::delete_failures(now - std::chrono::days{1}));
  transaction.statements.push_back(store::delete_oldest_failures(failures_kept_max));
  co_await database_.commit(std::move(transaction));
}

}  // namespace ticketing::auth
