// Refusals as problem details (RFC 9457) that also carry `errors: [{message, field?}]`.
#pragma once

#include "common/base/error.hpp"
#include "common/http/message.hpp"

namespace ticketing::http {

int status_of(ErrorKind kind);
Response problem_response(const Error& error, std::string_view request_id);

}  // namespace ticketing::http
