// Short calls for what tests do with the files and codes of tickets.
#pragma once

#include <string>

#include "system/marketplace.hpp"

namespace ticketing::system {

// "/api/tickets/…"
std::string path_of(const std::string& ticket_id);
// "/api/orders/…/ticket"
std::string order_path(const std::string& order_id);

// Both ask again as long as they are told to, because the event of a new ticket may be late. On a
// busy machine a file may also take longer than the five seconds that its reader has.
Answer put_code(Person& person, const std::string& ticket_id, const std::string& json);
Answer put_file(Person& person, const std::string& ticket_id, const std::string& body,
                const std::string& type = "application/pdf");

// Asks until the answer has this status: what is paid is captured a moment later.
Answer get_with_status(Person& person, const std::string& path, int status);
// Orders the ticket, pays, and waits until delivery has assigned it. Gives the order's id.
std::string buy(Person& buyer, const std::string& ticket_id);
// Lists the ticket of the order again, once delivery knows the sale.
Answer resell(Person& buyer, const std::string& order_id);
// The ticket goes back on sale.
Answer refund(Person& buyer, const std::string& order_id);

}  // namespace ticketing::system
