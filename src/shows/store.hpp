// The shows database: the statements on venues, shows and copies of tickets. Those of the search
// are in search/store.hpp.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "common/db/database.hpp"
#include "common/db/idempotency_keys.hpp"
#include "common/db/kept_sql.hpp"
#include "shows/show.hpp"
#include "shows/ticket_copy.hpp"

namespace ticketing::shows::store {

// By what a venue is known: its name, city and country as they are compared.
db::Statement insert_venue(const Venue& venue, const std::string& place_key);
db::Statement venue_by_place(const std::string& place_key);  // Venue
// Locks. Who adds a show to the venue, or changes one into a show of it, locks the venue first: so
// each sees whether there is the same show. Who merges shows locks both first, by their ids.
db::Statement lock_venue(const std::string& id);
db::Statement lock_show(const std::string& id);

// A show and the event of its last change.
struct CurrentShow {
  Show show;
  std::string last_event_id;
};
BOOST_DESCRIBE_STRUCT(CurrentShow, (), (show, last_event_id))
// The shows after the id `after`, in the order of their ids; also those for which others stand.
db::Statement shows_after(const std::string& after, std::int64_t limit);

// What makes two shows at one venue the same.
struct ShowKey {
  std::string name_key;
  std::chrono::sys_days day;  // in the venue's time zone
};

// No effect when there is the same show.
db::Statement insert_show(const Show& show, const ShowKey& key, const std::string& city_key,
                          const std::string& event_id);
// Changes the row only while it is at version `show.version` - 1 and no other show is the same.
db::Statement update_show(const Show& show, const ShowKey& key, const std::string& city_key,
                          const std::string& event_id);
// Only while it is at version `show.version` - 1 and neither it nor `into` is merged otherwise.
db::Statement merge_show(const Show& show, const std::string& event_id);

// How many shows are to come in each city, for each way in which its name is written: those with
// the most shows first.
struct CountedSpelling {
  std::string city_key;
  std::string city;
  std::int64_t shows = 0;
};
BOOST_DESCRIBE_STRUCT(CountedSpelling, (), (city_key, city, shows))
db::Statement count_by_city(Timestamp now, std::int64_t limit);

// The show, or the one that stands for it.
db::Statement show_by_id(const std::string& id);
// The show itself, also when another stands for it.
db::Statement show_as_made(const std::string& id);
db::Statement same_show(const std::string& venue_id, const ShowKey& key);
// The one that has the key itself, also when another stands for it.
db::Statement show_with_key(const std::string& venue_id, const ShowKey& key);
db::Statement shows_merged_into(const std::string& id);  // id

db::Statement ticket_copy(const std::string& id);  // TicketCopy
// `change_id` is new for each attempt to write.
db::Statement insert_ticket_copy(const TicketCopy& ticket, const std::string& change_id);
// Only while the copy is at `seen_version`.
db::Statement update_ticket_copy(const TicketCopy& ticket, std::int64_t seen_version,
                                 const std::string& change_id);
// Locks the show, or the one that stands for it, for a change of its counts. Precedes the change of
// the copy: two replicas that wrote copies of one show first would wait for each other.
std::vector<db::Statement> lock_counts(const std::string& show_id);
// Follows the change of the copy: the show, or the one that stands for it, has so many available
// tickets more, and their lowest price. No effect when `change_id` did not write the copy.
db::Statement adjust_counts(const std::string& show_id, std::int64_t more,
                            const std::string& ticket_id, const std::string& change_id);
// Counts the available tickets of the show, or of the one that stands for it, and finds the lowest
// price. Locks first: each count has to see the tickets that earlier ones have seen.
std::vector<db::Statement> recount(const std::string& show_id);
db::Statement note_sale(const std::string& show_id);

// What users take along of their rows, by page.
db::Statement kept_shows(const db::KeptQuery& query);  // Show

}  // namespace ticketing::shows::store
