#include "system/audit.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/json/parse.hpp>

#include "servers/services.hpp"
#include "system/marketplace.hpp"

namespace ticketing::system {
namespace {

using Faults = std::vector<std::string>;

// Rows by their first column.
std::map<std::string, TableRow> by_id(System& system, const std::string& service,
                                      const std::string& sql) {
  std::map<std::string, TableRow> rows;
  for (TableRow& row : system.query(service, sql)) rows.emplace(row.at(0).value(), row);
  return rows;
}

std::string show(const TableRow& row) {
  std::vector<std::string> cells;
  for (const auto& cell : row) cells.push_back(cell.value_or("null"));
  return fmt::format("({})", fmt::join(cells, ", "));
}

// A copy made from events must equal the owner's data.
void compare(Faults& faults, const std::string& what, const std::map<std::string, TableRow>& owner,
             const std::map<std::string, TableRow>& copy) {
  for (const auto& [id, row] : owner) {
    const auto found = copy.find(id);
    if (found == copy.end()) {
      faults.push_back(fmt::format("{}: no copy of {}", what, show(row)));
    } else if (found->second != row) {
      faults.push_back(fmt::format("{}: {} is copied as {}", what, show(row), show(found->second)));
    }
  }
  for (const auto& [id, row] : copy) {
    if (!owner.contains(id))
      faults.push_back(fmt::format("{}: {} out of nothing", what, show(row)));
  }
}

void check_copies_in_shows(Faults& faults, System& system) {
  compare(faults, "tickets in shows",
          by_id(system, "tickets",
                "SELECT id, version, show_id, price_cents, status FROM tickets "
                "WHERE show_id IS NOT NULL"),
          by_id(system, "shows", "SELECT id, version, show_id, price_cents, status FROM tickets"));
  compare(faults, "shows in tickets",
          by_id(system, "shows",
                "SELECT id, version, plan, over_at, coalesce(merged_into, '') FROM shows"),
          by_id(system, "tickets",
                "SELECT id, version, status, over_at, coalesce(merged_into, '') FROM shows"));
  compare(faults, "shows in orders",
          by_id(system, "shows", "SELECT id, version, coalesce(merged_into, '') FROM shows"),
          by_id(system, "orders", "SELECT id, version, coalesce(merged_into, '') FROM shows"));
}

void check_copies_in_delivery(Faults& faults, System& system) {
  compare(
      faults, "tickets in delivery",
      by_id(system, "tickets",
            "SELECT id, version, user_id, coalesce(show_id, ''), status, coalesce(order_id, '') "
            "FROM tickets"),
      by_id(system, "delivery",
            "SELECT id, version, user_id, coalesce(show_id, ''), status, coalesce(order_id, '') "
            "FROM tickets"));
  // What was withdrawn or has lapsed has lost its upload.
  compare(faults, "files of tickets",
          by_id(system, "delivery", "SELECT id, 1 FROM tickets WHERE upload_id IS NOT NULL"),
          by_id(system, "tickets",
                "SELECT id, has_file FROM tickets WHERE has_file = 1 "
                "AND status NOT IN ('withdrawn', 'lapsed')"));
}

// I23 and I24: each captured order has its ticket, and those that were refunded were not shown.
void check_assignments(Faults& faults, System& system) {
  compare(faults, "orders in delivery",
          by_id(system, "payments",
                "SELECT o.id, o.ticket_id, o.user_id FROM orders o WHERE EXISTS "
                "(SELECT 1 FROM payments p WHERE p.order_id = o.id AND p.status = 'captured')"),
          by_id(system, "delivery", "SELECT id, ticket_id, user_id FROM assignments"));
  compare(
      faults, "reveals in payments",
      by_id(system, "delivery", "SELECT id, revealed_at FROM assignments WHERE state = 'revealed'"),
      by_id(system, "payments", "SELECT id, revealed_at FROM reveals"));
  const auto released =
      by_id(system, "delivery", "SELECT id FROM assignments WHERE state = 'released'");
  for (const auto& [order, row] :
       by_id(system, "payments",
             "SELECT order_id FROM refunds WHERE status <> 'failed' AND reason IS NULL")) {
    if (!released.contains(order))
      faults.push_back(fmt::format("order {} is refunded and may be shown", order));
  }
}

// What the other services have copied from the events of their neighbours, compared row by row
// with what these have themselves.
void check_copies(Faults& faults, System& system) {
  compare(faults, "tickets in orders",
          by_id(system, "tickets",
                "SELECT id, version, title, price_cents, file_promised FROM tickets"),
          by_id(system, "orders",
                "SELECT id, version, title, price_cents, file_promised FROM tickets"));
  compare(faults, "orders in tickets",
          by_id(system, "orders",
                "SELECT id, version, ticket_id, status FROM orders WHERE status <> 'withdrawn'"),
          by_id(system, "tickets", "SELECT id, version, ticket_id, status FROM orders"));
  compare(faults, "orders in payments",
          by_id(system, "orders",
                "SELECT id, version, status, reason, user_id, price_cents, expires_at, ticket_id, "
                "file_promised FROM orders WHERE status <> 'withdrawn'"),
          by_id(system, "payments",
                "SELECT id, version, status, reason, user_id, price_cents, expires_at, ticket_id, "
                "file_promised FROM orders"));
}

// A ticket is sold or reserved exactly by the one order that is complete or live for it, and
// withdrawn exactly where orders granted it.
void check_holders(Faults& faults, System& system) {
  std::map<std::string, std::string> holders;
  for (const TableRow& row : system.query(
           "orders", "SELECT ticket_id, id, status FROM orders WHERE status <> 'cancelled'")) {
    const std::string holder = *row[2] == "withdrawn"  ? " withdrawn"
                               : *row[2] == "complete" ? *row[1] + " sold"
                                                       : *row[1] + " reserved";
    if (!holders.emplace(*row[0], holder).second) {
      faults.push_back(fmt::format("ticket {} has two live orders", *row[0]));
    }
  }
  for (const TableRow& row :
       system.query("tickets",
                    "SELECT id, coalesce(order_id, ''), status, withdrawal_version "
                    "FROM tickets")) {
    if (row[3]) faults.push_back(fmt::format("ticket {} still awaits a decision", *row[0]));
    const auto found = holders.find(*row[0]);
    const bool is_lapsed = *row[2] == "lapsed";
    const std::string expected = found != holders.end() ? found->second
                                 : is_lapsed            ? " lapsed"
                                                        : " available";
    if (*row[1] + " " + *row[2] != expected) {
      faults.push_back(fmt::format("ticket {} is \"{} {}\" instead of \"{}\"", *row[0], *row[1],
                                   *row[2], expected));
    }
  }
}

// I4 to I7: the gateway charged the price of each complete order once, to the cent.
void check_money(Faults& faults, System& system) {
  std::map<std::string, std::int64_t> taken;
  std::int64_t taken_cents = 0;
  for (const TableRow& row : system.query(
           "payments",
           "SELECT order_id, captured_cents - refunded_cents, status, id FROM sandbox_intents")) {
    const std::int64_t cents = std::stoll(*row[1]);
    if (*row[2] == "requires_capture") {
      faults.push_back(fmt::format("{} still holds money for order {}", *row[3], *row[0]));
    }
    if (cents != 0 && !taken.emplace(*row[0], cents).second) {
      faults.push_back(fmt::format("order {} was charged twice", *row[0]));
    }
    taken_cents += cents;
  }
  std::int64_t owed_cents = 0;
  for (const TableRow& row :
       system.query("orders", "SELECT id, price_cents FROM orders WHERE status = 'complete'")) {
    const std::int64_t price = std::stoll(*row[1]);
    owed_cents += price;
    const auto found = taken.find(*row[0]);
    if (found == taken.end()) {
      faults.push_back(fmt::format("order {} is complete and was not charged", *row[0]));
      continue;
    }
    if (found->second != price) {
      faults.push_back(
          fmt::format("order {} was charged {} instead of {}", *row[0], found->second, price));
    }
    taken.erase(found);
  }
  for (const auto& [order, cents] : taken) {
    faults.push_back(fmt::format("{} cents were charged for order {}, not complete", cents, order));
  }
  if (taken_cents != owed_cents) {
    faults.push_back(fmt::format("charged {} cents, sold for {}", taken_cents, owed_cents));
  }
}

// I13: the events of an entity have the versions 0, 1, 2, … up to the version in its table. Copies,
// which a service publishes by itself when a wiped broker has lost events, are left out.
void check_versions(Faults& faults, System& system, const std::string& service,
                    const std::string& table) {
  std::map<std::string, std::vector<std::int64_t>> published;
  for (const TableRow& row : system.query(service,
                                          "SELECT payload FROM outbox WHERE original = '' AND "
                                          "subject <> 'order.withdrawal_decided' ORDER BY id")) {
    const boost::json::value event = boost::json::parse(*row[0]);
    published[text_at(event, "id")].push_back(std::stoll(text_at(event, "version")));
  }
  for (const TableRow& row : system.query(service, "SELECT id, version FROM " + table)) {
    auto versions = published[*row[0]];
    std::ranges::sort(versions);
    bool good = std::ssize(versions) == std::stoll(*row[1]) + 1;
    std::int64_t expected = 0;
    for (const std::int64_t version : versions) good = good && version == expected++;
    if (!good) {
      faults.push_back(fmt::format("{} {} is at version {} and its events have [{}]", table,
                                   *row[0], *row[1], fmt::join(versions, ", ")));
    }
    published.erase(*row[0]);
  }
  for (const auto& [id, versions] : published) {
    faults.push_back(fmt::format("{}: events of {}, which is not there", table, id));
  }
}

void check_dead_letters(Faults& faults, System& system) {
  for (const std::string& letter : system.dead_letters())
    faults.push_back("a dead letter: " + letter);
}

std::int64_t count(System& system, const std::string& service, const std::string& sql) {
  return std::stoll(system.query(service, "SELECT count(*) FROM " + sql).at(0).at(0).value());
}

// What is still going on.
std::string unrest(System& system) {
  for (const std::string& service : servers::names_of_publishers()) {
    if (const auto n = count(system, service, "outbox WHERE published_at IS NULL"); n > 0) {
      return fmt::format("{} events of {} are not published", n, service);
    }
  }
  if (const auto n = system.events_under_way(); n > 0) {
    return fmt::format("{} events are not handled", n);
  }
  if (const auto n = count(system, "payments",
                           "payments p JOIN orders o ON o.id = p.order_id "
                           "WHERE p.status = 'authorizing' OR p.status = 'authorized'");
      n > 0) {
    return fmt::format("{} payments are under way", n);
  }
  if (const auto n = count(system, "payments", "refunds WHERE status IN ('asked', 'pending')");
      n > 0) {
    return fmt::format("{} refunds are under way", n);
  }
  const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count();
  if (const auto n = count(system, "orders",
                           fmt::format("orders WHERE status = 'created' AND expires_at < {}", now));
      n > 0) {
    return fmt::format("{} orders are overdue", n);
  }
  return {};
}

}  // namespace

std::string wait_for_rest(System& system, std::chrono::milliseconds limit) {
  std::string going_on;
  int quiet = 0;
  // Twice in a row, because one step's event may be the next step's beginning.
  const auto at_rest = [&] {
    going_on = unrest(system);
    quiet = going_on.empty() ? quiet + 1 : 0;
    return quiet >= 3;
  };
  wait_until(at_rest, limit, std::chrono::milliseconds{50});
  return quiet >= 3 ? std::string() : going_on;
}

std::vector<std::string> audit(System& system) {
  Faults faults;
  check_copies(faults, system);
  check_copies_in_shows(faults, system);
  check_copies_in_delivery(faults, system);
  check_assignments(faults, system);
  check_holders(faults, system);
  check_money(faults, system);
  check_versions(faults, system, "tickets", "tickets");
  check_versions(faults, system, "shows", "shows");
  check_versions(faults, system, "orders", "orders WHERE status <> 'withdrawn'");
  check_dead_letters(faults, system);
  return faults;
}

std::string audit_report(System& system) {
  const Faults faults = audit(system);
  std::string report;
  for (std::size_t i = 0; i < faults.size() && i < 10; ++i) report += faults[i] + "\n";
  if (faults.size() > 10) report += fmt::format("… and {} more\n", faults.size() - 10);
  return report;
}

}  // namespace ticketing::system
