#include "auth/operator/api.hpp"

#include "auth/roles_json.hpp"
#include "common/json/reader.hpp"
#include "contracts/roles.hpp"

namespace ticketing::auth::operator_ {
namespace {

Task<Result<http::Response>> set_role(Operations& operations, const http::Request& request,
                                      bool is_granted) {
  auto reader = json::Reader::parse(request.body);
  if (!reader) co_return std::unexpected(reader.error());
  const std::string text = reader->text("email");
  const bool has_email = !reader->error();
  const auto email = normalize_email(text), former = former_email(text);
  if (has_email && !email && !former) reader->fault("email", fault_of_email(text));
  reader->one_of("role", {contracts::operator_role});
  if (auto error = reader->error()) co_return std::unexpected(*std::move(error));
  const auto account = co_await operations.set_operator(
      {.email = email ? *email : *former, .former_email = former ? *former : *email}, is_granted);
  if (!account) co_return std::unexpected(account.error());
  json::Writer writer;
  writer.begin_object().field("id", account->id);
  write_roles(writer, roles_of(*account)).end_object();
  co_return http::json_response(200, writer.take());
}

// The audit log names no address: the account's id is in the answer.
void name_user(runtime::OperatorGuard::Act& act, const http::Response& response) {
  auto reader = json::Reader::parse(response.body);
  if (reader) act.subject = reader->text("id");
}

}  // namespace

http::Routes routes(Operations& operations, const runtime::OperatorGuard& guard) {
  if (!guard.admits_any()) return {};
  const auto guarded = [&](const char* event, bool is_granted) {
    return guard.guard(
        [event](const http::Request&) { return runtime::OperatorGuard::Act{.event = event}; },
        [&operations, is_granted](const http::Request& request) {
          return set_role(operations, request, is_granted);
        },
        name_user);
  };
  return {{"POST", "/operator/users/grant", guarded("operator.grant_role", true)},
          {"POST", "/operator/users/revoke", guarded("operator.revoke_role", false)}};
}

}  // namespace ticketing::auth::operator_
