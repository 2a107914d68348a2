// A refusal: something the caller asked for that input or state does not allow.
// Not for a broken world (database away, time-out), which travels as an exception (exceptions.hpp).
#pragma once

#include <chrono>
#include <expected>
#include <string>
#include <vector>

namespace ticketing {

enum class ErrorKind {
  invalid,             // 400: input, or a state that refuses it
  unauthenticated,     // 401: no session, or somebody else's property
  forbidden,           // 403: cross-site request
  not_found,           // 404
  method_not_allowed,  // 405
  timeout,             // 408: the request did not arrive in time
  payload_too_large,   // 413
  uri_too_long,        // 414
  unsupported_media,   // 415
  key_reused,          // 422: an Idempotency-Key with another body
  throttled,           // 429
  headers_too_large,   // 431
  internal,            // 500
  unavailable,         // 503
};

// One fault in the input; `field` is empty when the request as a whole is at fault.
struct FieldError {
  std::string message;
  std::string field;
  // The value that would be right now, as JSON, where there is one: the answer has it under the
  // field's own name ("price": 25).
  std::string current{};
};

struct Error {
  ErrorKind kind = ErrorKind::invalid;
  std::string slug;    // stable, machine-readable: "topic_reserved"
  std::string detail;  // one sentence for a person
  std::vector<FieldError> fields;
  std::chrono::seconds retry_after{0};  // sent as Retry-After when positive
};

template <class T>
using Result = std::expected<T, Error>;

// A refusal that concerns one field of the input.
inline Error invalid_field(std::string field, std::string message) {
  Error error{.kind = ErrorKind::invalid, .slug = "invalid_input", .detail = message};
  error.fields.push_back({.message = std::move(message), .field = std::move(field)});
  return error;
}

inline std::unexpected<Error> refuse(Error error) { return std::unexpected(std::move(error)); }

inline std::unexpected<Error> refuse(ErrorKind kind, std::string slug, std::string detail) {
  return std::unexpected(Error{.kind = kind, .slug = std::move(slug), .detail = std::move(detail)});
}

}  // namespace ticketing
