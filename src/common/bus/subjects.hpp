// The subjects of event types: of what a service publishes.
#pragma once

#include <string_view>
#include <vector>

namespace ticketing::bus {

// Each of `Events` has a member `subject`, as the types of src/contracts do.
template <class... Events>
std::vector<std::string_view> subjects_of() {
  return {Events::subject...};
}

}  // namespace ticketing::bus
