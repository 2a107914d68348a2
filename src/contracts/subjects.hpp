// All kinds of events of the marketplace: what the stream takes that carries them.
#pragma once

#include <string_view>
#include <vector>

namespace ticketing::contracts {

std::vector<std::string_view> all_subjects();

}  // namespace ticketing::contracts
