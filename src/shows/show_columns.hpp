// How a show lies in the columns of its table.
#pragma once

#include "common/db/columns.hpp"
#include "shows/show.hpp"

namespace ticketing::shows::store {

class ShowColumns : public db::Columns<Show> {
 public:
  ShowColumns() : db::Columns<Show>({{"venue.id", "venue_id"}, {"venue.name", "venue_name"}}) {}
};

}  // namespace ticketing::shows::store
