// Who runs ticketing-admin, for the audit log: "user@machine". A statement, not a proof.
#pragma once

#include <string>

namespace ticketing::admin {

std::string operator_name();

}  // namespace ticketing::admin
