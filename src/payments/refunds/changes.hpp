// The changes that a refund goes through, each as one transaction: the amount is reserved on the
// payment and delivery is asked for the ticket, then the amount is either given back or released.
#pragma once

#include <optional>
#include <string>

#include "common/db/idempotency_keys.hpp"
#include "common/runtime/change.hpp"
#include "payments/refunds/refund.hpp"

namespace ticketing::payments::refunds {

// Stores the refund and reserves its amount, with `event`, which asks for the ticket. Loses the
// race when the payment changed, when `key` is taken, or when the gateway's refund is stored
// already.
runtime::Change reserve(const Payment& payment, const Refund& refund,
                        const std::optional<db::IdempotencyKey>& key, bus::Event event);

// Asks for the ticket once more, with `event`, and again at `refund.retry_at`. Loses the race when
// the payment changed or the refund is not `asked` any more.
runtime::Change ask_again(const Payment& payment, const Refund& refund, bus::Event event);

// Ends a refund that has succeeded, with `event`.
runtime::Change complete(const Payment& payment, const Refund& refund, bus::Event event);

// Ends a refund that has failed and was `before`: its amount can be refunded again. `change_id` is
// new.
runtime::Change release(const Payment& payment, const Refund& refund, RefundStatus before,
                        const std::string& change_id);

}  // namespace ticketing::payments::refunds
