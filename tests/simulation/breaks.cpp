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

OtherStatement nothing_due(const std::string& statement) {
  return {"payments", statement, R"(retry_at <= (\$1))", "retry_at <= $1 AND 1 = 0"};
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
       .statements = {{"tickets", "find_idempotency_key", R"(user_id = \$1)",
                       "user_id = $$1 AND 1 = 0"},
                      {"tickets", "take_idempotency_key", "ON CONFLICT DO NOTHING",
                       "ON CONFLICT (user_id, key) DO UPDATE SET entity_id = excluded.entity_id"}}},
      {.name = "outbox_of_orders",
       .what = "every change of an order has its event",
       .schema = losing("orders")},
      {.name = "outbox_of_payments",
       .what = "every change of a payment has its event",
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
       .statements = {{"orders", "outbox_enqueue", R"(AND last_event_id = \$1)", ""}}},
      {.name = "one_mail_for_an_event",
       .what = "an event that comes twice is mailed once",
       .statements = {{"notifications", "insert_mail", R"(VALUES \(CAST\(\$1 AS text\))",
                       "VALUES (CAST($$1 AS text) || random()"}}},
      {.name = "sweep_of_payments",
       .what = "a payment whose answer was lost is asked for again",
       .statements = {nothing_due("due_payments")}},
      {.name = "sweep_of_refunds",
       .what = "a refund whose answer was lost is asked for again",
       .statements = {nothing_due("due_refunds")}}};
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
  for (const KnownBreak& each : known()) all.push_back({each.name, each.what});
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
