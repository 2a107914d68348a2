#include "payments/attempts/payment.hpp"

#include <algorithm>

#include "common/base/backoff.hpp"
#include "contracts/codes.hpp"

namespace ticketing::payments::attempts {
namespace {

constexpr Backoff retry_backoff{.shortest = Milliseconds{1'000}, .longest = Milliseconds{60'000}};

}  // namespace

Error cancelled_error(const OrderCopy& order) {
  if (order.reason == "expired") {
    return {.kind = ErrorKind::invalid,
            .slug = slugs::order_expired,
            .detail = "The order has expired."};
  }
  return {.kind = ErrorKind::invalid,
          .slug = slugs::order_cancelled,
          .detail = "The order was cancelled."};
}

Result<void> check_payable(const OrderCopy& order, const std::string& user_id, Timestamp now) {
  if (order.user_id != user_id) {
    return refuse(ErrorKind::unauthenticated, slugs::not_your_order,
                  "Only its buyer may pay for an order.");
  }
  if (order.status == OrderStatus::complete) {
    return refuse(ErrorKind::invalid, slugs::order_complete, "The order is paid already.");
  }
  if (order.status == OrderStatus::cancelled) return refuse(cancelled_error(order));
  if (now >= order.expires_at)
    return refuse(ErrorKind::invalid, slugs::order_expired, "The order has expired.");
  return {};
}

bool is_live(PaymentStatus status) {
  switch (status) {
    case PaymentStatus::authorizing:
    case PaymentStatus::requires_action:
    case PaymentStatus::authorized:
    case PaymentStatus::captured: return true;
    case PaymentStatus::declined:
    case PaymentStatus::voided:
    case PaymentStatus::failed: break;
  }
  return false;
}

Step next_step(const Payment& payment, OrderStatus order) {
  switch (payment.status) {
    // Also for an order that is over: only the gateway's answer shows whether there is money to
    // release.
    case PaymentStatus::authorizing: return Step::authorize;
    case PaymentStatus::requires_action:
      return order == OrderStatus::cancelled ? Step::release : Step::look_up;
    case PaymentStatus::authorized:
      if (order == OrderStatus::complete) return Step::capture;
      return order == OrderStatus::cancelled ? Step::release : Step::none;
    case PaymentStatus::captured:
    case PaymentStatus::declined:
    case PaymentStatus::voided:
    case PaymentStatus::failed: break;
  }
  return Step::none;
}

Finding compare(const Payment& payment, const Intent& intent) {
  switch (payment.status) {
    case PaymentStatus::authorizing:
    case PaymentStatus::requires_action: {
      const bool waits = payment.status == PaymentStatus::requires_action;
      switch (intent.status) {
        case IntentStatus::held:
        case IntentStatus::taken: return Finding::authorized;
        case IntentStatus::requires_action: return waits ? Finding::none : Finding::requires_action;
        case IntentStatus::declined: return waits ? Finding::unconfirmed : Finding::declined;
        case IntentStatus::released: return Finding::declined;
        case IntentStatus::processing: return Finding::none;
      }
      break;
    }
    case PaymentStatus::declined:
    case PaymentStatus::voided:
    case PaymentStatus::failed:
      if (intent.status == IntentStatus::held || intent.status == IntentStatus::requires_action)
        return Finding::release;
      if (intent.status == IntentStatus::taken && intent.refunded < intent.captured)
        return Finding::stray_charge;
      break;
    // What follows a hold or a capture depends on the order, not on the gateway's record.
    case PaymentStatus::authorized:
    case PaymentStatus::captured: break;
  }
  return Finding::none;
}

Payment advance(const Payment& payment, PaymentStatus status, Timestamp now) {
  Payment after = payment;
  after.version = payment.version + 1;
  after.status = status;
  after.retry_at = now;
  if (status != PaymentStatus::requires_action) after.client_secret.reset();
  if (status == PaymentStatus::captured) after.captured_at = now;
  return after;
}

Payment postpone(const Payment& payment, Timestamp now) {
  Payment after = advance(payment, payment.status, now);
  after.retry_at = now + retry_backoff.for_age((now - payment.created_at) / 2);
  return after;
}

const Decline& decline_of(std::string_view code) {
  const auto found = std::ranges::find(declines, code, &Decline::reason);
  return found == declines.end() ? declines.front() : *found;
}

}  // namespace ticketing::payments::attempts
