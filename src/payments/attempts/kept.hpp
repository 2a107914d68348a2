// What is kept of a user of attempts to pay.
#pragma once

#include "common/runtime/kept_data.hpp"

namespace ticketing::payments::attempts {

runtime::KeptTables kept_tables();

}  // namespace ticketing::payments::attempts
