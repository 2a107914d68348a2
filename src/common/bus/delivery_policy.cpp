#include "common/bus/delivery_policy.hpp"

#include "common/base/assert.hpp"
#include "common/base/exceptions.hpp"

namespace ticketing::bus {

using Kind = DeliveryEnd::Kind;

Task<DeliveryEnd> deliver_once(const Handler& handler, const Event& event) {
  try {
    const Verdict verdict = co_await handler(event);
    co_return DeliveryEnd{.kind = verdict == Verdict::done ? Kind::done : Kind::early};
  } catch (const PermanentFailure& error) {
    co_return DeliveryEnd{.kind = Kind::permanent,
                          .reason = std::string("permanent failure: ") + error.what()};
  } catch (const Unavailable& error) {
    co_return DeliveryEnd{.kind = Kind::unavailable, .reason = error.what()};
  } catch (const OutcomeUnknown& error) {
    co_return DeliveryEnd{.kind = Kind::unavailable, .reason = error.what()};
  } catch (const std::exception& error) {
    co_return DeliveryEnd{.kind = Kind::failed, .reason = std::string("failed: ") + error.what()};
  }
}

NextDelivery DeliveryHistory::next(const DeliveryPolicy& policy, const DeliveryEnd& end,
                                   SteadyTime now) {
  TICKETING_ASSERT(end.kind != Kind::done);
  NextDelivery next{.pause = policy.not_stored};
  switch (end.kind) {
    case Kind::early:
      if (!first_early_) first_early_ = now;
      if (now - *first_early_ >= policy.early_total) next.given_up = "no predecessor came";
      next.pause = policy.early.after(++early_);
      break;
    case Kind::failed:
      if (++failures_ >= policy.failures_max) next.given_up = end.reason;
      next.pause = policy.failed.after(failures_);
      break;
    case Kind::unavailable: next.pause = policy.unavailable.after(++outages_); break;
    case Kind::permanent:
    case Kind::done: next.given_up = end.reason; break;
  }
  if (next.given_up) next.pause = policy.not_stored;
  return next;
}

void count(DeliveryCounts& counts, const DeliveryEnd& end, const NextDelivery* next) {
  switch (end.kind) {
    case Kind::done: ++counts.delivered; break;
    case Kind::early: ++counts.retry_later; break;
    case Kind::failed:
    case Kind::unavailable:
      if (next != nullptr && !next->given_up) ++counts.retried;
      break;
    case Kind::permanent: break;
  }
}

}  // namespace ticketing::bus
