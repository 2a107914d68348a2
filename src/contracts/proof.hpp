// PROOF: whether a ticket that is sold without file and code is due. Delivery acts on it, and
// orders tells pages.
#pragma once

#include <string>

#include "common/base/config.hpp"

namespace ticketing::contracts {

bool read_proof_required(Environment& environment);
std::string proof_help();

}  // namespace ticketing::contracts
