#include "shows/show_body.hpp"

#include "common/json/described.hpp"

namespace ticketing::shows {
namespace {

VenueDetails read_venue(json::Reader& reader) {
  VenueDetails venue;
  json::Reader inner = reader.object("venue");
  json::read(inner, venue, {});
  return venue;
}

// With the faults of the venue, so that who sends a form hears of all of them at once.
std::optional<Error> error_of(const json::Reader& reader,
                              const std::optional<VenueDetails>& venue) {
  auto error = reader.error();
  if (!venue) return error;
  if (const auto checked = check(*venue); !checked) add_faults(error, checked.error());
  return error;
}

}  // namespace

Result<NewShowBody> read_new_show(const std::string& body) {
  auto reader = json::Reader::parse(body);
  if (!reader) return std::unexpected(reader.error());
  NewShowBody show;
  json::read(*reader, show.details, {});
  show.venue = read_venue(*reader);
  if (auto error = error_of(*reader, show.venue)) return std::unexpected(*std::move(error));
  return show;
}

Result<UpdateShow> read_update(const http::Request& request, std::optional<std::string> user_id) {
  auto reader = json::Reader::parse(request.body);
  if (!reader) return std::unexpected(reader.error());
  UpdateShow update{.id = request.path_param("id"), .user_id = std::move(user_id)};
  json::read(*reader, update.details, {});
  if (reader->has("venue")) update.venue = read_venue(*reader);
  if (reader->has("status")) json::read_field(*reader, "status", update.plan, {});
  if (reader->has("version")) update.seen_version = reader->integer("version");
  if (auto error = error_of(*reader, update.venue)) return std::unexpected(*std::move(error));
  return update;
}

}  // namespace ticketing::shows
