// The best results of this machine, measured in the same run: the figures to compare ours with.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

#include "servers/child_process.hpp"

namespace ticketing::bench {

// Orders a second that a plain loop on one SQLite connection inserts, with the statements that
// POST /api/orders commits and `orders_a_commit` of them in each transaction.
double bare_sqlite_orders_per_second(const std::string& folder, std::size_t orders,
                                     std::size_t orders_a_commit);

// Transactions a second that pgbench reaches with the same statements, one order a transaction,
// over 16 connections, in a database of its own on the server at `server_url`.
double pgbench_orders_per_second(const std::string& folder, const std::string& server_url);

// An nginx of one worker that answers each GET / with the same bytes, from a file.
class NginxWithBytes {
 public:
  explicit NginxWithBytes(const std::string& bytes);
  ~NginxWithBytes();
  NginxWithBytes(const NginxWithBytes&) = delete;
  NginxWithBytes& operator=(const NginxWithBytes&) = delete;

  std::uint16_t port() const { return port_; }

 private:
  std::filesystem::path folder_;
  std::uint16_t port_;
  servers::ChildProcess child_;
};

}  // namespace ticketing::bench
