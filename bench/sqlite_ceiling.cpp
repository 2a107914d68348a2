#include "bench/ceilings.hpp"

#include <chrono>

#include "common/base/described.hpp"
#include "common/base/embedded_files.hpp"
#include "common/bus/event_source.hpp"
#include "common/bus/outbox.hpp"
#include "common/db/sqlite/sqlite_connection.hpp"
#include "contracts/orders_events.hpp"
#include "orders/store.hpp"

namespace ticketing::orders {
EmbeddedFiles embedded_files();
}

namespace ticketing::bench {
namespace {

orders::Order make_order(IdGenerator& ids, const Clock& clock, const orders::TicketCopy& ticket) {
  return orders::make_order(ids.next(), "018c0000-0000-7000-8000-000000000000", ticket, clock.now(),
                            std::chrono::seconds{900});
}

}  // namespace

double bare_sqlite_orders_per_second(const std::string& folder, std::size_t orders,
                                     std::size_t orders_a_commit) {
  const SystemClock clock;
  SystemRandom random;
  IdGenerator ids(clock, random);
  const bus::EventSource events("orders", ids, clock);
  const bus::Outbox outbox("orders", "orders");
  db::SqliteConnection connection(folder + "/ceiling.db", db::SqliteConnection::Role::writer);
  for (const db::Migration& migration : bus::outbox_migrations())
    connection.run_script(std::string(migration.sql));
  for (const EmbeddedFile& file : orders::embedded_files())
    connection.run_script(std::string(file.content));

  std::vector<orders::TicketCopy> tickets;
  connection.begin_write();
  for (std::size_t i = 0; i < orders; ++i) {
    tickets.push_back({.id = ids.next(), .version = 0, .title = "Front row", .price = Money{2000}});
    connection.run(orders::store::insert_ticket_copy(tickets.back()));
  }
  connection.commit();

  const auto start = std::chrono::steady_clock::now();
  for (std::size_t at = 0; at < orders;) {
    connection.begin_write();
    for (std::size_t i = 0; i < orders_a_commit && at < orders; ++i, ++at) {
      const orders::Order order = make_order(ids, clock, tickets[at]);
      const bus::Event event = events.make(matching<contracts::OrderCreated>(order));
      connection.run(
          orders::store::insert_order(order, {.ticket_version = tickets[at].version}, event.id));
      connection.run(outbox.enqueue(event, order.id));
    }
    connection.commit();
    if (connection.wal_bytes_pending() > 4 * 1024 * 1024) {
      connection.checkpoint(db::SqliteConnection::Checkpoint::passive);
    }
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  return static_cast<double>(orders) / took.count();
}

}  // namespace ticketing::bench
