// A refusal: something the caller asked for that input or state does not allow.
// A failure of the environment (database away, time-out) is an exception (exceptions.hpp).
#pragma once

#include <chrono>
#include <expected>
#include <string>
#include <vector>

#include "common/base/codes.hpp"

namespace ticketing {

enum class ErrorKind {
  invalid,             // 400: input, or a state that refuses it
  unauthenticated,     // 401: no session, or owned by another user
  forbidden,           // 403: cross-site request, or an address that is not verified
  not_found,           // 404
  method_not_allowed,  // 405
  timeout,             // 408: the request did not arrive in time
  conflict,            // 409: what exists does not allow it
  payload_too_large,   // 413
  uri_too_long,        // 414
  unsupported_media,   // 415
  key_reused,          // 422: an Idempotency-Key with another body
  throttled,           // 429
  headers_too_large,   // 431
  internal,            // 500
  unavailable,         // 503
};

// What is wrong with a value. `message` follows the field's name: "must not be empty".
struct Fault {
  Code code;
  std::string message;
};

// One fault in the input; `field` is empty for a fault of the whole request.
struct FieldError {
  Code code;
  std::string message;  // "title must not be empty"
  std::string field;
};

struct Error {
  ErrorKind kind = ErrorKind::invalid;
  Code slug;           // one of common/base/codes.hpp and contracts/codes.hpp
  std::string detail;  // one sentence for a person
  std::vector<FieldError> fields;
  std::chrono::seconds retry_after{0};  // sent as Retry-After when positive
};

template <class T>
using Result = std::expected<T, Error>;

// A refusal that concerns one field of the input.
inline Error invalid_field(std::string field, Fault fault) {
  std::string message = field + " " + fault.message;
  Error error{.kind = ErrorKind::invalid, .slug = slugs::invalid_input, .detail = message};
  error.fields.push_back(
      {.code = std::move(fault.code), .message = std::move(message), .field = std::move(field)});
  return error;
}

inline std::unexpected<Error> refuse(Error error) { return std::unexpected(std::move(error)); }

inline std::unexpected<Error> refuse(ErrorKind kind, Code slug, std::string detail) {
  return std::unexpected(Error{.kind = kind, .slug = std::move(slug), .detail = std::move(detail)});
}

}  // namespace ticketing
