// The statements on posters. A poster of a show is set by set_poster(), on the show's row.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/db/database.hpp"
#include "shows/show.hpp"

namespace ticketing::shows::poster::store {

// Before its files are stored; unused until a show has it.
db::Statement insert_poster(const std::string& id, const std::string& show_id, Timestamp now);
// Only while the show is at version `show.version` - 1, and not once its poster is being erased.
db::Statement set_poster(const Show& show, const std::string& event_id);
// Follow set_poster() in its transaction: which poster of the show is used now.
std::vector<db::Statement> note_use(const Show& show, const std::string& event_id, Timestamp now);

struct UnusedPoster {
  std::string id;
  std::string show_id;
};
BOOST_DESCRIBE_STRUCT(UnusedPoster, (), (id, show_id))
// Those that no show has had since `before`: no show can get them from now on. Gives them.
db::Statement begin_to_erase(Timestamp before);
db::Statement posters_to_erase(std::int64_t limit);  // UnusedPoster
db::Statement delete_poster(const std::string& id);

}  // namespace ticketing::shows::poster::store
