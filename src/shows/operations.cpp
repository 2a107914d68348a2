#include "shows/operations.hpp"

#include <map>

#include "common/base/search_terms.hpp"
#include "contracts/codes.hpp"
#include "shows/operator/merge.hpp"
#include "shows/poster/store.hpp"
#include "shows/search/store.hpp"
#include "shows/show_events.hpp"
#include "shows/show_json.hpp"
#include "shows/store.hpp"
#include "shows/time_zone.hpp"

namespace ticketing::shows {
namespace {

std::unexpected<Error> no_such_show() {
  return refuse(ErrorKind::not_found, slugs::show_not_found, "There is no such show.");
}

std::unexpected<Error> exists_already() {
  return refuse(ErrorKind::invalid, slugs::show_exists,
                "There is a show with this name at this venue on this day.");
}

store::ShowKey key_of(const Show& show) {
  return {.name_key = terms::key_of(show.name),
          .day = local_day(show.venue.time_zone, show.starts_at)};
}

std::string place_key_of(const VenueDetails& venue) {
  return terms::key_of(venue.name.text) + "|" + terms::key_of(venue.city.text) + "|" +
         venue.country;
}

}  // namespace

Operations::Operations(runtime::Platform& platform, runtime::OwnedData& data,
                       const db::IdempotencyKeys& idempotency_keys, const Settings& settings)
    : platform_(platform),
      data_(data),
      idempotency_keys_(idempotency_keys),
      settings_(settings),
      search_(data.database()),
      cities_(data.database()),
      erasure_(platform, "shows", data.database(),
               [this](std::string user_id) { return erase(std::move(user_id)); }) {}

// Shows are public, and others' tickets are for them: they stay, with the number of their maker.
Task<bool> Operations::erase(std::string user_id) {
  db::Transaction transaction{.contends_for = user_id, .statements = {}};
  transaction.statements.push_back(db::IdempotencyKeys::forget_user(user_id));
  co_await data_.database().commit(std::move(transaction));
  co_return true;
}

Task<Venue> Operations::find_or_make_venue(VenueDetails details) {
  const std::string place_key = place_key_of(details);
  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto found = co_await data_.database().query(store::venue_by_place(place_key));
    if (!found.empty()) co_return found.rows.front().as<Venue>();
    Venue venue{.id = platform_.ids.next()};
    apply(venue, details);
    runtime::Change change{.contends_for = place_key,
                           .write = store::insert_venue(venue, place_key)};
    const bool is_made = co_await runtime::commit(data_.database(), std::move(change));
    if (is_made) co_return venue;
  }
  throw Unavailable("a venue was made and is not there");
}

Task<std::optional<Show>> Operations::find_one(db::Statement statement) {
  const auto found = co_await data_.database().query(std::move(statement));
  if (found.empty()) co_return std::nullopt;
  co_return found.rows.front().as<Show>();
}

Task<Operations::WithSame> Operations::find_with_same(const std::string& id,
                                                      const ShowEdit& change) {
  WithSame found{.show = co_await find_one(store::show_as_made(id)), .same = std::nullopt};
  const auto edited = edit(*found.show, change, now());
  if (edited)
    found.same = co_await find_one(store::show_with_key(edited->venue.id, key_of(*edited)));
  co_return found;
}

Task<Operations::Pair> Operations::find_pair(const std::string& id, const std::string& into_id) {
  Pair found{.show = co_await find_one(store::show_as_made(id)),
             .into = co_await find_one(store::show_as_made(into_id))};
  const auto merged_ones = co_await list_merged(id);
  found.has_merged_ones = !merged_ones.empty();
  co_return found;
}

Task<std::optional<TicketCopy>> Operations::find_ticket(const std::string& id) {
  const auto found = co_await data_.database().query(store::ticket_copy(id));
  if (found.empty()) co_return std::nullopt;
  co_return found.rows.front().as<TicketCopy>();
}

Task<Result<MadeShow>> Operations::create_show(CreateShow request) {
  if (const auto checked = check(request.venue); !checked)
    co_return std::unexpected(checked.error());
  const Timestamp now = platform_.clock.now();
  // Nothing is made, a venue neither, for a show that is refused.
  const Venue venue = matching<Venue, &Venue::id>(request.venue);
  auto made = make_show(platform_.ids.next(), request.details, venue, request.user_id, now);
  if (!made) co_return std::unexpected(made.error());
  Show& show = *made;
  show.venue = co_await find_or_make_venue(request.venue);
  const store::ShowKey key = key_of(show);
  const auto& idempotency_key = request.idempotency_key;
  auto decided = co_await runtime::change(
      data_, [&] { return find_one(store::same_show(show.venue.id, key)); },
      [&](const std::optional<Show>& same) -> Result<runtime::Decision<MadeShow>> {
        if (same) return runtime::unchanged(MadeShow{.show = *same});
        const bus::Event event = data_.events().make(created_event(show, settings_));
        runtime::Change change{
            .contends_for = show.venue.id,
            .locks = {store::lock_venue(show.venue.id)},
            .write = store::insert_show(show, key, terms::key_of(show.venue.city), event.id),
            .also = search::store::add_terms(show, event.id),
            .event = event,
            .entity_id = show.id};
        if (idempotency_key) {
          change.also.push_back(idempotency_keys_.remember_with(
              *idempotency_key, show.id, 201, to_json(show, settings_, now), now));
        }
        return runtime::changed(MadeShow{.show = show, .is_new = true}, std::move(change));
      });
  if (decided && decided->is_new) cities_.forget();
  if (idempotency_key && decided && !decided->is_new) {
    db::Transaction transaction{.contends_for = idempotency_key->key, .statements = {}};
    transaction.statements.push_back(idempotency_keys_.remember_refusal(
        *idempotency_key, 200, to_json(decided->show, settings_, now), now));
    co_await data_.database().commit(std::move(transaction));
  }
  co_return decided;
}

runtime::Change Operations::change_to(const Show& before, const Show& after) const {
  const bus::Event event = data_.events().make(updated_event(after, settings_));
  return {
      .contends_for = after.venue.id,
      .locks = {store::lock_venue(after.venue.id)},
      .write = store::update_show(after, key_of(after), terms::key_of(after.venue.city), event.id),
      .also = search::store::replace_terms(before, after, event.id),
      .event = event,
      .entity_id = after.id};
}

Task<Result<Show>> Operations::update_show(UpdateShow request) {
  ShowEdit change{.details = request.details,
                  .plan = request.plan,
                  .seen_version = request.seen_version,
                  .user_id = request.user_id};
  if (request.venue) {
    if (const auto checked = check(*request.venue); !checked)
      co_return std::unexpected(checked.error());
  }
  // Who may not change the show makes no venue either.
  const auto current = co_await show_show(request.id);
  if (!current) co_return std::unexpected(current.error());
  change.venue = current->venue;
  if (const auto allowed = edit(*current, change, now()); !allowed)
    co_return std::unexpected(allowed.error());
  if (request.venue) change.venue = co_await find_or_make_venue(*request.venue);

  const std::string id = current->id;
  auto updated = co_await runtime::change(
      data_, [&] { return find_with_same(id, change); },
      [&](const WithSame& found) -> Result<runtime::Decision<Show>> {
        if (found.show->merged_into) return no_such_show();
        const auto edited = edit(*found.show, change, now());
        if (!edited) return std::unexpected(edited.error());
        if (found.same && found.same->id != id) return exists_already();
        return runtime::changed(*edited, change_to(*found.show, *edited));
      });
  cities_.forget();
  co_return updated;
}

Task<Result<Show>> Operations::merge_shows(MergeShows request) {
  const auto merged = co_await runtime::change(
      data_, [&] { return find_pair(request.id, request.into_id); },
      [&](const Pair& found) -> Result<runtime::Decision<Show>> {
        if (!found.show || !found.into) return no_such_show();
        const auto after = merge(*found.show, *found.into, found.has_merged_ones);
        if (!after) return std::unexpected(after.error());
        if (!*after) return runtime::unchanged(*found.into);
        const bus::Event event = data_.events().make(updated_event(**after, settings_));
        const auto [first, second] = std::minmax(found.show->id, found.into->id);
        runtime::Change change{.contends_for = first,
                               .locks = {store::lock_show(first), store::lock_show(second)},
                               .write = store::merge_show(**after, event.id),
                               .also = search::store::remove_terms(**after, event.id),
                               .event = event,
                               .entity_id = found.show->id};
        db::append(change.also, poster::store::note_use(**after, event.id, now()));
        db::append(change.also, store::recount(found.show->id));
        if (found.show->has_sales) change.also.push_back(store::note_sale(found.show->id));
        return runtime::changed(*found.into, std::move(change));
      });
  if (!merged) co_return std::unexpected(merged.error());
  cities_.forget();
  co_return co_await show_show(merged->id);
}

Task<Result<Show>> Operations::show_show(std::string id) {
  auto show = co_await find_one(store::show_by_id(id));
  if (!show) co_return no_such_show();
  co_return *std::move(show);
}

Task<std::vector<std::string>> Operations::list_merged(const std::string& id) {
  const auto found = co_await data_.database().query(store::shows_merged_into(id));
  std::vector<std::string> ids;
  for (const db::Row& row : found.rows) ids.push_back(row.text("id"));
  co_return ids;
}

Task<Page<Show>> Operations::find_shows(search::Query query) {
  co_return co_await search_.find(std::move(query));
}

Task<std::vector<City>> Operations::list_cities() {
  co_return co_await cities_.read(platform_.clock.now());
}

Task<bus::Verdict> Operations::follow_ticket(TicketCopy ticket) {
  const auto verdict = co_await runtime::change(
      data_, [&] { return find_ticket(ticket.id); },
      [&](const std::optional<TicketCopy>& known) -> Result<runtime::Decision<bus::Verdict>> {
        // Each event has all of the ticket, so its predecessors need not have come.
        const bool is_late = known && known->version >= ticket.version;
        const bool is_sold = ticket.status == TicketStatus::sold;
        if (is_late && !is_sold) return runtime::unchanged(bus::Verdict::done);
        runtime::Change change{.contends_for = ticket.show_id,
                               .batch_delay = db::background_batch_delay};
        const TicketCopy& now_known = is_late ? *known : ticket;
        const std::string change_id = platform_.ids.next();
        change.write = known ? store::update_ticket_copy(now_known, known->version, change_id)
                             : store::insert_ticket_copy(ticket, change_id);
        // In one order, so that no two replicas wait for each other.
        std::map<std::string, std::int64_t> more{{now_known.show_id, 0}};
        if (now_known.status == TicketStatus::available) ++more[now_known.show_id];
        if (known && known->status == TicketStatus::available) --more[known->show_id];
        for (const auto& [show_id, count] : more) {
          db::append(change.locks, store::lock_counts(show_id));
          change.also.push_back(store::adjust_counts(show_id, count, ticket.id, change_id));
        }
        if (is_sold) change.also.push_back(store::note_sale(ticket.show_id));
        return runtime::changed(bus::Verdict::done, std::move(change));
      });
  co_return verdict.value();
}

}  // namespace ticketing::shows
