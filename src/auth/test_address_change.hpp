// An account whose address is changed: how it is asked for, and the links in the mails. Part of no
// library.
#pragma once

#include <string>
#include <vector>

#include "auth/test_auth.hpp"
#include "contracts/auth_events.hpp"

namespace ticketing::auth {

using contracts::AddressChangeRequested;

class AddressChangeTest : public AuthTest {
 protected:
  std::string ask(const SignedIn& who, const std::string& email = "new@example.com",
                  const std::string& password = "secret") {
    return refusal_of(run(operations_.request_address_change(
        own_session(who), {.password = password, .email = email}, visitor())));
  }
  std::vector<AddressChangeRequested> requests() {
    std::vector<AddressChangeRequested> all;
    for (const bus::Event& event : events("user.address_change_requested"))
      all.push_back(contracts::decode<AddressChangeRequested>(event.payload).value());
    return all;
  }
  std::string last_token() {
    const auto last = requests().back();
    return TextSeal(mail_key_).open(last.sealed_token, last.id).value();
  }
  std::string use(const std::string& token,
                  const std::optional<OwnSession>& caller = std::nullopt) {
    return refusal_of(run(operations_.verify(token, caller, visitor())));
  }
  std::string refusal_of_sign_in(const std::string& email) {
    return refusal_of(sign_in("secret", "", email));
  }
};

}  // namespace ticketing::auth
