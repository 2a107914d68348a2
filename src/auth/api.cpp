#include "auth/api.hpp"

#include <fmt/format.h>

#include "auth/device.hpp"
#include "auth/roles_json.hpp"
#include "auth/session_json.hpp"
#include "common/json/reader.hpp"
#include "common/json/writer.hpp"
#include "contracts/codes.hpp"

namespace ticketing::auth {
namespace {

std::string cookie(const identity::Identity& identity, const std::string& name,
                   const std::string& value, std::chrono::seconds life) {
  return fmt::format("{}={}; Path=/; Max-Age={}; HttpOnly; SameSite=Lax{}", name, value,
                     life.count(), identity.secure_cookies() ? "; Secure" : "");
}

std::string device_cookie_name(const identity::Identity& identity) {
  return identity.secure_cookies() ? "__Host-device" : "device";
}

Visitor visitor_of(const http::Request& request, const identity::Identity& identity) {
  const auto device = request.cookie(device_cookie_name(identity));
  return {.address = request.remote_address,
          .device_cookie = std::string(device.value_or("")),
          .user_agent = std::string(request.headers.find("user-agent").value_or(""))};
}

void set_session_cookie(http::Response& response, const Api& api, const std::string& access_token) {
  response.headers.add("Set-Cookie", cookie(api.identity, api.identity.session_cookie(),
                                            access_token, api.operations.access_token_life()));
}

void set_cookies(http::Response& response, const Api& api, const SignedIn& who) {
  const identity::Identity& identity = api.identity;
  set_session_cookie(response, api, who.access_token);
  response.headers.add("Set-Cookie", cookie(identity, identity.refresh_cookie(), who.refresh_token,
                                            refresh_idle_max));
  if (who.device_cookie.empty()) return;
  response.headers.add("Set-Cookie", cookie(identity, device_cookie_name(identity),
                                            who.device_cookie, device_cookie_life));
}

void clear_cookies(http::Response& response, const identity::Identity& identity) {
  using std::chrono::seconds;
  response.headers.add("Set-Cookie", cookie(identity, identity.session_cookie(), "", seconds{0}));
  response.headers.add("Set-Cookie", cookie(identity, identity.refresh_cookie(), "", seconds{0}));
}

// Of SignedIn, or of a caller.
std::string user_json(const auto& who) {
  json::Writer writer;
  writer.begin_object()
      .field("id", who.user_id)
      .field("email", who.email)
      .field("emailVerified", who.email_verified);
  write_roles(writer, who.roles).end_object();
  return writer.take();
}

http::Response signed_in_response(int status, const Api& api, const SignedIn& who) {
  http::Response response = http::json_response(status, user_json(who));
  set_cookies(response, api, who);
  return response;
}

Task<Result<http::Response>> sign_up(const Api& api, const http::Request& request) {
  auto reader = json::Reader::parse(request.body);
  if (!reader) co_return std::unexpected(reader.error());
  const std::string email_text = reader->text("email");
  const bool has_email = !reader->error();
  const std::string password = reader->text("password");
  const bool has_password = !reader->error() || (!has_email && reader->error()->fields.size() == 1);
  const auto email = normalize_email(email_text);
  if (has_email && !email) reader->fault("email", fault_of_email(email_text));
  if (has_password) {
    if (const auto fault = fault_of_password(password, api.password_rules))
      reader->fault("password", *fault);
  }
  if (auto error = reader->error()) co_return std::unexpected(*std::move(error));
  const auto who =
      co_await api.operations.sign_up({.email = *email,
                                       .former_email = former_email(email_text).value_or(*email),
                                       .password = password},
                                      visitor_of(request, api.identity));
  if (!who) co_return std::unexpected(who.error());
  co_return signed_in_response(201, api, *who);
}

Task<Result<http::Response>> sign_in(const Api& api, const http::Request& request) {
  auto reader = json::Reader::parse(request.body);
  if (!reader) co_return std::unexpected(reader.error());
  const std::string email_text = reader->text("email");
  const std::string password = reader->text("password");
  if (auto error = reader->error()) co_return std::unexpected(*std::move(error));
  const auto email = normalize_email(email_text), former = former_email(email_text);
  if (!email && !former) co_return refuse(invalid_field("email", fault_of_email(email_text)));
  if (password.empty())
    co_return refuse(invalid_field("password", {codes::empty(), "must not be empty"}));
  const auto who = co_await api.operations.sign_in({.email = email ? *email : *former,
                                                    .former_email = former ? *former : *email,
                                                    .password = password},
                                                   visitor_of(request, api.identity));
  if (!who) co_return std::unexpected(who.error());
  co_return signed_in_response(200, api, *who);
}

Task<Result<http::Response>> refresh(const Api& api, const http::Request& request) {
  const auto token = request.cookie(api.identity.refresh_cookie());
  if (!token)
    co_return refuse(ErrorKind::unauthenticated, slugs::session_over,
                     "The session is over. Sign in again.");
  const auto who =
      co_await api.operations.refresh(std::string(*token), visitor_of(request, api.identity));
  if (!who) co_return std::unexpected(who.error());
  co_return signed_in_response(200, api, *who);
}

Task<Result<http::Response>> sign_out(const Api& api, const http::Request& request) {
  std::optional<std::string> session_id;
  if (const auto token = request.cookie(api.identity.refresh_cookie())) {
    session_id = api.operations.session_of(std::string(*token));
  }
  if (!session_id) {
    if (const auto caller = api.identity.caller_of(request)) session_id = caller->session_id;
  }
  if (session_id) {
    co_await api.operations.sign_out(*session_id, visitor_of(request, api.identity));
  }
  http::Response response = http::json_response(200, "{}");
  clear_cookies(response, api.identity);
  co_return response;
}

Task<Result<http::Response>> current_user(const Api& api, const http::Request& request) {
  const auto caller = api.identity.caller_of(request);
  json::Writer writer;
  writer.begin_object().key("currentUser");
  if (caller) {
    writer.raw(user_json(*caller));
  } else {
    writer.null();
  }
  writer.end_object();
  co_return http::json_response(200, writer.take());
}

// The same answer whether there is such an account or not.
Task<Result<http::Response>> request_reset(const Api& api, const http::Request& request) {
  auto reader = json::Reader::parse(request.body);
  if (!reader) co_return std::unexpected(reader.error());
  const std::string text = reader->text("email");
  if (auto error = reader->error()) co_return std::unexpected(*std::move(error));
  const auto email = normalize_email(text), former = former_email(text);
  if (!email && !former) co_return refuse(invalid_field("email", fault_of_email(text)));
  const auto asked = co_await api.operations.request_reset(
      {.email = email ? *email : *former, .former_email = former ? *former : *email},
      visitor_of(request, api.identity));
  if (!asked) co_return std::unexpected(asked.error());
  co_return http::json_response(202, "{}");
}

// By a mailed link, whose kind `act` is for.
using ByLink = Task<Result<void>> (Operations::*)(std::string token, std::string new_password,
                                                  Visitor visitor);
Task<Result<http::Response>> set_password(const Api& api, const http::Request& request,
                                          ByLink act) {
  auto reader = json::Reader::parse(request.body);
  if (!reader) co_return std::unexpected(reader.error());
  std::string token = reader->text("token");
  const std::size_t faults = reader->error() ? reader->error()->fields.size() : 0;
  std::string password = reader->text("password");
  if (!reader->error() || reader->error()->fields.size() == faults) {
    if (const auto fault = fault_of_password(password, api.password_rules))
      reader->fault("password", *fault);
  }
  if (auto error = reader->error()) co_return std::unexpected(*std::move(error));
  const auto done = co_await (api.operations.*act)(std::move(token), std::move(password),
                                                   visitor_of(request, api.identity));
  if (!done) co_return std::unexpected(done.error());
  http::Response response = http::json_response(200, "{}");
  clear_cookies(response, api.identity);
  co_return response;
}

OwnSession own_session(const http::Caller& caller) {
  return {
      .user_id = caller.user_id, .id = caller.session_id, .token_ends_at = caller.session_ends_at};
}

// `token`: a new access token for the browser that asks, or nothing.
http::Response with_token(http::Response response, const Api& api,
                          const std::optional<std::string>& token) {
  if (token) set_session_cookie(response, api, *token);
  return response;
}

Task<Result<http::Response>> request_verification(const Api& api, const http::Request& request,
                                                  const http::Caller& caller) {
  const auto asked = co_await api.operations.request_verification(
      own_session(caller), visitor_of(request, api.identity));
  if (!asked) co_return std::unexpected(asked.error());
  co_return with_token(http::json_response(202, "{}"), api, *asked);
}

// Not for its owner's session alone: the mail may be opened in a browser without one.
Task<Result<http::Response>> verify_address(const Api& api, const http::Request& request) {
  auto reader = json::Reader::parse(request.body);
  if (!reader) co_return std::unexpected(reader.error());
  std::string token = reader->text("token");
  if (auto error = reader->error()) co_return std::unexpected(*std::move(error));
  std::optional<OwnSession> own;
  if (const auto caller = api.identity.caller_of(request)) own = own_session(*caller);
  const auto verified = co_await api.operations.verify(std::move(token), std::move(own),
                                                       visitor_of(request, api.identity));
  if (!verified) co_return std::unexpected(verified.error());
  co_return with_token(http::json_response(200, "{}"), api, *verified);
}

// Which the owner of an account shows to know before something of it changes.
std::string read_present_password(json::Reader& reader) {
  std::string password = reader.text("password");
  if (!reader.error() && password.empty())
    reader.fault("password", {codes::empty(), "must not be empty"});
  return password;
}

Task<Result<http::Response>> change_password(const Api& api, const http::Request& request,
                                             const http::Caller& caller) {
  auto reader = json::Reader::parse(request.body);
  if (!reader) co_return std::unexpected(reader.error());
  std::string password = read_present_password(*reader);
  const std::size_t faults = reader->error() ? reader->error()->fields.size() : 0;
  std::string new_password = reader->text("newPassword");
  if (!reader->error() || reader->error()->fields.size() == faults) {
    if (const auto fault = fault_of_password(new_password, api.password_rules))
      reader->fault("newPassword", *fault);
  }
  if (auto error = reader->error()) co_return std::unexpected(*std::move(error));
  const auto changed = co_await api.operations.change_password(
      own_session(caller),
      {.password = std::move(password), .new_password = std::move(new_password)},
      visitor_of(request, api.identity));
  if (!changed) co_return std::unexpected(changed.error());
  co_return http::Response{.status = 204};
}

Task<Result<http::Response>> request_address_change(const Api& api, const http::Request& request,
                                                    const http::Caller& caller) {
  auto reader = json::Reader::parse(request.body);
  if (!reader) co_return std::unexpected(reader.error());
  std::string password = read_present_password(*reader);
  const std::size_t faults = reader->error() ? reader->error()->fields.size() : 0;
  const std::string text = reader->text("email");
  const auto email = normalize_email(text);
  const bool has_text = !reader->error() || reader->error()->fields.size() == faults;
  if (has_text && !email) reader->fault("email", fault_of_email(text));
  if (auto error = reader->error()) co_return std::unexpected(*std::move(error));
  const auto asked = co_await api.operations.request_address_change(
      own_session(caller), {.password = std::move(password), .email = *email},
      visitor_of(request, api.identity));
  if (!asked) co_return std::unexpected(asked.error());
  co_return http::json_response(202, "{}");
}

Task<Result<http::Response>> request_erasure(const Api& api, const http::Request& request,
                                             const http::Caller& caller) {
  auto reader = json::Reader::parse(request.body);
  if (!reader) co_return std::unexpected(reader.error());
  std::string password = read_present_password(*reader);
  if (auto error = reader->error()) co_return std::unexpected(*std::move(error));
  const auto asked = co_await api.operations.request_erasure(
      own_session(caller), std::move(password), visitor_of(request, api.identity));
  if (!asked) co_return std::unexpected(asked.error());
  co_return http::json_response(202, "{}");
}

// Not for its owner's session alone, as verify_address().
Task<Result<http::Response>> erase_account(const Api& api, const http::Request& request) {
  auto reader = json::Reader::parse(request.body);
  if (!reader) co_return std::unexpected(reader.error());
  std::string token = reader->text("token");
  if (auto error = reader->error()) co_return std::unexpected(*std::move(error));
  const auto erased =
      co_await api.operations.erase_account(std::move(token), visitor_of(request, api.identity));
  if (!erased) co_return std::unexpected(erased.error());
  http::Response response = http::json_response(200, "{}");
  // The browser may be another user's.
  const auto caller = api.identity.caller_of(request);
  if (caller && caller->user_id == *erased) clear_cookies(response, api.identity);
  co_return response;
}

Task<Result<http::Response>> list_sessions(const Api& api, const http::Caller& caller) {
  const auto live = co_await api.operations.list_sessions(own_session(caller));
  if (!live) co_return std::unexpected(live.error());
  co_return http::json_response(200, to_json(*live, caller.session_id));
}

Task<Result<http::Response>> end_session(const Api& api, const http::Request& request,
                                         const http::Caller& caller) {
  const std::string& id = request.path_param("id");
  const auto ended = co_await api.operations.end_session(own_session(caller), id,
                                                         visitor_of(request, api.identity));
  if (!ended) co_return std::unexpected(ended.error());
  http::Response response{.status = 204};
  if (id == caller.session_id) clear_cookies(response, api.identity);
  co_return response;
}

Task<Result<http::Response>> end_other_sessions(const Api& api, const http::Request& request,
                                                const http::Caller& caller) {
  const auto ended = co_await api.operations.end_other_sessions(own_session(caller),
                                                                visitor_of(request, api.identity));
  if (!ended) co_return std::unexpected(ended.error());
  co_return http::Response{.status = 204};
}

Task<Result<http::Response>> take_along(const Api& api, const http::Request& request,
                                        const http::Caller& caller) {
  const auto live = co_await api.operations.check_session(own_session(caller));
  if (!live) co_return std::unexpected(live.error());
  co_return co_await api.kept.page(request, caller);
}

Task<Result<http::Response>> jwks(const Api& api) {
  http::Response response = http::json_response(200, identity::to_jwks(api.public_keys));
  response.headers.set("Cache-Control", "public, max-age=300");
  co_return response;
}

}  // namespace

http::Routes routes(const Api& api) {
  using Request = http::Request;
  return {
      {"POST", "/api/users/signup",
       [&api](const Request& request) { return sign_up(api, request); }},
      {"POST", "/api/users/signin",
       [&api](const Request& request) { return sign_in(api, request); }},
      {"POST", "/api/users/signout",
       [&api](const Request& request) { return sign_out(api, request); }},
      {"POST", "/api/users/refresh",
       [&api](const Request& request) { return refresh(api, request); }},
      {"GET", "/api/users/currentuser",
       [&api](const Request& request) { return current_user(api, request); }},
      {"GET", "/api/users/currentUser",
       [&api](const Request& request) { return current_user(api, request); }},
      {"POST", "/api/users/forgot",
       [&api](const Request& request) { return request_reset(api, request); }},
      {"POST", "/api/users/reset",
       [&api](const Request& request) {
         return set_password(api, request, &Operations::reset_password);
       }},
      {"POST", "/api/users/restore",
       [&api](const Request& request) {
         return set_password(api, request, &Operations::restore_address);
       }},
      {"POST", "/api/users/verification",
       api.identity.signed_in([&api](const Request& request, const http::Caller& caller) {
         return request_verification(api, request, caller);
       })},
      {"POST", "/api/users/verify",
       [&api](const Request& request) { return verify_address(api, request); }},
      {"PUT", "/api/users/password",
       api.identity.signed_in([&api](const Request& request, const http::Caller& caller) {
         return change_password(api, request, caller);
       })},
      {"PUT", "/api/users/email",
       api.identity.signed_in([&api](const Request& request, const http::Caller& caller) {
         return request_address_change(api, request, caller);
       })},
      {"DELETE", "/api/users/me",
       api.identity.signed_in([&api](const Request& request, const http::Caller& caller) {
         return request_erasure(api, request, caller);
       })},
      {"POST", "/api/users/erase",
       [&api](const Request& request) { return erase_account(api, request); }},
      {"GET", "/api/users/sessions",
       api.identity.signed_in([&api](const Request&, const http::Caller& caller) {
         return list_sessions(api, caller);
       })},
      {"DELETE", "/api/users/sessions",
       api.identity.signed_in([&api](const Request& request, const http::Caller& caller) {
         return end_other_sessions(api, request, caller);
       })},
      {"DELETE", "/api/users/sessions/:id",
       api.identity.signed_in([&api](const Request& request, const http::Caller& caller) {
         return end_session(api, request, caller);
       })},
      {"GET", "/api/users/export",
       api.identity.signed_in([&api](const Request& request, const http::Caller& caller) {
         return take_along(api, request, caller);
       })},
      {"GET", "/.well-known/jwks.json", [&api](const Request&) { return jwks(api); }},
  };
}

}  // namespace ticketing::auth
