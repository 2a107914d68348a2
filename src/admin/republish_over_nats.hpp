// Asks the owner of entities over NATS to publish them once more.
#pragma once

#include <functional>
#include <string>

#include "common/bus/republish_messages.hpp"

namespace ticketing::admin {

// Calls `tell` with the answer and about once a second with the progress, until the run is done.
// Reads NATS_URL and STORES_CA_FILE. Throws ConfigError; std::runtime_error when no service of this
// name answers, or none tells of progress any more.
void republish_over_nats(const bus::RepublishRequested& wanted,
                         const std::function<void(const bus::RepublishProgress&)>& tell);

}  // namespace ticketing::admin
