#include "shows/poster/poster.hpp"

namespace ticketing::shows {

Result<Show> with_poster(const Show& show, std::optional<std::string> poster,
                         const std::optional<std::string>& user_id, Timestamp now) {
  if (user_id) {
    if (auto obstacle = obstacle_to(show, *user_id, now)) return refuse(*std::move(obstacle));
  }
  Show changed = show;
  changed.version = show.version + 1;
  changed.poster = std::move(poster);
  return changed;
}

std::string poster_address(const std::string& show_id, const std::string& poster,
                           std::string_view size) {
  return "/api/shows/" + show_id + "/poster/" + poster + "/" + std::string(size) + ".webp";
}

}  // namespace ticketing::shows
