// A forgotten password: a link by mail, and a new password for it.
#include "auth/limits.hpp"
#include "auth/operations.hpp"
#include "auth/outcomes.hpp"
#include "auth/store.hpp"
#include "common/base/exceptions.hpp"
#include "common/base/log.hpp"
#include "contracts/auth_events.hpp"

namespace ticketing::auth {
namespace {

// More than the database takes, so that who asks learns of its failure.
constexpr Milliseconds reset_answer_time{300};
constexpr std::size_t links_under_way_max = 100;

}  // namespace

Task<Result<void>> Operations::request_reset(Address address, Visitor visitor) {
  const auto wait =
      resets_.take(limits::Caller::address(visitor.address), platform_.clock.steady_now());
  if (wait.count() > 0) co_return too_many_attempts(wait);
  if (mailing_.running() >= links_under_way_max) throw Unavailable("too many links are mailed");
  // Only an account makes the database write, which takes time. So that goes on beside, and the
  // answer comes when a time is over that does not depend on it.
  const auto failure = std::make_shared<std::exception_ptr>();
  mailing_.spawn(try_to_mail_reset(std::move(address), failure));
  co_await platform_.timers.sleep_for(reset_answer_time);
  if (*failure) std::rethrow_exception(*failure);
  co_return Result<void>();
}

Task<> Operations::try_to_mail_reset(Address address, std::shared_ptr<std::exception_ptr> failure) {
  try {
    co_await mail_reset(address);
  } catch (const std::exception& error) {
    log::warn("a link for a new password is not mailed", {{"reason", error.what()}});
    *failure = std::current_exception();
  }
}

Task<> Operations::stop() { co_await mailing_.wait_below(1); }

Task<> Operations::mail_reset(const Address& address) {
  const auto found =
      co_await database_.query(store::account_by_email(address.email, address.former_email));
  if (found.empty()) co_return;
  co_await mail_link(found.rows.front().as<Account>(), Purpose::reset, resets.per_user.standard);
}

Task<Result<void>> Operations::reset_password(std::string token, std::string new_password,
                                              Visitor visitor) {
  std::string user_id;
  auto result = co_await try_to_reset(token, std::move(new_password), visitor, user_id);
  audit("password_reset", visitor, user_id, error_of(result));
  co_return result;
}

Task<Result<void>> Operations::try_to_reset(const std::string& token, std::string new_password,
                                            const Visitor& visitor, std::string& user_id) {
  const auto link = co_await find_link(token, Purpose::reset, user_id);
  if (!link) co_return std::unexpected(link.error());
  const Account& account = link->account;
  const runtime::Turns::Turn turn = co_await turns_.take(limits::Caller::address(visitor.address));
  std::string hash = co_await passwords_.hash(std::move(new_password));
  const Timestamp now = platform_.clock.now();
  const bus::Event event = data_.events().make(password_changed(account, now));
  const bool is_used = co_await runtime::commit(
      data_, {.contends_for = account.email,
              .write = store::change_by_token({.user_id = account.id,
                                               .version = account.version,
                                               .token_id = link->token.id,
                                               .password_hash = std::move(hash)},
                                              event.id, now),
              .also = {store::revoke_sessions_after(account.id, event.id, "", now),
                       store::use_tokens_after(account.id, event.id, now)},
              .event = event,
              .entity_id = account.id});
  if (!is_used) co_return link_over();
  co_return Result<void>();
}

}  // namespace ticketing::auth
