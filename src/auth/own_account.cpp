// What owners do with their accounts: a new password, a look at their sessions, the end of some.
#include "auth/operations.hpp"
#include "auth/outcomes.hpp"
#include "auth/store.hpp"
#include "common/base/log.hpp"
#include "contracts/codes.hpp"

namespace ticketing::auth {
namespace {

std::unexpected<Error> wrong_password() {
  Error error = invalid_field("password", {slugs::wrong_password, "is wrong"});
  error.slug = slugs::wrong_password;
  return refuse(std::move(error));
}

void audit_ended(const std::string& user_id, const std::string& session_id,
                 const Visitor& visitor) {
  log::audit({.event = "session_ended",
              .outcome = "succeeded",
              .reason = "by_owner",
              .user = user_id,
              .session = session_id,
              .address = visitor.address,
              .user_agent = visitor.user_agent});
}

}  // namespace

Task<Result<Session>> Operations::live_session(const OwnSession& caller) {
  auto session = co_await find_session(caller.id);
  if (!session || session->user_id != caller.user_id || session->revoked_at)
    co_return session_over();
  co_return *std::move(session);
}

Task<Result<Account>> Operations::account_of(const OwnSession& caller) {
  const auto session = co_await live_session(caller);
  if (!session) co_return std::unexpected(session.error());
  const auto found = co_await database_.query(store::account_by_id(caller.user_id));
  if (found.empty()) co_return session_over();
  co_return found.rows.front().as<Account>();
}

Task<Result<void>> Operations::check_session(OwnSession caller) {
  const auto own = co_await live_session(caller);
  if (!own) co_return std::unexpected(own.error());
  co_return Result<void>();
}

Task<Result<void>> Operations::change_password(OwnSession caller, PasswordChange change,
                                               Visitor visitor) {
  auto result = co_await try_to_change_password(caller, std::move(change), visitor);
  audit("password_changed", visitor, caller.user_id, error_of(result));
  co_return result;
}

Task<Result<Operations::Proven>> Operations::prove_own(const Account& account, std::string password,
                                                       const Visitor& visitor) {
  auto proven = co_await prove(
      account,
      {.email = account.email, .former_email = account.email, .password = std::move(password)},
      visitor);
  if (!proven && proven.error().kind != ErrorKind::throttled) co_return wrong_password();
  co_return proven;
}

Task<Result<Account>> Operations::prove_owner(const OwnSession& caller, std::string password,
                                              const Visitor& visitor) {
  auto account = co_await account_of(caller);
  if (!account) co_return account;
  const auto proven = co_await prove_own(*account, std::move(password), visitor);
  if (!proven) co_return std::unexpected(proven.error());
  co_await runtime::commit(database_, {.contends_for = proven->counted,
                                       .write = store::clear_failures(proven->counted)});
  co_return account;
}

Task<Result<void>> Operations::try_to_change_password(const OwnSession& caller,
                                                      PasswordChange change,
                                                      const Visitor& visitor) {
  const auto account = co_await account_of(caller);
  if (!account) co_return std::unexpected(account.error());
  const auto wait =
      password_changes_.take(limits::Caller::user(account->id), platform_.clock.steady_now());
  if (wait.count() > 0) co_return too_many_attempts(wait);
  const auto proven = co_await prove_own(*account, std::move(change.password), visitor);
  if (!proven) co_return std::unexpected(proven.error());
  const std::string hash = co_await passwords_.hash(std::move(change.new_password));
  const Timestamp now = platform_.clock.now();
  const bus::Event event = data_.events().make(password_changed(*account, now));
  const bool is_changed = co_await runtime::commit(
      data_, {.contends_for = account->email,
              .write = store::set_password(account->id, account->password_hash, hash, event.id),
              .also = {store::revoke_sessions_before_password(account->id, caller.id, hash, now),
                       store::use_tokens_after(account->id, event.id, now),
                       store::clear_failures(proven->counted)},
              .event = event,
              .entity_id = account->id});
  // Another change was faster: what was proven is not the password any more.
  if (!is_changed) co_return wrong_password();
  co_return Result<void>();
}

Task<Result<std::vector<Session>>> Operations::list_sessions(OwnSession caller) {
  const auto own = co_await live_session(caller);
  if (!own) co_return std::unexpected(own.error());
  const Timestamp now = platform_.clock.now();
  const auto found = co_await database_.query(store::live_sessions(
      caller.user_id,
      {.rotated_at = now - refresh_idle_max, .created_at = now - session_life_max}));
  std::vector<Session> live;
  for (const db::Row& row : found.rows) live.push_back(row.as<Session>());
  co_return live;
}

Task<Result<void>> Operations::end_session(OwnSession caller, std::string id, Visitor visitor) {
  const auto own = co_await live_session(caller);
  if (!own) co_return std::unexpected(own.error());
  const bool is_ended = co_await runtime::commit(
      database_, {.contends_for = id,
                  .write = store::revoke_session_of(caller.user_id, id, platform_.clock.now())});
  if (!is_ended) {
    co_return refuse(ErrorKind::not_found, slugs::session_not_found, "There is no such session.");
  }
  audit_ended(caller.user_id, id, visitor);
  co_return Result<void>();
}

Task<Result<void>> Operations::end_other_sessions(OwnSession caller, Visitor visitor) {
  const auto own = co_await live_session(caller);
  if (!own) co_return std::unexpected(own.error());
  db::Transaction transaction{.contends_for = caller.user_id, .statements = {}};
  transaction.statements.push_back(
      store::revoke_other_sessions(caller.user_id, caller.id, platform_.clock.now()));
  const auto results = co_await database_.commit(std::move(transaction));
  for (const db::Row& row : results.front().rows) {
    audit_ended(caller.user_id, row.text("id"), visitor);
  }
  co_return Result<void>();
}

}  // namespace ticketing::auth
