#include "contracts/auth_events.hpp"

#include "contracts/compiled_codec.hpp"

namespace ticketing::contracts {

TICKETING_COMPILE_CODEC(UserCreated);
TICKETING_COMPILE_CODEC(DeviceAdded);
TICKETING_COMPILE_CODEC(ResetRequested);
TICKETING_COMPILE_CODEC(VerificationRequested);
TICKETING_COMPILE_CODEC(PasswordChanged);
TICKETING_COMPILE_CODEC(AddressChangeRequested);
TICKETING_COMPILE_CODEC(AddressChanged);
TICKETING_COMPILE_CODEC(ErasureRequested);
TICKETING_COMPILE_CODEC(UserErased);

}  // namespace ticketing::contracts
