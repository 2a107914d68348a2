#include "contracts/tickets_events.hpp"

#include "contracts/compiled_codec.hpp"

namespace ticketing::contracts {

TICKETING_COMPILE_CODEC(TicketCreated);
TICKETING_COMPILE_CODEC(TicketUpdated);

}  // namespace ticketing::contracts
