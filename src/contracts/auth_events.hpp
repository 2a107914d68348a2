// The events of the auth service: who has an account, and what a person has to be told of it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/clock.hpp"
#include "common/base/described.hpp"
#include "contracts/codec.hpp"

namespace ticketing::contracts {

// There is an account, with this address. A later version replaces an earlier one.
struct UserCreated {
  static constexpr std::string_view subject = "user.created";
  std::string id;
  std::int64_t version = 0;
  std::string email;
};
BOOST_DESCRIBE_STRUCT(UserCreated, (), (id, version, email))

// A new password was asked for: the owner of the address gets a link.
struct ResetRequested {
  static constexpr std::string_view subject = "user.reset_requested";
  // The new password is wanted now.
  static constexpr std::chrono::minutes link_life{30};
  std::string id;  // of the request
  std::string user_id;
  std::string email;
  // Sealed by MAIL_KEY in the context `id` (common/base/sealed_text.hpp): an event is kept for
  // days, and who reads one must not get an account by it.
  std::string sealed_token;
  Timestamp expires_at;
};
BOOST_DESCRIBE_STRUCT(ResetRequested, (), (id, user_id, email, sealed_token, expires_at))

// A link was asked for that shows whose an address is: its owner gets it.
struct VerificationRequested {
  static constexpr std::string_view subject = "user.verification_requested";
  // The mail may wait for its owner, or for a server that takes mails of strangers late (a day:
  // NIST SP 800-63A, "Confirmation codes").
  static constexpr std::chrono::hours link_life{24};
  std::string id;  // of the request
  std::string user_id;
  std::string email;
  std::string sealed_token;  // as of ResetRequested
  Timestamp expires_at;
};
BOOST_DESCRIBE_STRUCT(VerificationRequested, (), (id, user_id, email, sealed_token, expires_at))

// The owner of an account asked for another address of it. That address gets a link, by which it
// becomes the account's, and the present one is told.
struct AddressChangeRequested {
  static constexpr std::string_view subject = "user.address_change_requested";
  static constexpr std::chrono::minutes link_life{30};
  std::string id;  // of the request
  std::string user_id;
  std::string email;  // the present one
  std::string new_email;
  std::string sealed_token;  // as of ResetRequested
  Timestamp expires_at;
};
BOOST_DESCRIBE_STRUCT(AddressChangeRequested, (),
                      (id, user_id, email, new_email, sealed_token, expires_at))

// An account has another address, whose owner used the link. The former address gets a link that
// restores it, unless this is what has just happened.
struct AddressChanged {
  static constexpr std::string_view subject = "user.address_changed";
  // Who knows the password may have changed the address, and its owner may be away for a weekend.
  static constexpr std::chrono::hours link_life{72};
  std::string id;  // of the user
  std::int64_t version = 0;
  std::string email;
  std::string former_email;
  Timestamp changed_at;
  std::optional<std::string> sealed_token{};  // as of ResetRequested
  std::optional<Timestamp> expires_at{};
};
BOOST_DESCRIBE_STRUCT(AddressChanged, (),
                      (id, version, email, former_email, changed_at, sealed_token, expires_at))

// A browser is signed in to the account that was not before.
struct DeviceAdded {
  static constexpr std::string_view subject = "user.device_added";
  std::string user_id;
  std::string email;
  std::optional<std::string> device;  // "Firefox on Linux"
  Timestamp added_at;
};
BOOST_DESCRIBE_STRUCT(DeviceAdded, (), (user_id, email, device, added_at))

// An account has a new password.
struct PasswordChanged {
  static constexpr std::string_view subject = "user.password_changed";
  std::string user_id;
  std::string email;
  Timestamp changed_at;
};
BOOST_DESCRIBE_STRUCT(PasswordChanged, (), (user_id, email, changed_at))

// The owner of an account asked to delete it: its address gets a link that does.
struct ErasureRequested {
  static constexpr std::string_view subject = "user.erasure_requested";
  static constexpr std::chrono::minutes link_life{30};
  std::string id;  // of the request
  std::string user_id;
  std::string email;
  std::string sealed_token;  // as of ResetRequested
  Timestamp expires_at;
};
BOOST_DESCRIBE_STRUCT(ErasureRequested, (), (id, user_id, email, sealed_token, expires_at))

// An account is deleted. Without its address: what is to be forgotten is told to no service.
struct UserErased {
  static constexpr std::string_view subject = "user.erased";
  std::string id;  // of the user
  std::int64_t version = 0;
  Timestamp erased_at;
};
BOOST_DESCRIBE_STRUCT(UserErased, (), (id, version, erased_at))

}  // namespace ticketing::contracts
