#include "contracts/expiration_events.hpp"

#include "contracts/compiled_codec.hpp"

namespace ticketing::contracts {

TICKETING_COMPILE_CODEC(ExpirationComplete);

}  // namespace ticketing::contracts
