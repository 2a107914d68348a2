#include "contracts/delivery_events.hpp"

#include "contracts/compiled_codec.hpp"

namespace ticketing::contracts {

TICKETING_COMPILE_CODEC(DeliveryReady);
TICKETING_COMPILE_CODEC(DeliveryDue);
TICKETING_COMPILE_CODEC(DeliveryOverdue);
TICKETING_COMPILE_CODEC(DeliveryRevealed);
TICKETING_COMPILE_CODEC(DeliveryReleased);
TICKETING_COMPILE_CODEC(ResaleBegun);

}  // namespace ticketing::contracts
