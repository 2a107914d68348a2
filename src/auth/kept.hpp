// What auth keeps of a user, table by table.
#pragma once

#include "common/runtime/kept_data.hpp"

namespace ticketing::auth {

runtime::KeptTables kept_tables();

}  // namespace ticketing::auth
