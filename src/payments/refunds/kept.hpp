// What is kept of a user of refunds.
#pragma once

#include "common/runtime/kept_data.hpp"

namespace ticketing::payments::refunds {

runtime::KeptTables kept_tables();

}  // namespace ticketing::payments::refunds
