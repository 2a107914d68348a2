// Who is an operator, as the command line says.
#include "auth/operations.hpp"
#include "auth/store.hpp"

namespace ticketing::auth {
namespace {

// Only ticketing-admin sees it.
constexpr CodeKind no_such_user{"no_such_user"};

}  // namespace

Task<Result<Account>> Operations::set_operator(Address address, bool is_operator) {
  const auto found =
      co_await database_.query(store::account_by_email(address.email, address.former_email));
  if (found.empty()) {
    co_return refuse(ErrorKind::not_found, no_such_user, "No account has this address.");
  }
  const auto account = found.rows.front().as<Account>();
  // Who registered it may be another than the person who has this mailbox.
  if (is_operator && !account.verified_at) {
    co_return refuse(ErrorKind::invalid, slugs::email_not_verified,
                     "The owner of the account has not confirmed its address. Have them ask for a "
                     "link on the page of their account, and use the link.");
  }
  const std::string& id = account.id;
  db::Transaction transaction{.contends_for = id, .statements = {}};
  transaction.statements.push_back(is_operator ? store::grant_operator(id, platform_.clock.now())
                                               : store::revoke_operator(id));
  co_await database_.commit(std::move(transaction));
  const auto changed = co_await database_.query(store::account_by_id(id));
  co_return changed.rows.at(0).as<Account>();
}

}  // namespace ticketing::auth
