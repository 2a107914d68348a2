// The end of an account: asked for with its password, and done by a link that is mailed to its
// address. So a session that was left open does not end it.
#include "auth/operations.hpp"
#include "auth/outcomes.hpp"
#include "auth/store.hpp"

namespace ticketing::auth {

Task<Result<void>> Operations::request_erasure(OwnSession caller, std::string password,
                                               Visitor visitor) {
  auto result = co_await try_to_request_erasure(caller, std::move(password), visitor);
  audit("erasure_requested", visitor, caller.user_id, error_of(result));
  co_return result;
}

Task<Result<void>> Operations::try_to_request_erasure(const OwnSession& caller,
                                                      std::string password,
                                                      const Visitor& visitor) {
  const auto account = co_await prove_owner(caller, std::move(password), visitor);
  if (!account) co_return std::unexpected(account.error());
  // A change of the address after this ends the link that is made here.
  const Timestamp now = platform_.clock.now();
  const auto restoring = co_await database_.query(store::restoring_token_of(caller.user_id, now));
  if (!restoring.empty())
    co_return address_changed_lately(restoring.rows.front().time("expires_at"), now);
  const auto wait = wait_for_verification(visitor);
  if (wait.count() > 0) co_return too_many_attempts(wait);
  co_return co_await mail_counted(make_link(*account, Purpose::erase), *account, visitor);
}

Task<Result<std::string>> Operations::erase_account(std::string token, Visitor visitor) {
  std::string user_id;
  const auto erased = co_await try_to_erase(token, user_id);
  audit("account_erased", visitor, user_id, error_of(erased));
  if (!erased) co_return std::unexpected(erased.error());
  co_return user_id;
}

Task<Result<void>> Operations::try_to_erase(const std::string& token, std::string& user_id) {
  const auto link = co_await find_link(token, Purpose::erase, user_id);
  if (!link) co_return std::unexpected(link.error());
  const auto& [known, account] = *link;
  const Timestamp now = platform_.clock.now();
  const bus::Event event = data_.events().make(
      contracts::UserErased{.id = user_id, .version = account.version + 1, .erased_at = now});
  // What changes the account meanwhile ends its links.
  const bool is_erased = co_await runtime::commit(
      data_,
      {.contends_for = account.email,
       .locks = {store::lock_account(user_id)},
       .write = store::erase_account(
           {.user_id = user_id, .token_id = known.id, .version = account.version}, event.id, now),
       .also = {store::delete_account(user_id, event.id),
                store::delete_sessions_of(user_id, event.id),
                store::delete_tokens_of(user_id, event.id),
                erased_outbox_.forget_with("\"" + user_id + "\"", event, user_id)},
       .event = event,
       .entity_id = user_id,
       .outbox = &erased_outbox_});
  if (!is_erased) co_return link_over();
  co_return Result<void>();
}

}  // namespace ticketing::auth
