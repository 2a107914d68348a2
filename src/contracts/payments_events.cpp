#include "contracts/payments_events.hpp"

#include "contracts/compiled_codec.hpp"

namespace ticketing::contracts {

TICKETING_COMPILE_CODEC(PaymentCreated);
TICKETING_COMPILE_CODEC(PaymentCaptured);
TICKETING_COMPILE_CODEC(PaymentVoided);
TICKETING_COMPILE_CODEC(PaymentFailed);
TICKETING_COMPILE_CODEC(PaymentRefunded);
TICKETING_COMPILE_CODEC(RefundRequested);

}  // namespace ticketing::contracts
