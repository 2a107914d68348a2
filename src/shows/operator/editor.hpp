// A user with the role of an operator may change every show, as ticketing-admin may.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/http/router.hpp"

namespace ticketing::shows::operator_ {

// For operations that ask who changes a show: nothing for an operator.
std::optional<std::string> editor_of(const http::Caller& caller);
// Tells the audit log what an operator did to the show of the path; nothing of what others did.
// `refused`: null when it succeeded.
void audit(const http::Request& request, const http::Caller& caller, std::string_view event,
           const Error* refused);

}  // namespace ticketing::shows::operator_
