#include "payments/operator/operations.hpp"

#include "payments/attempts/store.hpp"

namespace ticketing::payments::operator_ {
namespace {

using attempts::Payment;
using attempts::PaymentStatus;

constexpr std::int64_t page_max = 500;

LedgerLine line_of(const Payment& payment) {
  const bool is_captured = payment.status == PaymentStatus::captured;
  return {.payment_id = payment.id,
          .stripe_id = payment.stripe_id.value_or(""),
          .status = std::string(name_of(payment.status)),
          .amount_cents = payment.amount.cents,
          .captured_cents = is_captured ? payment.amount.cents : 0,
          .refunded_cents = payment.refunded.cents};
}

LedgerLine line_of(const Intent& intent) {
  return {.payment_id = intent.payment_id,
          .stripe_id = intent.id,
          .status = std::string(name_of(intent.status)),
          .amount_cents = intent.amount.cents,
          .captured_cents = intent.captured.cents,
          .refunded_cents = intent.refunded.cents};
}

}  // namespace

Task<LedgerPage> Operations::list_ours(Period period, std::string cursor) {
  const auto found = co_await database_.query(
      attempts::store::payments_made(cursor, period.from, period.to, page_max));
  LedgerPage page;
  for (const db::Row& row : found.rows) {
    page.lines.push_back(line_of(row.as<attempts::Payment>()));
  }
  if (std::ssize(page.lines) == page_max) page.next = page.lines.back().payment_id;
  co_return page;
}

Task<LedgerPage> Operations::list_theirs(Period period, std::optional<std::string> cursor) {
  const IntentPageOutcome outcome = co_await gateway_.list(period.from, period.to, cursor);
  const auto* intents = std::get_if<IntentPage>(&outcome);
  if (intents == nullptr) throw Unavailable("the payment gateway is not available");
  LedgerPage page{.lines = {}, .next = intents->next};
  for (const Intent& intent : intents->intents) page.lines.push_back(line_of(intent));
  co_return page;
}

}  // namespace ticketing::payments::operator_
