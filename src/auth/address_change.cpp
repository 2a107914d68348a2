// Another address for an account: asked for with its password, and shown to be the owner's by a
// link that is mailed there.
#include "auth/operations.hpp"
#include "auth/outcomes.hpp"
#include "auth/store.hpp"
#include "common/base/digest.hpp"

namespace ticketing::auth {

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
  const Account taken =
      co_await find_account({.email = change.email, .former_email = change.email, .password = ""});
  if (!taken.id.empty()) co_return email_in_use();
  Link link = make_link(*account, Purpose::change, std::move(change.email));
  co_return co_await mail_counted(std::move(link), *account, visitor);
}

Task<Result<void>> Operations::change_address(const std::string& token, std::string& user_id) {
  const auto found =
      co_await database_.query(store::token_by_hash(sha256_hex(token), Purpose::change));
  if (found.empty()) co_return link_over();
  const OneTimeToken known = found.rows.front().as<OneTimeToken>();
  user_id = known.user_id;
  const Timestamp now = platform_.clock.now();
  const auto versions = co_await database_.query(store::version_of_account(known.user_id));
  const auto accounts = co_await database_.query(store::account_by_id(known.user_id));
  if (!is_good(known, now) || versions.empty() || accounts.empty()) co_return link_over();
  const auto version = versions.rows.front().integer("version");
  const Account account = accounts.rows.front().as<Account>();
  const std::string& email = known.email.value();
  const bus::Event event =
      data_.events().make(contracts::AddressChanged{.id = account.id,
                                                    .version = version + 1,
                                                    .email = email,
                                                    .former_email = account.email,
                                                    .changed_at = now});
  // Other links of the account end, too: some are in mails to the former address.
  const bool is_changed = co_await runtime::commit(
      data_, {.contends_for = email,
              .write = store::change_address(
                  {.user_id = account.id, .email = email, .token_id = known.id, .version = version},
                  event.id, now),
              .also = {store::use_tokens_after(account.id, event.id, now)},
              .event = event,
              .entity_id = account.id});
  if (is_changed) co_return Result<void>();
  const Account taken =
      co_await find_account({.email = email, .former_email = email, .password = ""});
  if (taken.id.empty() || taken.id == account.id) co_return link_over();
  co_return email_in_use();
}

}  // namespace ticketing::auth
