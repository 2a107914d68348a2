// The changes that a refund goes through, each as one transaction: the amount is reserved on the
// payment, then either given back or released.
#pragma once

#include <optional>
#include <string>

#include "common/db/idempotency_keys.hpp"
#include "common/runtime/change.hpp"
#include "payments/refunds/refund.hpp"

namespace ticketing::payments::refunds {

// Stores the pending refund and reserves its amount. Loses the race when the payment changed, when
// `key` is taken, or when the gateway's refund is stored already.
runtime::Change reserve(const Payment& payment, const Refund& refund,
                        const std::optional<db::IdempotencyKey>& key);

// Ends a refund that has succeeded, with `event`.
runtime::Change complete(const Payment& payment, const Refund& refund, bus::Event event);

// Ends a refund that has failed: its amount can be refunded again. `change_id` is new.
runtime::Change release(const Payment& payment, const Refund& refund, const std::string& change_id);

}  // namespace ticketing::payments::refunds
