// What a request says of a show.
#pragma once

#include <optional>
#include <string>

#include "common/http/message.hpp"
#include "shows/operations.hpp"

namespace ticketing::shows {

struct NewShowBody {
  ShowDetails details;
  VenueDetails venue;
};
Result<NewShowBody> read_new_show(const std::string& body);

// What the request changes of the show in its path. `user_id`: who asks; nothing: an operator.
Result<UpdateShow> read_update(const http::Request& request, std::optional<std::string> user_id);

}  // namespace ticketing::shows
