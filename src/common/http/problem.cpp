#include "common/http/problem.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/base/exceptions.hpp"
#include "common/base/text.hpp"
#include "common/base/trace_context.hpp"

namespace ticketing::http {
namespace {

void append_params(std::string& out, const Code& code) {
  out += '{';
  for (const Param& param : code.params()) {
    if (!out.ends_with('{')) out += ',';
    out += fmt::format(R"("{}":{})", param.name, param.json);
  }
  out += '}';
}

void append_entry(std::string& out, const FieldError& entry) {
  out += fmt::format(R"({{"code":"{}","params":)", entry.code.name());
  append_params(out, entry.code);
  out += R"(,"message":")";
  append_json_escaped(out, entry.message);
  out += '"';
  if (!entry.field.empty()) {
    out += R"(,"field":")";
    append_json_escaped(out, entry.field);
    out += '"';
  }
  // The value that would be right now stands under the field's own name, too ("price": 25).
  for (const Param& param : entry.code.params()) {
    if (param.name == entry.field) out += fmt::format(R"(,"{}":{})", param.name, param.json);
  }
  out += '}';
}

}  // namespace

int status_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid: return 400;
    case ErrorKind::unauthenticated: return 401;
    case ErrorKind::forbidden: return 403;
    case ErrorKind::not_found: return 404;
    case ErrorKind::method_not_allowed: return 405;
    case ErrorKind::timeout: return 408;
    case ErrorKind::conflict: return 409;
    case ErrorKind::payload_too_large: return 413;
    case ErrorKind::uri_too_long: return 414;
    case ErrorKind::unsupported_media: return 415;
    case ErrorKind::key_reused: return 422;
    case ErrorKind::throttled: return 429;
    case ErrorKind::headers_too_large: return 431;
    case ErrorKind::internal: return 500;
    case ErrorKind::unavailable: return 503;
  }
  return 500;
}

Error error_of(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const Unavailable& e) {
    return {.kind = ErrorKind::unavailable,
            .slug = slugs::unavailable,
            .detail = "Try again in a moment.",
            .fields = {},
            .retry_after = std::max(e.retry_after(), std::chrono::seconds{1})};
  } catch (const OutcomeUnknown&) {
    return {.kind = ErrorKind::unavailable,
            .slug = slugs::outcome_unknown,
            .detail =
                "It is not known whether this was done. Send it again with the same "
                "Idempotency-Key.",
            .fields = {},
            .retry_after = std::chrono::seconds{1}};
  } catch (...) {
    return {.kind = ErrorKind::internal,
            .slug = slugs::internal_error,
            .detail = "Something went wrong on our side.",
            .fields = {}};
  }
}

Response problem_response(const Error& error) {
  Response response{.status = status_of(error.kind), .headers = {}, .body = {}};
  response.headers.add("Content-Type", "application/problem+json");
  if (error.retry_after.count() > 0) {
    response.headers.add("Retry-After", fmt::format("{}", error.retry_after.count()));
  }
  std::string& out = response.body;
  out.reserve(256 + 2 * error.detail.size());
  out += R"({"type":"/problems/)";
  out += error.slug.name();
  out += fmt::format(R"(","title":"{}","status":{},"detail":")", reason_phrase(response.status),
                     response.status);
  append_json_escaped(out, error.detail);
  out += R"(","slug":")";
  out += error.slug.name();
  out += R"(","requestId":")";
  append_json_escaped(out, trace::current().request_id());
  out += R"(","errors":[)";
  if (error.fields.empty()) {
    append_entry(out, {.code = error.slug, .message = error.detail, .field = {}});
  }
  for (std::size_t i = 0; i < error.fields.size(); ++i) {
    if (i > 0) out += ',';
    append_entry(out, error.fields[i]);
  }
  out += "]}";
  return response;
}

}  // namespace ticketing::http
