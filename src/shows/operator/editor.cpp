#include "shows/operator/editor.hpp"

#include "common/base/log.hpp"
#include "contracts/roles.hpp"

namespace ticketing::shows::operator_ {

std::optional<std::string> editor_of(const http::Caller& caller) {
  if (caller.has_role(contracts::operator_role)) return std::nullopt;
  return caller.user_id;
}

void audit(const http::Request& request, const http::Caller& caller, std::string_view event,
           const Error* refused) {
  if (!caller.has_role(contracts::operator_role)) return;
  log::audit({.event = event,
              .outcome = refused == nullptr ? "succeeded" : "refused",
              .reason = refused == nullptr ? std::string_view() : refused->slug.name(),
              .user = caller.user_id,
              .session = caller.session_id,
              .subject = request.path_param("id"),
              .address = request.remote_address,
              .user_agent = request.headers.find("User-Agent").value_or("")});
}

}  // namespace ticketing::shows::operator_
