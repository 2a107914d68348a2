#include "common/runtime/limits.hpp"

namespace ticketing::runtime {
namespace {

constexpr limits::Limit idempotency_keys{
    .resource = "idempotency keys kept, in each service",
    .per_user = {.standard = 1'000, .setting = "IDEMPOTENCY_KEYS_MAX"},
    .answer = "429 `too_many_keys`; keys are kept for a day"};
constexpr limits::Limit fresh_waits{
    .resource = "requests that wait for something made a moment ago",
    .per_user = {.standard = 32},
    .in_all = {.standard = 500},
    .answer = "404, for a reference in a body 400, at once instead of after 3 s"};

constexpr limits::Limit kept_pages{.resource = "pages of what is kept of a user, in each service",
                                   .per_user = {.standard = 300, .unit = "a minute"},
                                   .answer = "429 `too_many_requests`"};

}  // namespace

ServiceLimits::ServiceLimits()
    : idempotency_keys(runtime::idempotency_keys.per_user.standard),
      fresh_waits({.per_user = runtime::fresh_waits.per_user.standard,
                   .in_all = runtime::fresh_waits.in_all.standard}),
      kept_pages(runtime::kept_pages.per_user.standard) {}

const limits::Limits& service_limits() {
  static const limits::Limits all{idempotency_keys, fresh_waits, kept_pages};
  return all;
}

ServiceLimits read_service_limits(Environment& environment) {
  ServiceLimits read_limits;
  read_limits.idempotency_keys = idempotency_keys.per_user.read(environment);
  return read_limits;
}

}  // namespace ticketing::runtime
