// Another address for an account: asked for with its password, and shown to be the owner's by a
// link that is mailed there. The former address gets one that undoes it.
#include "auth/operations.hpp"
#include "auth/outcomes.hpp"
#include "auth/store.hpp"

namespace ticketing::auth {
namespace {

contracts::AddressChanged address_changed(const Account& account, std::string email,
                                          Timestamp now) {
  return {.id = account.id,
          .version = account.version + 1,
          .email = std::move(email),
          .former_email = account.email,
          .changed_at = now};
}

}  // namespace

Task<Result<void>> Operations::request_address_change(OwnSession caller, AddressChange change,
                                                      Visitor visitor) {
  auto result = co_await try_to_request_address_change(caller, std::move(change), visitor);
  audit("address_change_requested", visitor, caller.user_id, error_of(result));
  co_return result;
}

Task<Result<void>> Operations::try_to_request_address_change(const OwnSession& caller,
                                                             AddressChange change,
                                                             const Visitor& visitor) {
  const auto account = co_await prove_owner(caller, std::move(change.password), visitor);
  if (!account) co_return std::unexpected(account.error());
  // First, because the refusal says who has an account.
  const auto wait = wait_for_verification(visitor);
  if (wait.count() > 0) co_return too_many_attempts(wait);
  if (change.email == account->email || co_await is_taken(change.email, account->id))
    co_return email_in_use();
  Link link = make_link(*account, Purpose::change, std::move(change.email));
  co_return co_await mail_counted(std::move(link), *account, visitor);
}

Task<bool> Operations::is_taken(const std::string& email, const std::string& user_id) {
  const auto found =
      co_await database_.query(store::taken_address(email, user_id, platform_.clock.now()));
  co_return !found.empty();
}

std::optional<OneTimeToken> Operations::make_restoring_token(const Account& account,
                                                             contracts::AddressChanged& changed) {
  // Where addresses have to be verified, one that was not may be a stranger's by mistake.
  if (!account.verified_at && platform_.identity.requires_verified_addresses()) return std::nullopt;
  // In the form in which others would ask for it.
  auto [token, secret] =
      make_token(account, Purpose::restore, normalize_email(account.email).value_or(account.email));
  token.account_version = changed.version;
  changed.sealed_token = mail_seal_.seal(secret, account.id, platform_.random);
  changed.expires_at = token.expires_at;
  return std::move(token);
}

Task<Result<void>> Operations::change_address(const std::string& token,
                                              const std::optional<OwnSession>& caller,
                                              std::string& user_id) {
  const auto link = co_await find_link(token, Purpose::change, user_id);
  if (!link) co_return std::unexpected(link.error());
  const Account& account = link->account;
  const std::string& email = link->token.email.value();
  const Timestamp now = platform_.clock.now();
  contracts::AddressChanged changed = address_changed(account, email, now);
  auto restoring = make_restoring_token(account, changed);
  const bus::Event event = data_.events().make(changed);
  const std::string kept = caller && caller->user_id == account.id ? caller->id : "";
  // Other links of the account end, too: some are in mails to the former address.
  runtime::Change change{.contends_for = email,
                         .write = store::change_by_token({.user_id = account.id,
                                                          .version = account.version,
                                                          .token_id = link->token.id,
                                                          .email = email},
                                                         event.id, now),
                         .also = {store::revoke_sessions_after(account.id, event.id, kept, now),
                                  store::use_tokens_after(account.id, event.id, now)},
                         .event = event,
                         .entity_id = account.id};
  if (restoring) {
    restoring->last_event_id = event.id;
    change.also.push_back(store::insert_token_after(*restoring));
  }
  if (co_await runtime::commit(data_, std::move(change))) co_return Result<void>();
  if (co_await is_taken(email, account.id)) co_return email_in_use();
  co_return link_over();
}

Task<Result<void>> Operations::restore_address(std::string token, std::string new_password,
                                               Visitor visitor) {
  std::string user_id;
  try {
    auto result = co_await try_to_restore(token, std::move(new_password), visitor, user_id);
    audit("address_restored", visitor, user_id, error_of(result));
    co_return result;
  } catch (const runtime::ChangedTooOften&) {
    // Another change was faster each time: a thief's, of which the audit log has to tell.
    const Error too_often{.kind = ErrorKind::unavailable, .slug = slugs::unavailable};
    audit("address_restored", visitor, user_id, &too_often);
    throw;
  }
}

Task<Result<void>> Operations::try_to_restore(const std::string& token, std::string new_password,
                                              const Visitor& visitor, std::string& user_id) {
  if (const auto link = co_await find_link(token, Purpose::restore, user_id); !link)
    co_return std::unexpected(link.error());
  const runtime::Turns::Turn turn = co_await turns_.take(limits::Caller::address(visitor.address));
  const std::string hash = co_await passwords_.hash(std::move(new_password));
  // A thief who changes the account again and again does not keep its owner from it.
  const auto restored = co_await runtime::change(
      data_, [&] { return find_restoring_link(token, user_id); },
      [&](const Result<GoodLink>& link) -> Result<runtime::Decision<bool>> {
        if (!link) return std::unexpected(link.error());
        return runtime::changed(true, restore(*link, hash));
      });
  if (!restored) co_return std::unexpected(restored.error());
  co_return Result<void>();
}

Task<Result<Operations::GoodLink>> Operations::find_restoring_link(const std::string& token,
                                                                   std::string& user_id) {
  auto link = co_await find_link(token, Purpose::restore, user_id);
  if (link && co_await is_taken(link->token.email.value(), link->account.id))
    co_return email_in_use();
  co_return link;
}

runtime::Change Operations::restore(const GoodLink& link, const std::string& password_hash) {
  const auto& [known, account] = link;
  const Timestamp now = platform_.clock.now();
  const std::string& email = known.email.value();
  const bus::Event event = data_.events().make(address_changed(account, email, now));
  // The links that restore an address of a thief end. One from before this one is its owner's.
  return {.contends_for = email,
          .write = store::change_by_token({.user_id = account.id,
                                           .version = account.version,
                                           .token_id = known.id,
                                           .email = email,
                                           .password_hash = password_hash},
                                          event.id, now),
          .also = {store::revoke_sessions_after(account.id, event.id, "", now),
                   store::use_tokens_after(account.id, event.id, now),
                   store::use_restoring_tokens_after(account.id, event.id,
                                                     known.account_version.value(), now)},
          .event = event,
          .entity_id = account.id};
}

}  // namespace ticketing::auth
