#include "shows/show.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "contracts/codes.hpp"
#include "shows/time_zone.hpp"

namespace ticketing::shows {
namespace {

Fault not_between(Timestamp first, Timestamp last) {
  const std::string from = to_iso8601(first), to = to_iso8601(last);
  return {codes::not_in_range(from, to), fmt::format("must be between {} and {}", from, to)};
}

// A show begins after `earliest` and ends within a month after its beginning.
std::optional<Error> fault_of_times(const Show& show, Timestamp earliest, Timestamp now) {
  const auto last = now + std::chrono::duration_cast<Milliseconds>(begins_within);
  if (show.starts_at < earliest || show.starts_at > last)
    return invalid_field("startsAt", not_between(earliest, last));
  if (!show.ends_at) return std::nullopt;
  const Timestamp ends_by = show.starts_at + lasts_at_most;
  if (*show.ends_at <= show.starts_at || *show.ends_at > ends_by)
    return invalid_field("endsAt", not_between(show.starts_at, ends_by));
  return std::nullopt;
}

std::optional<Error> fault_of_cap(const Show& show) {
  const auto cap = show.price_cap_percent;
  if (!cap || (*cap >= 1 && *cap <= price_cap_percent_max)) return std::nullopt;
  return invalid_field("priceCapPercent",
                       {codes::not_in_range(1, price_cap_percent_max),
                        fmt::format("must be a whole number from 1 to {}", price_cap_percent_max)});
}

Error changed_since(const Show& show) {
  return {.kind = ErrorKind::invalid,
          .slug = slugs::show_changed(show.version),
          .detail = "The show has changed since you saw it.",
          .fields = {{.code = slugs::show_changed(show.version),
                      .message = fmt::format("the show is at version {} now", show.version),
                      .field = "version"}}};
}

// Why `user_id` may not change the show, or nothing.
}  // namespace

Timestamp over_at(const Show& show) {
  return show.ends_at.value_or(show.starts_at + assumed_length);
}

ShowStatus status_of(const Show& show, Timestamp now) {
  switch (show.plan) {
    case Plan::postponed: return ShowStatus::postponed;
    case Plan::cancelled: return ShowStatus::cancelled;
    case Plan::scheduled: break;
  }
  return over_at(show) <= now ? ShowStatus::over : ShowStatus::scheduled;
}

void add_faults(std::optional<Error>& error, const Error& more) {
  if (!error) {
    error = more;
    return;
  }
  for (const FieldError& fault : more.fields) {
    const auto known = std::ranges::find(error->fields, fault.field, &FieldError::field);
    if (known == error->fields.end()) error->fields.push_back(fault);
  }
}

Result<void> check(const VenueDetails& venue) {
  const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  std::optional<Error> error;
  if (venue.country.size() != 2 || !std::ranges::all_of(venue.country, is_capital)) {
    error = invalid_field("venue.country",
                          {codes::not_a_country(), "must be two capital letters of ISO 3166: DE"});
  }
  if (!is_time_zone(venue.time_zone)) {
    add_faults(error, invalid_field("venue.timeZone",
                                    {codes::not_a_time_zone(),
                                     "must be the name of an IANA time zone, like Europe/Berlin"}));
  }
  if (error) return refuse(*std::move(error));
  return {};
}

Result<Show> make_show(std::string id, const ShowDetails& details, const Venue& venue,
                       std::string user_id, Timestamp now) {
  Show show{.id = std::move(id), .venue = venue, .user_id = std::move(user_id), .created_at = now};
  apply(show, details);
  if (auto fault = fault_of_times(show, now, now)) return refuse(*std::move(fault));
  if (auto fault = fault_of_cap(show)) return refuse(*std::move(fault));
  return show;
}

std::optional<Error> obstacle_to(const Show& show, const std::string& user_id, Timestamp now) {
  if (show.user_id != user_id) {
    return Error{.kind = ErrorKind::unauthenticated,
                 .slug = slugs::not_your_show,
                 .detail = "Only who made a show may change it."};
  }
  if (show.has_sales) {
    return Error{.slug = slugs::show_has_sales,
                 .detail = "Tickets of this show were sold: only an operator may change it."};
  }
  if (status_of(show, now) == ShowStatus::over)
    return Error{.slug = slugs::show_over, .detail = "The show is over."};
  return std::nullopt;
}

Result<Show> edit(const Show& show, const ShowEdit& change, Timestamp now) {
  if (change.user_id) {
    if (auto obstacle = obstacle_to(show, *change.user_id, now))
      return refuse(*std::move(obstacle));
  }
  if (change.seen_version && *change.seen_version != show.version)
    return refuse(changed_since(show));
  Show edited = show;
  edited.version = show.version + 1;
  edited.venue = change.venue;
  apply(edited, change.details);
  if (change.plan) edited.plan = *change.plan;
  // A show that has begun keeps its beginning, or gets a new one to come.
  const Timestamp earliest = std::min(show.starts_at, now);
  if (edited.starts_at != show.starts_at || edited.ends_at != show.ends_at) {
    if (auto fault =
            fault_of_times(edited, edited.starts_at == show.starts_at ? earliest : now, now))
      return refuse(*std::move(fault));
  }
  if (auto fault = fault_of_cap(edited)) return refuse(*std::move(fault));
  return edited;
}

}  // namespace ticketing::shows
