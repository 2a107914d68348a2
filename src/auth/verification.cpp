// Whose the address of an account is: who uses a link that was mailed there reads its mails.
#include "auth/limits.hpp"
#include "auth/operations.hpp"
#include "auth/outcomes.hpp"
#include "auth/store.hpp"
#include "common/base/digest.hpp"
#include "common/base/log.hpp"

namespace ticketing::auth {

Task<Result<std::optional<std::string>>> Operations::request_verification(OwnSession caller,
                                                                          Visitor visitor) {
  const auto account = co_await account_of(caller);
  if (!account) co_return std::unexpected(account.error());
  // It was verified with another browser: this one only has to learn of it.
  if (account->verified_at) co_return renewed_token(*account, caller);
  const auto wait = wait_for_verification(visitor);
  if (wait.count() > 0) co_return too_many_attempts(wait);
  const auto mailed =
      co_await mail_counted(make_link(*account, Purpose::verify), *account, visitor);
  if (!mailed) co_return std::unexpected(mailed.error());
  co_return std::optional<std::string>();
}

std::chrono::seconds Operations::wait_for_verification(const Visitor& visitor) {
  return verifications_.take(limits::Caller::address(visitor.address),
                             platform_.clock.steady_now());
}

Task<> Operations::try_to_mail_verification(const Account& account, const Visitor& visitor) {
  if (wait_for_verification(visitor).count() > 0) co_return;  // the account page mails one later
  try {
    co_await mail_link(account, Purpose::verify, verifications.per_user.standard);
  } catch (const std::exception& error) {
    log::warn("a link to verify an address is not mailed", {{"reason", error.what()}});
  }
}

Task<Result<std::optional<std::string>>> Operations::verify(std::string token,
                                                            std::optional<OwnSession> caller,
                                                            Visitor visitor) {
  std::string user_id;
  const auto verified = co_await try_to_verify(token, caller, user_id);
  audit("address_verified", visitor, user_id, error_of(verified));
  if (!verified) co_return std::unexpected(verified.error());
  if (!caller || caller->user_id != user_id) co_return std::optional<std::string>();
  const auto account = co_await account_of(*caller);
  if (!account) co_return std::optional<std::string>();
  co_return renewed_token(*account, *caller);
}

Task<Result<void>> Operations::try_to_verify(const std::string& token,
                                             const std::optional<OwnSession>& caller,
                                             std::string& user_id) {
  const auto found =
      co_await database_.query(store::token_by_hash(sha256_hex(token), Purpose::verify));
  if (found.empty()) co_return co_await change_address(token, caller, user_id);
  const OneTimeToken known = found.rows.front().as<OneTimeToken>();
  user_id = known.user_id;
  const Timestamp now = platform_.clock.now();
  if (!is_good(known, now)) co_return link_over();
  // A link from before a change does no harm: another address is verified from the start.
  // No event: other services learn of it by the access tokens from now on.
  const bool is_used = co_await runtime::commit(
      database_, {.contends_for = known.user_id,
                  .write = store::use_token(known.id, now),
                  .also = {store::verify_address_by_token(known.user_id, known.id, now)}});
  if (!is_used) co_return link_over();
  co_return Result<void>();
}

std::optional<std::string> Operations::renewed_token(const Account& account,
                                                     const OwnSession& caller) const {
  return access_token(account, caller.id, caller.token_ends_at);
}

}  // namespace ticketing::auth
