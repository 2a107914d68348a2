// What can be done with accounts and sessions.
#pragma once

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "auth/account.hpp"
#include "auth/one_time_token.hpp"
#include "auth/passwords.hpp"
#include "auth/session.hpp"
#include "common/async/group.hpp"
#include "common/base/sealed_text.hpp"
#include "common/limits/rate_limit.hpp"
#include "common/limits/repeats.hpp"
#include "common/runtime/change.hpp"
#include "common/runtime/platform.hpp"
#include "common/runtime/turns.hpp"

namespace ticketing::auth {

// The client of an attempt to sign in or up.
struct Visitor {
  std::string address;
  std::string device_cookie;  // as the browser sent it, or empty
  std::string user_agent;
};

struct AttemptLimits {
  std::int64_t failed_sign_ins_a_minute = 20;  // of an address
  std::int64_t sign_ups_a_minute = 60;         // of an address
  std::int64_t resets_an_hour = 20;            // asked for, of an address
  std::int64_t verifications_an_hour = 60;     // mailed, of an address
};

// A person who is signed in, with the values of the cookies.
struct SignedIn {
  std::string user_id;
  std::string email;
  bool email_verified = false;
  std::vector<std::string> roles = {};
  std::string access_token;
  std::string refresh_token;
  std::string device_cookie{};  // after signing in or up
};

// The session that a request came with, from its access token. Auth alone can see whether it has
// ended since.
struct OwnSession {
  std::string user_id;
  std::string id;
  Timestamp token_ends_at = {};  // the access token
};

// Of an account, in both forms.
struct Address {
  std::string email;         // normalize_email()
  std::string former_email;  // former_email()
};

struct PasswordChange {
  std::string password;      // the present one
  std::string new_password;  // as fault_of_password() accepts it
};

struct AddressChange {
  std::string password;  // the present one
  std::string email;     // normalize_email()
};

// Signing in, up and out, new passwords, ends of sessions and the reuse of a refresh token are
// written to the audit log.
class Operations {
 public:
  // `mail_key`: of MAIL_KEY, 32 bytes.
  Operations(runtime::Platform& platform, runtime::OwnedData& data, const identity::SigningKey& key,
             PasswordHashing& passwords, const std::string& mail_key, const AttemptLimits& limits,
             const SessionRules& session_rules = {});

  // Both throw Overloaded when too many passwords are waiting.
  // Has a link mailed where addresses must be verified. Refuses with `email_in_use`,
  // `too_many_attempts`.
  Task<Result<SignedIn>> sign_up(Credentials credentials, Visitor visitor);
  // Refuses with `invalid_credentials`, `too_many_attempts`.
  Task<Result<SignedIn>> sign_in(Credentials credentials, Visitor visitor);
  // Refuses with `session_over`, `too_many_attempts`.
  Task<Result<SignedIn>> refresh(std::string refresh_token, Visitor visitor);
  // Ends the session; nothing happens when there is none.
  Task<> sign_out(std::string session_id, Visitor visitor);
  // All four refuse with `session_over` when the caller's own session has ended, although its
  // access token is still good.
  // Replaces the password and ends all other sessions and all mailed links. Refuses with
  // `wrong_password`, `too_many_attempts`; throws Overloaded as above.
  Task<Result<void>> change_password(OwnSession caller, PasswordChange change, Visitor visitor);
  // Has a link mailed to another address, by which it becomes the account's: verify() takes it. The
  // present address is told. Refuses with `session_over`, `wrong_password`, `email_in_use`,
  // `too_many_attempts`; throws Overloaded as above.
  Task<Result<void>> request_address_change(OwnSession caller, AddressChange change,
                                            Visitor visitor);
  // Whether the caller's session goes on. Refuses with `session_over`.
  Task<Result<void>> check_session(OwnSession caller);
  // The caller's sessions that are not over, the one used last first.
  Task<Result<std::vector<Session>>> list_sessions(OwnSession caller);
  // Ends one session of the caller. Refuses with `session_not_found`.
  Task<Result<void>> end_session(OwnSession caller, std::string id, Visitor visitor);
  // Ends all sessions of the caller but the one that asks.
  Task<Result<void>> end_other_sessions(OwnSession caller, Visitor visitor);
  // Has a link for a new password mailed to the address, if it has an account. Says neither by its
  // result nor by its time whether it has one. Refuses with `too_many_attempts`; throws
  // Unavailable.
  Task<Result<void>> request_reset(Address address, Visitor visitor);
  // Replaces the password and ends all sessions. Refuses with `link_over`; throws Overloaded as
  // above.
  Task<Result<void>> reset_password(std::string token, std::string new_password, Visitor visitor);
  // Has a link mailed to the address of the account, unless the address is verified. Gives a new
  // access token where the caller's says otherwise than the account. Refuses with `session_over`,
  // `too_many_attempts`.
  Task<Result<std::optional<std::string>>> request_verification(OwnSession caller, Visitor visitor);
  // The address is verified by the token of a mailed link, after it has become the account's if
  // that is what the link is for: then all other sessions end, and the former address gets a link
  // that undoes it. Gives a new access token where the caller has a session of this account.
  // Refuses with `link_over`, `email_in_use`.
  Task<Result<std::optional<std::string>>> verify(std::string token,
                                                  std::optional<OwnSession> caller,
                                                  Visitor visitor);
  // Has a link mailed to the address of the account that deletes it: erase_account() takes it.
  // Refuses with `session_over`, `wrong_password`, `too_many_attempts`; throws Overloaded as above.
  Task<Result<void>> request_erasure(OwnSession caller, std::string password, Visitor visitor);
  // Deletes the account with all that auth has of it; other services follow. The address is free.
  // Gives the user's id. Refuses with `link_over`.
  Task<Result<std::string>> erase_account(std::string token, Visitor visitor);
  // Gives an account its former address back, with a new password, because who changed the address
  // knew the one before. Ends all sessions and all links but those that restore an address from
  // before. Refuses with `link_over`, `email_in_use`; throws Overloaded as above.
  Task<Result<void>> restore_address(std::string token, std::string new_password, Visitor visitor);
  // Makes the account of the address an operator's, or a member's alone. Access tokens say so from
  // the next one on. Refuses with `no_such_user`.
  Task<Result<Account>> set_operator(Address address, bool is_operator);
  // The session that a refresh token belongs to, or nothing.
  std::optional<std::string> session_of(const std::string& refresh_token) const {
    return tokens().session_of(refresh_token);
  }

  std::chrono::seconds access_token_life() const { return session_rules_.access_token_life; }

  // Reads the token key, or makes one, and computes the e-mail keys of accounts from before there
  // were any. Until it has ended once, nothing else works: all of it throws Unavailable.
  Task<> prepare();
  bool is_prepared() const { return is_prepared_; }
  // Resumes when nothing goes on any more that requests have begun.
  Task<> stop();
  // Deletes sessions that are over and failures that are old.
  Task<> clean_up();

 private:
  Task<> read_token_key();
  Task<> set_email_keys();
  const RefreshTokens& tokens() const;
  const TokenKey& token_key() const;
  std::string access_token(const Account& account, const std::string& session_id,
                           Timestamp ends_at) const;
  SignedIn signed_in(const Account& account, const std::string& session_id,
                     std::string refresh_token);
  struct NewSession {
    Session session;
    std::string token;
  };
  NewSession new_session(const Account& account, const Visitor& visitor);
  SignedIn signed_in(const Account& account, const NewSession& made, const Visitor& visitor,
                     const std::string& device_id);
  Task<Result<SignedIn>> try_to_sign_up(Credentials credentials, const Visitor& visitor);
  // A password that was right. The turn ends once the outcome is stored.
  struct Proven {
    runtime::Turns::Turn turn;
    std::string counted;  // what a failure would have been counted for
    std::optional<std::string> device_id;
  };
  // Refuses with `invalid_credentials`, `too_many_attempts`.
  Task<Result<Proven>> prove(const Account& account, Credentials credentials,
                             const Visitor& visitor);
  Task<Result<void>> try_to_change_password(const OwnSession& caller, PasswordChange change,
                                            const Visitor& visitor);
  // What a mailed link needs: the row of its token, and the event that has it mailed.
  struct Link {
    OneTimeToken token;
    bus::Event event;
  };
  struct NewToken {
    OneTimeToken row;
    std::string secret;
  };
  NewToken make_token(const Account& account, Purpose purpose, std::optional<std::string> email);
  Link make_link(const Account& account, Purpose purpose,
                 std::optional<std::string> new_email = std::nullopt);
  bus::Event event_of(const Account& account, const OneTimeToken& token, std::string sealed) const;
  // False when the account had `count_max` links of this kind in the last hour.
  Task<bool> mail_link(const Account& account, Purpose purpose, std::int64_t count_max);
  Task<bool> mail(Link link, const Account& account, std::int64_t count_max);
  // A link that wait_for_verification() has counted. Refuses with `too_many_attempts`.
  Task<Result<void>> mail_counted(Link link, const Account& account, const Visitor& visitor);
  struct GoodLink {
    OneTimeToken token;
    Account account;
  };
  // `user_id`: set as soon as it is known. Refuses with `link_over`.
  Task<Result<GoodLink>> find_link(const std::string& token, Purpose purpose, std::string& user_id);
  // The account is open without it: its owner can ask for another link.
  Task<> try_to_mail_verification(const Account& account, const Visitor& visitor);
  // Counts one.
  std::chrono::seconds wait_for_verification(const Visitor& visitor);
  // Until the account may have one link of this kind more.
  Task<std::chrono::seconds> wait_for_link(const std::string& user_id, Purpose purpose);
  Task<> mail_reset(const Address& address);
  Task<> try_to_mail_reset(Address address, std::shared_ptr<std::exception_ptr> failure);
  // `user_id`: set as soon as it is known.
  Task<Result<void>> try_to_reset(const std::string& token, std::string new_password,
                                  const Visitor& visitor, std::string& user_id);
  // `user_id`: set as soon as it is known.
  Task<Result<void>> try_to_verify(const std::string& token,
                                   const std::optional<OwnSession>& caller, std::string& user_id);
  Task<Result<void>> change_address(const std::string& token,
                                    const std::optional<OwnSession>& caller, std::string& user_id);
  Task<Result<void>> try_to_restore(const std::string& token, std::string new_password,
                                    const Visitor& visitor, std::string& user_id);
  // For the former address, and noted in the news of the change; nothing where its owner is not
  // known.
  std::optional<OneTimeToken> make_restoring_token(const Account& account,
                                                   contracts::AddressChanged& changed);
  // As find_link(); refuses with `email_in_use`, too.
  Task<Result<GoodLink>> find_restoring_link(const std::string& token, std::string& user_id);
  runtime::Change restore(const GoodLink& link, const std::string& password_hash);
  // By another account, which has the address or may get it back.
  Task<bool> is_taken(const std::string& email, const std::string& user_id);
  Task<Result<void>> try_to_request_address_change(const OwnSession& caller, AddressChange change,
                                                   const Visitor& visitor);
  // Of an account whose owner has a session. Refuses with `wrong_password`, `too_many_attempts`.
  Task<Result<Proven>> prove_own(const Account& account, std::string password,
                                 const Visitor& visitor);
  // The account of the caller, who gave its password. Refuses with `session_over` and as above.
  Task<Result<Account>> prove_owner(const OwnSession& caller, std::string password,
                                    const Visitor& visitor);
  Task<Result<void>> try_to_request_erasure(const OwnSession& caller, std::string password,
                                            const Visitor& visitor);
  // `user_id`: set as soon as it is known.
  Task<Result<void>> try_to_erase(const std::string& token, std::string& user_id);
  // In place of the caller's, with what the account is now. Ends when that one does: a token does
  // not live longer by this.
  std::optional<std::string> renewed_token(const Account& account, const OwnSession& caller) const;
  // The caller's own session. Refuses with `session_over`.
  Task<Result<Session>> live_session(const OwnSession& caller);
  // The account of the caller, whose session has not ended. Refuses with `session_over`.
  Task<Result<Account>> account_of(const OwnSession& caller);
  // `account`: set as soon as it is known.
  Task<Result<SignedIn>> try_to_sign_in(Credentials credentials, const Visitor& visitor,
                                        Account& account);
  // Counts one.
  bool may_tell_of_device(const Account& account, const Visitor& visitor);
  // Adds to the start of a session that the account's owner is told of a new browser.
  void tell_of_device(const Account& account, const Session& session, runtime::Change& start) const;
  // `refused`: null when it succeeded.
  void audit(std::string_view event, const Visitor& visitor, const std::string& user_id,
             const Error* refused);
  // What happened to a session.
  struct AuditedEnd {
    std::string_view outcome;
    std::string_view reason = {};
  };
  static void audit(std::string_view event, const AuditedEnd& end, const Session& session,
                    const Visitor& visitor);
  struct Refreshed {
    Session session;
    bool is_reused = false;  // the token is an old one: the session is revoked
  };
  Result<runtime::Decision<Refreshed>> decide(const std::optional<Session>& session,
                                              const std::string& refresh_token) const;
  Task<std::optional<Session>> find_session(const std::string& id);
  Task<Account> find_account(const Credentials& credentials);
  Task<Result<std::int64_t>> failures_so_far(const std::string& counted);
  Task<Result<void>> count_failure(const std::string& counted);
  Task<Result<void>> count_attempt(const std::string& counted, const limits::Caller* address);
  // Ends the sessions of the account that are too many.
  Task<> make_room(const Account& account, const Visitor& visitor);

  runtime::Platform& platform_;
  runtime::OwnedData& data_;
  db::Database& database_;
  const bus::Outbox token_outbox_{"auth", "one_time_tokens"};
  const bus::Outbox erased_outbox_{"auth", "erased_users"};
  const TextSeal mail_seal_;
  const SessionRules session_rules_;
  const identity::SigningKey& key_;
  std::optional<TokenKey> token_key_;
  std::optional<RefreshTokens> tokens_;
  PasswordHashing& passwords_;
  runtime::Turns turns_;  // each covers an attempt: counting, hashing, the commit of its result
  TaskGroup mailing_;     // links for new passwords that are not in the database yet
  limits::RateLimit failed_sign_ins_;
  limits::RateLimit sign_ups_;
  limits::RateLimit renewals_;
  limits::RateLimit resets_;
  limits::RateLimit verifications_;
  limits::RateLimit device_mails_of_address_;
  limits::RateLimit device_mails_of_user_;
  limits::RateLimit password_changes_;
  limits::Repeats throttled_{std::chrono::seconds{10}};  // for the audit log
  bool is_prepared_ = false;
};

}  // namespace ticketing::auth
