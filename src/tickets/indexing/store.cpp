#include "tickets/indexing/store.hpp"

#include <fmt/format.h>

#include "common/base/search_terms.hpp"
#include "common/db/batches.hpp"
#include "common/db/columns.hpp"
#include "tickets/store.hpp"

namespace ticketing::tickets::indexing::store {
namespace {

using tickets::store::CurrentTicket;

const db::Sql mark_indexed_sql{
    "mark_ticket_indexed",
    "UPDATE tickets SET indexed_title = title, indexed_price_cents = price_cents WHERE id = $1 AND "
    "last_event_id = $2"};

const db::Sql tickets_to_index_sql{
    "tickets_to_index",
    "SELECT " + db::Columns<Ticket>().list("t") +
        ", t.last_event_id FROM tickets t WHERE t.indexed_title IS NULL OR t.indexed_title <> "
        "t.title OR t.indexed_price_cents IS NULL OR t.indexed_price_cents <> t.price_cents "
        "ORDER BY t.id LIMIT $1",
    db::Columns<CurrentTicket>()};

// The terms of a text of each row of a table. They are written only after the change that they
// follow: where the column `change` of the row has the value that was set.
class TermsTable {
 public:
  struct Names {
    std::string table;
    std::string id;
    std::string more_columns;  // of the row that the terms are of
    std::string owner;
    std::string change;
  };
  explicit TermsTable(const Names& names)
      : delete_sql_("delete_" + names.table,
                    fmt::format("DELETE FROM {} WHERE {} = $1 AND EXISTS (SELECT 1 FROM {} o WHERE "
                                "o.id = $1 AND o.{} = $2)",
                                names.table, names.id, names.owner, names.change)),
        insert_sql_("insert_" + names.table,
                    fmt::format("INSERT INTO {0} ({1}, term{2}) SELECT o.id, v.column1{2} FROM {3} "
                                "o CROSS JOIN (VALUES {5}) v WHERE o.id = $1 AND o.{4} = $2 ON "
                                "CONFLICT DO NOTHING",
                                names.table, names.id, names.more_columns, names.owner,
                                names.change, db::batch_of_rows(3, 1))) {}

  db::Statement remove(const std::string& id, const db::Value& change) const {
    return {.sql = &delete_sql_, .params = {id, change}};
  }
  std::vector<db::Statement> add(const std::string& id, const db::Value& change,
                                 const std::string& text) const {
    db::TextRows rows;
    for (const std::string& term : terms::terms_of({text})) rows.push_back({term});
    return db::in_batches(insert_sql_, {id, change}, rows);
  }

 private:
  db::Sql delete_sql_;
  db::Sql insert_sql_;
};

const TermsTable terms_of_tickets{{.table = "ticket_terms",
                                   .id = "ticket_id",
                                   .more_columns = ", price_cents, show_id",
                                   .owner = "tickets",
                                   .change = "last_event_id"}};
const TermsTable terms_of_shows{{.table = "show_terms",
                                 .id = "show_id",
                                 .more_columns = "",
                                 .owner = "shows",
                                 .change = "version"}};

}  // namespace

std::vector<db::Statement> add_terms(const Ticket& ticket, const std::string& event_id) {
  return terms_of_tickets.add(ticket.id, event_id, ticket.title);
}

std::vector<db::Statement> replace_terms(const Ticket& ticket, const std::string& event_id) {
  std::vector<db::Statement> statements = add_terms(ticket, event_id);
  statements.insert(statements.begin(), {mark_indexed_sql(ticket.id, event_id),
                                         terms_of_tickets.remove(ticket.id, event_id)});
  return statements;
}

db::Statement tickets_to_index(std::int64_t limit) { return tickets_to_index_sql(limit); }

std::vector<db::Statement> replace_show_terms(const std::string& show_id, std::int64_t version,
                                              const std::string& name) {
  auto statements = terms_of_shows.add(show_id, version, name);
  statements.insert(statements.begin(), terms_of_shows.remove(show_id, version));
  return statements;
}

}  // namespace ticketing::tickets::indexing::store
