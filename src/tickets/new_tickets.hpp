// Lists tickets: makes them. What happens to them afterwards is in operations.hpp.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/db/idempotency_keys.hpp"
#include "common/runtime/change.hpp"
#include "common/runtime/fresh_copy.hpp"
#include "common/runtime/owned_data.hpp"
#include "tickets/show_copy.hpp"
#include "tickets/ticket.hpp"

namespace ticketing::tickets {

struct CreateTicket {
  TicketDetails details;
  std::optional<std::string> show_id = std::nullopt;
  std::string user_id;
  std::optional<db::IdempotencyKey> idempotency_key;
  std::optional<std::int64_t> quantity = std::nullopt;  // of a lot; nothing: one ticket
};

class NewTickets {
 public:
  NewTickets(runtime::Platform& platform, runtime::OwnedData& data,
             const db::IdempotencyKeys& idempotency_keys);

  // All tickets of the lot, or none when the key was taken meanwhile by another request. Refuses
  // with `show_not_found` (a new show is waited for), `show_over`, `show_cancelled`,
  // `price_above_cap` and `face_value_missing`.
  Task<Result<std::vector<Ticket>>> list(CreateTicket request);

 private:
  // Refuses with `show_not_found`, `show_over`, `show_cancelled`.
  Task<Result<ShowCopy>> find_show(std::string show_id, std::string user_id);
  // What the request asks for, checked.
  Task<Result<std::vector<Ticket>>> make_tickets(const CreateTicket& request);
  runtime::Change change_to_list(const std::vector<Ticket>& lot, const CreateTicket& request) const;

  runtime::Platform& platform_;
  runtime::OwnedData& data_;
  const db::IdempotencyKeys& idempotency_keys_;
  runtime::FreshCopies fresh_;
};

}  // namespace ticketing::tickets
