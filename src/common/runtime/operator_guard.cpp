#include "common/runtime/operator_guard.hpp"

#include "common/base/digest.hpp"
#include "common/base/log.hpp"

namespace ticketing::runtime {
namespace {

// No route that the API's description lists answers it.
constexpr CodeKind not_an_operator{"not_an_operator"};
constexpr int http_error = 400;

// The operator's name comes from ticketing-admin; the token is the same for all of them.
void audit(const http::Request& request, const OperatorGuard::Act& act, std::string_view outcome,
           std::int64_t count = 1) {
  log::audit({.event = act.event,
              .outcome = outcome,
              .reason = act.reason,
              .subject = act.subject,
              .amount = act.amount,
              .by_operator = request.headers.find("X-Operator").value_or(""),
              .address = request.remote_address,
              .user_agent = request.headers.find("User-Agent").value_or(""),
              .count = count});
}

}  // namespace

OperatorGuard::OperatorGuard(std::string token, const Clock& clock)
    : token_(std::move(token)), clock_(clock) {}

http::Endpoint OperatorGuard::guard(Name name, http::Handler handle, Complete complete) const {
  return http::Handler([this, name = std::move(name), handle = std::move(handle),
                        complete = std::move(complete)](const http::Request& request) {
    return admit(request, name, handle, complete);
  });
}

Task<Result<http::Response>> OperatorGuard::admit(const http::Request& request, const Name& name,
                                                  const http::Handler& handle,
                                                  const Complete& complete) const {
  Act act = name(request);
  const std::string_view given = request.headers.find("Authorization").value_or("");
  if (!admits_any() || !equals_in_constant_time(given, "Bearer " + token_)) {
    act.reason = not_an_operator.name();
    const std::int64_t count =
        refused_.count(limits::Caller::address(request.remote_address), clock_.steady_now());
    if (count > 0) audit(request, act, "refused", count);
    co_return refuse(ErrorKind::unauthenticated, not_an_operator,
                     "This needs the operator's token.");
  }
  auto result = co_await handle(request);
  const bool has_succeeded = result && result->status < http_error;
  if (!result) {
    act.reason = result.error().slug.name();
  } else if (complete) {
    complete(act, *result);
  }
  if (act.is_told || !has_succeeded) {
    audit(request, act, has_succeeded ? "succeeded" : "refused");
  }
  co_return result;
}

}  // namespace ticketing::runtime
