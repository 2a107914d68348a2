#include "simulation/checks.hpp"

#include <fmt/format.h>

#include <set>

namespace ticketing::simulation {
namespace {

// A change of a row that must not be, noted by a trigger in the moment.
struct Watch {
  std::string service, table;
  std::string what;
  std::string when;  // of OLD and NEW
};

const std::vector<Watch>& watches() {
  static const std::string no_rise =
      "NEW.last_event_id <> OLD.last_event_id AND NEW.version <> OLD.version + 1";
  static const std::vector<Watch> all{
      {"orders", "orders", "I13: the version of an order does not rise by one", no_rise},
      {"orders", "orders", "I2: a cancelled order goes on",
       "OLD.status = 'cancelled' AND NEW.status <> OLD.status"},
      {"tickets", "tickets", "I13: the version of a ticket does not rise by one", no_rise},
      {"tickets", "tickets", "I2: a withdrawn ticket comes back",
       "OLD.status = 'withdrawn' AND NEW.status <> OLD.status"},
      {"payments", "payments", "I13: the version of a payment does not rise by one", no_rise},
      {"payments", "payments", "I2: a payment goes on after its end",
       "OLD.status IN ('captured', 'declined', 'voided', 'failed') AND NEW.status <> OLD.status"},
      {"payments", "refunds", "I2: a refund goes on after its end",
       "OLD.status IN ('succeeded', 'failed') AND NEW.status <> OLD.status"},
      {"delivery", "assignments", "I13: the version of an assignment does not rise by one",
       no_rise},
      {"delivery", "assignments", "I24: a ticket is taken back from one who was shown it",
       "OLD.state = 'revealed' AND NEW.state <> OLD.state"}};
  return all;
}

std::set<std::string> watched_services() {
  std::set<std::string> services;
  for (const Watch& watch : watches()) services.insert(watch.service);
  return services;
}

}  // namespace

Checks::Checks(const std::filesystem::path& folder, const std::vector<std::string>& services)
    : databases_((folder / "bus.db").string()) {
  for (const std::string& service : services) {
    databases_.run(
        fmt::format("ATTACH DATABASE '{}.db' AS {}", (folder / service).string(), service));
    if (!values(fmt::format("SELECT 1 FROM {}.sqlite_master WHERE name = 'outbox'", service))
             .empty()) {
      with_outbox_.push_back(service);
    }
  }
  watch();
}

void Checks::watch() {
  for (std::size_t i = 0; i < watches().size(); ++i) {
    const auto& [service, table, what, when] = watches()[i];
    run(fmt::format("CREATE TABLE IF NOT EXISTS {}.watched (what text, id text)", service));
    run(
        fmt::format("CREATE TRIGGER IF NOT EXISTS {0}.watch_{1} AFTER UPDATE ON {2} WHEN {3} BEGIN "
                    "INSERT INTO watched VALUES ('{4}', NEW.id); END",
                    service, i, table, when, what));
  }
}

std::string Checks::at_every_step() {
  for (const std::string& service : watched_services()) {
    const auto seen = values(fmt::format("SELECT what || ': ' || id FROM {}.watched", service));
    if (!seen.empty()) return seen.front();
  }
  static const std::vector<Check> checks{
      {"I1: a ticket has two live orders",
       "SELECT ticket_id FROM orders.orders WHERE status NOT IN ('cancelled', 'withdrawn') "
       "GROUP BY ticket_id HAVING count(*) > 1"},
      {"what was sent twice with one key was done twice",
       "SELECT title FROM tickets.tickets GROUP BY title HAVING count(*) > 1"},
      {"two tickets for sale have the same code",
       "SELECT c.fingerprint FROM delivery.codes c JOIN delivery.tickets t "
       "ON t.upload_id = c.upload_id WHERE t.status IN ('available', 'reserved') "
       "GROUP BY c.fingerprint HAVING count(DISTINCT t.id) > 1"},
      {"I6: two charges of an order succeeded",
       "SELECT order_id FROM payments.sandbox_intents WHERE captured_cents > 0 "
       "GROUP BY order_id HAVING count(*) > 1"},
      {"I7: the charge is not the price of the order",
       "SELECT o.id FROM orders.orders o JOIN payments.sandbox_intents i ON i.order_id = o.id "
       "WHERE i.captured_cents > 0 AND i.captured_cents <> o.price_cents"},
      {"more money went back than was taken",
       "SELECT order_id FROM payments.sandbox_intents WHERE refunded_cents > captured_cents"},
      {"more money is to go back than was paid",
       "SELECT r.payment_id FROM payments.refunds r JOIN payments.payments p ON p.id = "
       "r.payment_id WHERE r.status <> 'failed' "
       "GROUP BY r.payment_id HAVING sum(r.amount_cents) > max(p.amount_cents)"},
      {"I23: a ticket was shown to the buyers of two orders",
       "SELECT upload_id FROM delivery.assignments WHERE state = 'revealed' "
       "GROUP BY upload_id HAVING count(*) > 1"},
      {"I23: a ticket was shown to one who has not paid",
       "SELECT a.id FROM delivery.assignments a WHERE a.state = 'revealed' AND NOT EXISTS "
       "(SELECT 1 FROM payments.sandbox_intents i WHERE i.order_id = a.id "
       "AND i.captured_cents > 0)"},
      {"I24: an order was shown and refunded",
       "SELECT a.id FROM delivery.assignments a JOIN payments.sandbox_intents i "
       "ON i.order_id = a.id WHERE a.state = 'revealed' AND i.refunded_cents > 0"}};
  return first_violation(checks);
}

std::string Checks::at_rest(Timestamp now) {
  std::vector<Check> checks{
      {"I5: money was kept for an order that is not complete",
       "SELECT i.order_id FROM payments.sandbox_intents i LEFT JOIN orders.orders o "
       "ON o.id = i.order_id WHERE i.captured_cents > i.refunded_cents "
       "AND coalesce(o.status, '') <> 'complete'"},
      {"I4: a complete order was not paid",
       "SELECT o.id FROM orders.orders o WHERE o.status = 'complete' AND NOT EXISTS "
       "(SELECT 1 FROM payments.sandbox_intents i WHERE i.order_id = o.id "
       "AND i.captured_cents = o.price_cents)"},
      {"I5: money is still held for an order that is over",
       "SELECT i.order_id FROM payments.sandbox_intents i JOIN orders.orders o ON o.id = "
       "i.order_id "
       "WHERE i.status = 'requires_capture' AND o.status <> 'created'"},
      {"I9: tickets and orders disagree on who bought a ticket",
       "SELECT t.id FROM tickets.tickets t LEFT JOIN orders.orders o ON o.id = t.order_id "
       "WHERE t.status = 'sold' AND coalesce(o.status, '') <> 'complete' UNION "
       "SELECT o.ticket_id FROM orders.orders o JOIN tickets.tickets t ON t.id = o.ticket_id "
       "WHERE o.status = 'complete' AND (t.status <> 'sold' OR t.order_id <> o.id)"},
      {"I9: a ticket stays reserved for an order that is over",
       "SELECT t.id FROM tickets.tickets t WHERE t.status = 'reserved' AND NOT EXISTS "
       "(SELECT 1 FROM orders.orders o WHERE o.id = t.order_id AND o.status = 'created')"},
      {"I9: the copy of an order is not its order",
       "SELECT o.id FROM orders.orders o LEFT JOIN payments.orders c ON c.id = o.id "
       "WHERE o.status <> 'withdrawn' AND (c.id IS NULL OR c.status <> o.status)"},
      {"I9: the copy of a ticket is not its ticket",
       "SELECT t.id FROM tickets.tickets t LEFT JOIN orders.tickets c ON c.id = t.id "
       "WHERE t.status = 'available' AND (c.id IS NULL OR c.price_cents <> t.price_cents)"},
      {"I9: delivery's copy of a ticket is not its ticket",
       "SELECT t.id FROM tickets.tickets t JOIN delivery.tickets c ON c.id = t.id "
       "WHERE c.status <> t.status"},
      {"I9: tickets' copy of an order is not its order",
       "SELECT o.id FROM orders.orders o JOIN tickets.orders c ON c.id = o.id "
       "WHERE o.status <> 'withdrawn' AND c.status <> o.status"},
      {"a ticket that was withdrawn has a live order",
       "SELECT t.id FROM tickets.tickets t JOIN orders.orders o ON o.ticket_id = t.id "
       "WHERE t.status = 'withdrawn' AND o.status IN ('created', 'complete')"},
      {"the buyer of a complete order has no ticket to be shown",
       "SELECT o.id FROM orders.orders o WHERE o.status = 'complete' AND NOT EXISTS "
       "(SELECT 1 FROM delivery.assignments a WHERE a.id = o.id)"},
      {"I11: an order is unpaid after its time",
       fmt::format("SELECT id FROM orders.orders WHERE status = 'created' AND expires_at < {}",
                   to_millis(now) - 60'000)},
      {"a payment does not end",
       "SELECT id FROM payments.payments WHERE status IN ('authorizing', 'authorized')"},
      {"a refund does not end",
       "SELECT id FROM payments.refunds WHERE status IN ('asked', 'pending')"},
      {"I26: seller and buyer are not told of a sale, each once",
       "SELECT e.id FROM payments.outbox e WHERE e.subject = 'payment.captured' "
       "AND e.original = '' AND e.payload LIKE '%\"ticketId\"%' AND 'paid,sold' <> coalesce("
       "(SELECT group_concat(which) FROM (SELECT m.which FROM notifications.mails m "
       "WHERE m.last_event_id = e.id ORDER BY m.which)), '')"},
      {"I12: an event is among the dead letters", "SELECT event_id FROM main.dead_letters"}};
  for (const std::string& service : with_outbox_) {
    checks.push_back({fmt::format("I8: an event of {} was not published", service),
                      fmt::format("SELECT id FROM {}.outbox WHERE published_at IS NULL", service)});
  }
  return first_violation(checks);
}

std::vector<std::string> Checks::values(const std::string& sql) {
  std::vector<std::string> all;
  for (const auto& row : databases_.run(sql)) all.push_back(row.at(0).value_or(""));
  return all;
}

std::string Checks::first_violation(const std::vector<Check>& checks) {
  for (const Check& check : checks) {
    const auto found = values(check.sql);
    if (!found.empty()) return fmt::format("{}: {}", check.what, found.front());
  }
  return "";
}

}  // namespace ticketing::simulation
