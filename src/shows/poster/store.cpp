#include "shows/poster/store.hpp"

#include "common/db/columns.hpp"

namespace ticketing::shows::poster::store {
namespace {

const db::Sql insert_poster_sql{
    "insert_poster",
    "INSERT INTO posters (id, show_id, unused_at, is_erasing) VALUES ($1, $2, $3, 0)"};

const db::Sql set_poster_sql{
    "set_poster",
    "UPDATE shows SET poster = CAST($2 AS text), version = $3, last_event_id = $4 "
    "WHERE id = $1 AND version + 1 = $3 AND merged_into IS NULL "
    "AND (CAST($2 AS text) IS NULL OR EXISTS (SELECT 1 FROM posters p "
    "WHERE p.id = $2 AND p.show_id = $1 AND p.is_erasing = 0))"};

const db::Sql note_unused_sql{
    "note_unused_posters",
    "UPDATE posters SET unused_at = CAST($3 AS bigint) WHERE show_id = $1 AND unused_at IS NULL "
    "AND EXISTS (SELECT 1 FROM shows s WHERE s.id = $1 AND s.last_event_id = $2 "
    "AND s.poster IS DISTINCT FROM posters.id)"};

const db::Sql note_used_sql{
    "note_used_poster",
    "UPDATE posters SET unused_at = NULL WHERE show_id = $1 "
    "AND id = (SELECT s.poster FROM shows s WHERE s.id = $1 AND s.last_event_id = $2)"};

const db::Sql begin_to_erase_sql{
    "begin_to_erase_posters",
    "UPDATE posters SET is_erasing = 1 WHERE unused_at < $1 AND is_erasing = 0"};

const db::Columns<UnusedPoster> unused_columns;
const db::Sql posters_to_erase_sql{"posters_to_erase",
                                   "SELECT " + unused_columns.list() +
                                       " FROM posters WHERE is_erasing = 1 AND unused_at IS NOT "
                                       "NULL ORDER BY id LIMIT $1",
                                   unused_columns};

const db::Sql delete_poster_sql{"delete_poster",
                                "DELETE FROM posters WHERE id = $1 AND is_erasing = 1"};

}  // namespace

db::Statement insert_poster(const std::string& id, const std::string& show_id, Timestamp now) {
  return insert_poster_sql(id, show_id, now);
}

db::Statement set_poster(const Show& show, const std::string& event_id) {
  return set_poster_sql(show.id, show.poster, show.version, event_id);
}

std::vector<db::Statement> note_use(const Show& show, const std::string& event_id, Timestamp now) {
  return {note_unused_sql(show.id, event_id, now), note_used_sql(show.id, event_id)};
}

db::Statement begin_to_erase(Timestamp before) { return begin_to_erase_sql(before); }

db::Statement posters_to_erase(std::int64_t limit) { return posters_to_erase_sql(limit); }

db::Statement delete_poster(const std::string& id) { return delete_poster_sql(id); }

}  // namespace ticketing::shows::poster::store
