// All kinds of events of the marketplace: what the stream takes that carries them.
#pragma once

#include <string_view>
#include <vector>

namespace ticketing::contracts {

std::vector<std::string_view> all_subjects();
// Of these, those whose events have the address of a person.
std::vector<std::string_view> subjects_with_addresses();

}  // namespace ticketing::contracts
