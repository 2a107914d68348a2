// The embedded shape: the program `ticketing` on a free port, its data in a temporary folder.
#pragma once

#include <memory>

#include "system/system.hpp"

namespace ticketing::system {

std::unique_ptr<System> make_embedded_system(const Variables& variables);

}  // namespace ticketing::system
