#include "simulation/breaks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "simulation/simulation.hpp"

namespace ticketing::simulation {
namespace {

// Another text of a statement: std::regex_replace of `pattern` by `replacement`.
struct OtherStatement {
  std::string service;
  std::string statement;
  std::string pattern;
  std::string replacement;
};

struct KnownBreak {
  std::string name;
  std::string what;
  std::uint64_t seed = 1;   // the first that shows it; the test tries it first
  std::string schema = {};  // SQL that switches it off; empty: the statements do
  std::vector<OtherStatement> statements = {};
};

// Every tenth event of a service is lost, or marked as published before it was.
std::string every_tenth_event(const std::string& service, const std::string& sql) {
  return fmt::format(
      "CREATE TRIGGER {0}.broken AFTER INSERT ON outbox WHEN NEW.rowid % 10 = 0 BEGIN {1}; END",
      service, sql);
}
std::string losing(const std::string& service) {
  return every_tenth_event(service, "DELETE FROM outbox WHERE rowid = NEW.rowid");
}

OtherStatement nothing_due(const std::string& service, const std::string& statement) {
  return {service, statement, R"(_at <= (\$1))", "_at <= $1 AND 1 = 0"};
}
// A change is written though another one came first.
OtherStatement any_version(const std::string& service, const std::string& statement) {
  return {service, statement, R"( AND version \+ 1 = \$\d+)", ""};
}
// Of a copy, an insert that finds it there: what it says replaces what came since.
OtherStatement insert_again(const std::string& service, const std::string& statement,
                            const std::string& assignments) {
  return {service, statement, "ON CONFLICT DO NOTHING",
          "ON CONFLICT (id) DO UPDATE SET " + assignments};
}

const std::vector<KnownBreak>& known() {
  static const std::vector<KnownBreak> all{
      {.name = "one_live_order",
       .what = "a ticket has one live order",
       .schema = "DROP INDEX orders.orders_one_live_per_ticket"},
      {.name = "one_live_payment",
       .what = "an order has one live payment",
       .schema = "DROP INDEX payments.payments_one_live_per_order"},
      {.name = "one_answer_for_a_key",
       .what = "what is sent again with its key is done once",
       .seed = 5,
       .statements = {{"tickets", "find_idempotency_key", R"(user_id = \$1)",
                       "user_id = $$1 AND 1 = 0"},
                      {"tickets", "take_idempotency_key", "ON CONFLICT DO NOTHING",
                       "ON CONFLICT (user_id, key) DO UPDATE SET entity_id = excluded.entity_id"}}},
      {.name = "outbox_of_orders",
       .what = "every change of an order has its event",
       .schema = losing("orders")},
      {.name = "outbox_of_payments",
       .what = "every change of a payment has its event",
       .seed = 13,
       .schema = losing("payments")},
      {.name = "outbox_of_tickets",
       .what = "every change of a ticket has its event",
       .schema = losing("tickets")},
      {.name = "mark_after_publishing",
       .what = "an event is marked as published after it was published",
       .schema = every_tenth_event("orders",
                                   "UPDATE outbox SET published_at = 1 WHERE rowid = NEW.rowid")},
      {.name = "event_of_a_change",
       .what = "an event tells of a change that took place",
       .seed = 3,
       .statements = {{"orders", "outbox_enqueue", R"(AND last_event_id = \$1)", ""}}},
      {.name = "one_mail_for_an_event",
       .what = "an event that comes twice is mailed once",
       .statements = {{"notifications", "insert_mail", R"(VALUES \(CAST\(\$1 AS text\))",
                       "VALUES (CAST($$1 AS text) || random()"}}},
      {.name = "sweep_of_payments",
       .what = "a payment whose answer was lost is asked for again",
       .statements = {nothing_due("payments", "due_payments")}},
      {.name = "sweep_of_refunds",
       .what = "a refund whose answer was lost is asked for again",
       .statements = {nothing_due("payments", "due_refunds")}},
      {.name = synced_commits, .what = "what is answered is on the disk"},
      {.name = "sweep_of_orders",
       .what = "an order ends in time though the news of that are lost",
       .statements = {nothing_due("orders", "overdue_orders"),
                      {"expiration", "announce_expiration", "status = 'waiting'",
                       "status = 'lost'"}}},
      {.name = "version_of_an_order",
       .what = "a change of an order is written on the version that was read",
       .seed = 6,
       .statements = {any_version("orders", "update_order")}},
      {.name = "version_of_a_ticket",
       .what = "a change of a ticket is written on the version that was read",
       .statements = {any_version("tickets", "update_ticket")}},
      {.name = "version_of_a_copied_ticket",
       .what = "orders follows the versions of a ticket in turn",
       .seed = 9,
       .statements = {any_version("orders", "update_ticket_copy")}},
      {.name = "version_of_a_followed_ticket",
       .what = "delivery keeps the newest version of a ticket",
       .seed = 12,
       .statements = {{"delivery", "follow_ticket", R"( WHERE tickets\.version < \$\d+)", ""}}},
      {.name = "one_copy_of_an_order",
       .what = "the news of an order that come again to payments change nothing",
       .seed = 14,
       .statements = {insert_again("payments", "insert_order_copy",
                                   "version = excluded.version, status = excluded.status")}},
      {.name = "one_copy_of_a_ticket",
       .what = "the news of a ticket that come again to orders change nothing",
       .seed = 10,
       .statements = {insert_again(
           "orders", "insert_ticket_copy",
           "version = excluded.version, price_cents = excluded.price_cents")}},
      {.name = "one_assignment_of_an_order",
       .what = "the news of a payment that come again to delivery change nothing",
       .seed = 2,
       .statements = {insert_again("delivery", "insert_assignment",
                                   "version = excluded.version, state = excluded.state, "
                                   "upload_id = excluded.upload_id")}},
      {.name = "one_beginning_of_a_refund",
       .what = "the news of a released ticket that come again to payments change nothing",
       .seed = 13,
       .statements = {{"payments", "begin_refund", " AND status = 'asked'", ""}}},
      {.name = "refund_after_release",
       .what = "a refund waits until delivery has taken the ticket back",
       .seed = 11,
       .schema = "CREATE TRIGGER payments.broken AFTER INSERT ON refunds BEGIN "
                 "UPDATE refunds SET status = 'pending' WHERE id = NEW.id; END"},
      {.name = "refunds_within_the_price",
       .what = "what goes back of a payment is at most what was paid",
       .seed = 8,
       .statements = {{"payments", "reserve_refund", R"( AND version = (\$4))",
                       " AND $1 IS NOT NULL"},
                      {"payments", "reserve_refund",
                       R"( AND refunding_cents \+ \$3 <= amount_cents)", ""}}},
      {.name = "one_listing_of_a_code",
       .what = "a code is of one ticket that is for sale",
       .statements = {
           {"delivery", "set_upload", " AND NOT EXISTS .*", ""},
           {"delivery", "count_duplicate_codes", "<> c.ticket_id", "<> c.ticket_id AND 1 = 0"}}}};
  return all;
}

const KnownBreak& find(const std::string& name) {
  const auto found = std::ranges::find(known(), name, &KnownBreak::name);
  if (found == known().end()) throw std::invalid_argument("there is no break " + name);
  return *found;
}

}  // namespace

std::vector<Break> list_breaks() {
  std::vector<Break> all;
  for (const KnownBreak& each : known()) all.push_back({each.name, each.what, each.seed});
  return all;
}

void switch_off_in_schema(const std::string& name, Checks& checks) {
  if (const KnownBreak& known = find(name); !known.schema.empty()) checks.run(known.schema);
}

void switch_off_in_statements(const std::string& name, republish::Shop& shop) {
  for (const auto& [service, statement, pattern, replacement] : find(name).statements)
    shop.database(service).rewrite(statement, pattern, replacement);
}

}  // namespace ticketing::simulation
