// Links in mails: a token of which auth keeps the SHA-256, and the event that has the link mailed.
#include <algorithm>

#include "auth/limits.hpp"
#include "auth/operations.hpp"
#include "auth/outcomes.hpp"
#include "auth/store.hpp"
#include "common/base/digest.hpp"
#include "contracts/auth_events.hpp"

namespace ticketing::auth {
namespace {

constexpr std::chrono::hours links_counted_for{1};

// Three events say the same of a link.
template <class Requested>
Requested requested(const Account& account, const OneTimeToken& token, std::string sealed) {
  return {.id = token.id,
          .user_id = account.id,
          .email = account.email,
          .sealed_token = std::move(sealed),
          .expires_at = token.expires_at};
}

}  // namespace

bus::Event Operations::event_of(const Account& account, const OneTimeToken& token,
                                std::string sealed) const {
  switch (token.purpose) {
    case Purpose::reset:
      return data_.events().make(
          requested<contracts::ResetRequested>(account, token, std::move(sealed)));
    case Purpose::verify:
      return data_.events().make(
          requested<contracts::VerificationRequested>(account, token, std::move(sealed)));
    case Purpose::erase:
      return data_.events().make(
          requested<contracts::ErasureRequested>(account, token, std::move(sealed)));
    case Purpose::change:
    case Purpose::restore: break;
  }
  return data_.events().make(contracts::AddressChangeRequested{.id = token.id,
                                                               .user_id = account.id,
                                                               .email = account.email,
                                                               .new_email = token.email.value(),
                                                               .sealed_token = std::move(sealed),
                                                               .expires_at = token.expires_at});
}

Operations::NewToken Operations::make_token(const Account& account, Purpose purpose,
                                            std::optional<std::string> email) {
  const Timestamp now = platform_.clock.now();
  std::string secret = make_one_time_token(platform_.random);
  OneTimeToken token{.id = platform_.ids.next(),
                     .last_event_id = "",
                     .user_id = account.id,
                     .purpose = purpose,
                     .token_hash = sha256_hex(secret),
                     .created_at = now,
                     .expires_at = now + life_of(purpose),
                     .used_at = std::nullopt,
                     .email = std::move(email),
                     .account_version = account.version};
  return {.row = std::move(token), .secret = std::move(secret)};
}

Operations::Link Operations::make_link(const Account& account, Purpose purpose,
                                       std::optional<std::string> new_email) {
  auto [token, secret] = make_token(account, purpose, std::move(new_email));
  std::string sealed = mail_seal_.seal(secret, token.id, platform_.random);
  bus::Event event = event_of(account, token, std::move(sealed));
  token.last_event_id = event.id;
  return {.token = std::move(token), .event = std::move(event)};
}

Task<bool> Operations::mail_link(const Account& account, Purpose purpose, std::int64_t count_max) {
  co_return co_await mail(make_link(account, purpose), account, count_max);
}

Task<bool> Operations::mail(Link link, const Account& account, std::int64_t count_max) {
  co_return co_await runtime::commit(
      data_, {.contends_for = account.email,
              .locks = {store::lock_account(account.id)},
              .write = store::insert_token(link.token, link.token.created_at - links_counted_for,
                                           count_max),
              .event = link.event,
              .entity_id = link.token.id,
              .outbox = &token_outbox_});
}

Task<Result<void>> Operations::mail_counted(Link link, const Account& account,
                                            const Visitor& visitor) {
  const Purpose purpose = link.token.purpose;
  if (co_await mail(std::move(link), account, verifications.per_user.standard))
    co_return Result<void>();
  verifications_.return_token(limits::Caller::address(visitor.address));
  co_return too_many_attempts(co_await wait_for_link(account.id, purpose));
}

Task<Result<Operations::GoodLink>> Operations::find_link(const std::string& token, Purpose purpose,
                                                         std::string& user_id) {
  const auto found = co_await database_.query(store::token_by_hash(sha256_hex(token), purpose));
  if (found.empty()) co_return link_over();
  GoodLink link{.token = found.rows.front().as<OneTimeToken>(), .account = {}};
  user_id = link.token.user_id;
  if (!is_good(link.token, platform_.clock.now())) co_return link_over();
  const auto accounts = co_await database_.query(store::account_by_id(link.token.user_id));
  if (accounts.empty()) co_return link_over();
  link.account = accounts.rows.front().as<Account>();
  if (is_ended_by_change(link.token, link.account)) co_return link_over();
  co_return link;
}

Task<std::chrono::seconds> Operations::wait_for_link(const std::string& user_id, Purpose purpose) {
  const Timestamp now = platform_.clock.now();
  const auto found =
      co_await database_.query(store::first_token_since(user_id, purpose, now - links_counted_for));
  const Timestamp counted_until =
      found.empty() ? now : found.rows.front().time("created_at") + links_counted_for;
  co_return std::max(std::chrono::seconds{1},
                     std::chrono::ceil<std::chrono::seconds>(counted_until - now));
}

}  // namespace ticketing::auth
