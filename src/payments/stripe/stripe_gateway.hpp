// The payment gateway on Stripe's API: PaymentIntents that hold first and are captured later
// (stripe.com/docs/payments/place-a-hold-on-a-payment-method).
#pragma once

#include <memory>

#include "common/runtime/platform.hpp"
#include "payments/gateway.hpp"
#include "payments/stripe/settings.hpp"

namespace ticketing::payments::stripe {

// `platform` outlives the gateway. Throws ConfigError.
std::unique_ptr<PaymentGateway> make_gateway(runtime::Platform& platform, const Settings& settings);

}  // namespace ticketing::payments::stripe
