#include "simulation/breaks.hpp"

#include <algorithm>
#include <stdexcept>

#include "simulation/simulation.hpp"

namespace ticketing::simulation {
namespace {

struct KnownBreak {
  std::string name;
  std::string what;
  std::string schema;  // SQL that switches it off
};

const std::vector<KnownBreak>& known() {
  static const std::vector<KnownBreak> all{
      {.name = "one_live_order",
       .what = "a ticket has one live order",
       .schema = "DROP INDEX orders.orders_one_live_per_ticket"},
      {.name = "outbox_of_orders",
       .what = "every change of an order has its event",
       .schema = "CREATE TRIGGER orders.lose AFTER INSERT ON outbox WHEN NEW.rowid % 10 = 0 "
                 "BEGIN DELETE FROM outbox WHERE rowid = NEW.rowid; END"},
      {.name = "outbox_of_payments",
       .what = "every change of a payment has its event",
       .schema = "CREATE TRIGGER payments.lose AFTER INSERT ON outbox WHEN NEW.rowid % 10 = 0 "
                 "BEGIN DELETE FROM outbox WHERE rowid = NEW.rowid; END"},
      {.name = "mark_after_publishing",
       .what = "an event is marked as published after it was published",
       .schema = "CREATE TRIGGER orders.mark AFTER INSERT ON outbox WHEN NEW.rowid % 10 = 0 "
                 "BEGIN UPDATE outbox SET published_at = 1 WHERE rowid = NEW.rowid; END"}};
  return all;
}

}  // namespace

std::vector<Break> list_breaks() {
  std::vector<Break> all;
  for (const KnownBreak& each : known()) all.push_back({each.name, each.what});
  return all;
}

void switch_off(const std::string& name, Checks& checks) {
  const auto found = std::ranges::find(known(), name, &KnownBreak::name);
  if (found == known().end()) throw std::invalid_argument("there is no break " + name);
  checks.run(found->schema);
}

}  // namespace ticketing::simulation
