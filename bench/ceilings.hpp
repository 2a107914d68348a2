// The best results of this machine, measured in the same run: the figures to compare ours with.
#pragma once

#include <cstddef>
#include <string>

namespace ticketing::bench {

// Orders a second that a plain loop on one SQLite connection inserts, with the statements that
// POST /api/orders commits and `orders_a_commit` of them in each transaction.
double bare_sqlite_orders_per_second(const std::string& folder, std::size_t orders,
                                     std::size_t orders_a_commit);

// Transactions a second that pgbench reaches with the same statements, one order a transaction,
// over 16 connections, in a database of its own on the server at `server_url`.
double pgbench_orders_per_second(const std::string& folder, const std::string& server_url);

}  // namespace ticketing::bench
