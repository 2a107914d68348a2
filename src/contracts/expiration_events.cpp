#include "contracts/expiration_events.hpp"

#include "contracts/compiled_codec.hpp"

namespace ticketing::contracts {

TICKETING_COMPILE_CODEC(ExpirationComplete);
TICKETING_COMPILE_CODEC(ShowBegun);

}  // namespace ticketing::contracts
