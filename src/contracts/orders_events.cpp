#include "contracts/orders_events.hpp"

#include "contracts/compiled_codec.hpp"

namespace ticketing::contracts {

TICKETING_COMPILE_CODEC(OrderCreated);
TICKETING_COMPILE_CODEC(OrderCancelled);
TICKETING_COMPILE_CODEC(OrderCompleted);
TICKETING_COMPILE_CODEC(WithdrawalDecided);

}  // namespace ticketing::contracts
