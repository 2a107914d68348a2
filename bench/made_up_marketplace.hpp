// Shows and tickets for measurements: as many and as unequal as in a large marketplace.
#pragma once

#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <exception>
#include <random>
#include <string>
#include <vector>

#include "common/runtime/owned_data.hpp"
#include "shows/operations.hpp"
#include "tickets/operations.hpp"

namespace ticketing::bench {

// For co_spawn: a failure ends the benchmark.
inline void rethrow(std::exception_ptr failure) {
  if (failure) std::rethrow_exception(failure);
}

// Makes shows through the operations; gives their ids.
std::vector<std::string> make_shows(asio::io_context& io, shows::Operations& operations,
                                    Timestamp now, std::size_t count);

struct TicketPlan {
  std::vector<std::string> show_ids;
  std::size_t tickets = 0;
  // Each of so many shows, the first ones, has one percent of all tickets.
  std::size_t large_shows = 20;
};

// Puts tickets into the databases of both services, and has shows count them. A tenth is for no
// show, a quarter is sold, a twentieth each reserved and withdrawn.
void make_tickets(asio::io_context& io, runtime::Platform& platform, runtime::OwnedData& tickets,
                  runtime::OwnedData& shows, const TicketPlan& plan);

// Copies of these shows in tickets, with their names.
void copy_shows(asio::io_context& io, shows::Operations& shows, tickets::Operations& tickets,
                const std::vector<std::string>& ids);

// What a visitor searches for.
tickets::TicketFilter made_up_ticket_filter(std::mt19937& random);
shows::search::Query made_up_query(std::mt19937& random, Timestamp now);

}  // namespace ticketing::bench
