// The picture that stands for a show: who may change it, and where it is. No I/O.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "shows/show.hpp"

namespace ticketing::shows {

// Pages that were rendered before a change still show the picture of then.
inline constexpr std::chrono::hours unused_poster_kept{1};

// The show with this poster, or without one, one version on. Refuses as edit() refuses a change by
// `user_id`; nothing: an operator.
Result<Show> with_poster(const Show& show, std::optional<std::string> poster,
                         const std::optional<std::string>& user_id, Timestamp now);

// "/api/shows/…/poster/…/small.webp"
std::string poster_address(const std::string& show_id, const std::string& poster,
                           std::string_view size);

}  // namespace ticketing::shows
