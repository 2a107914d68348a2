// Refusals as problem details (RFC 9457) that also carry `errors: [{code, params,
// message, field?}]`.
#pragma once

#include <exception>

#include "common/base/error.hpp"
#include "common/http/message.hpp"

namespace ticketing::http {

int status_of(ErrorKind kind);
// The answer to an exception: Unavailable and OutcomeUnknown have slugs of their own, anything
// else is `internal_error` without details.
Error error_of(const std::exception_ptr& failure);
// Names the request that it answers: the current one.
Response problem_response(const Error& error);

}  // namespace ticketing::http
