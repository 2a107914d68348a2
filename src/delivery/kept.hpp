// What delivery keeps of a user, table by table.
#pragma once

#include "common/runtime/kept_data.hpp"

namespace ticketing::delivery {

runtime::KeptTables kept_tables();

}  // namespace ticketing::delivery
