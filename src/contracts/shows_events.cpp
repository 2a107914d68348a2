#include "contracts/shows_events.hpp"

#include "contracts/compiled_codec.hpp"

namespace ticketing::contracts {

TICKETING_COMPILE_CODEC(ShowCreated);
TICKETING_COMPILE_CODEC(ShowUpdated);

}  // namespace ticketing::contracts
