// The rule by which operators merge two shows that are the same. No I/O.
#pragma once

#include <optional>

#include "shows/show.hpp"

namespace ticketing::shows {

// The show as one that `into` stands for from now on, one version on. Nothing when it is already.
// Its poster goes with it. Refuses with `show_not_merged` the same show, and one that others were
// merged into.
Result<std::optional<Show>> merge(const Show& show, const Show& into, bool has_merged_ones);

}  // namespace ticketing::shows
