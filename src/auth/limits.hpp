// What one caller, and all callers together, may try of accounts: the rows of docs/limits.md.
#pragma once

#include "common/limits/limit.hpp"

namespace ticketing::auth {

// Attempts with a wrong password, of an address; those that succeed do not count.
inline constexpr limits::Limit failed_sign_ins{
    .resource = "failed sign-ins",
    .per_address = {.standard = 20, .setting = "SIGN_INS_A_MINUTE", .unit = "a minute"},
    .answer = "429 `too_many_attempts`"};
inline constexpr limits::Limit failed_sign_ins_in_a_row{
    .resource = "failed sign-ins to one account in a row",
    .per_address = {.standard = 5, .unit = "before pauses, 1 s doubling to 15 min"},
    .answer = "429 `too_many_attempts`"};
inline constexpr limits::Limit sign_ups{
    .resource = "sign-ups",
    .per_address = {.standard = 60, .setting = "SIGN_UPS_A_MINUTE", .unit = "a minute"},
    .answer = "429 `too_many_attempts`"};
// Links for a new password. What the account has too many of is not mailed, and not said.
inline constexpr limits::Limit resets{
    .resource = "links for a new password",
    .per_address = {.standard = 20, .setting = "RESETS_AN_HOUR", .unit = "an hour"},
    .per_user = {.standard = 3, .unit = "an hour"},
    .answer = "429 `too_many_attempts`, of an account the same 202 without a mail"};
// Asked for by an account or mailed at its sign-up, for the address that it says is its own: one
// caller with many accounts must not send mails to strangers without end.
inline constexpr limits::Limit verifications{
    .resource = "links to verify or change an address, or to delete an account",
    .per_address = {.standard = 60, .setting = "VERIFICATIONS_AN_HOUR", .unit = "an hour"},
    .per_user = {.standard = 5, .unit = "an hour of each kind"},
    .answer = "429 `too_many_attempts`, at a sign-up an account without a mail"};
// An account may be opened with the address of a stranger, who must not be sent mails without end
// by signing in to it again and again.
inline constexpr limits::Limit device_mails{.resource = "mails about sign-ins from new devices",
                                            .per_address = {.standard = 60, .unit = "an hour"},
                                            .per_user = {.standard = 5, .unit = "an hour"},
                                            .answer = "signed in without a mail"};
// Tries to change a password, wrong ones, too. Each change is mailed, perhaps to a stranger, as
// above.
inline constexpr limits::Limit password_changes{.resource = "changes of a password",
                                                .per_user = {.standard = 10, .unit = "an hour"},
                                                .answer = "429 `too_many_attempts`"};
// A browser renews its session every 15 minutes, each of its tabs perhaps by itself.
inline constexpr limits::Limit renewals{
    .resource = "renewals of a session",
    .per_user = {.standard = 120, .unit = "a minute for each session"},
    .answer = "429 `too_many_attempts`"};
// The one that was used longest ago is signed out. Those that have ended go first.
inline constexpr limits::Limit sessions{.resource = "sessions",
                                        .per_user = {.standard = 100, .setting = "SESSIONS_MAX"},
                                        .answer = "the one used longest ago is signed out"};
inline constexpr limits::Limit hashing{
    .resource = "password hashes",
    .in_all = {.standard = 3, .unit = "s of waiting, addresses take turns"},
    .answer = "503 `unavailable`"};

limits::Limits account_limits();

}  // namespace ticketing::auth
