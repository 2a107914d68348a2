// The users of a measured marketplace: those who sell and those who order.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "bench/measured_system.hpp"

namespace ticketing::bench {

// Who sends a request: lines of its head.
using Users = std::vector<std::string>;

// Each has a session and comes from an address of its own.
Users make_users(std::size_t count, const ProxyPort& proxy);
// As many as can list so many tickets over so many connections, and have so many orders.
Users make_users_who_list(std::size_t tickets, std::size_t connections, const ProxyPort& proxy);
Users make_users_who_order(std::size_t orders, const ProxyPort& proxy);

// Lists tickets and gives their ids; number n is of seller n % sellers.size(). Throws
// std::runtime_error when one is refused.
std::vector<std::string> list_tickets(const ProxyPort& proxy, const Users& sellers,
                                      std::size_t connections, std::size_t count);
// The order of the ticket with this number.
std::string order_text(const Users& buyers, const std::vector<std::string>& tickets,
                       std::size_t number);

}  // namespace ticketing::bench
