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

}  // namespace

Result<NewShowBody> read_new_show(const std::string& body) {
  auto reader = json::Reader::parse(body);
  if (!reader) return std::unexpected(reader.error());
  NewShowBody show;
  json::read(*reader, show.details, {});
  show.venue = read_venue(*reader);
  if (auto error = reader->error()) return std::unexpected(*std::move(error));
  return show;
}

Result<ShowChangeBody> read_show_change(const std::string& body) {
  auto reader = json::Reader::parse(body);
  if (!reader) return std::unexpected(reader.error());
  ShowChangeBody show;
  json::read(*reader, show.details, {});
  if (reader->has("venue")) show.venue = read_venue(*reader);
  if (reader->has("status")) json::read_field(*reader, "status", show.plan, {});
  if (reader->has("version")) show.seen_version = reader->integer("version");
  if (auto error = reader->error()) return std::unexpected(*std::move(error));
  return show;
}

}  // namespace ticketing::shows
