// Reserves tickets: makes orders. Only orders decides which buyer gets a ticket. What happens to an
// order afterwards is in operations.hpp.
#pragma once

#include <optional>
#include <string>

#include "common/runtime/change.hpp"
#include "common/runtime/fresh_copy.hpp"
#include "common/runtime/idempotent_requests.hpp"
#include "common/runtime/owned_data.hpp"
#include "orders/likely_slots.hpp"
#include "orders/order.hpp"
#include "orders/settings.hpp"

namespace ticketing::orders {
namespace store {
struct TicketForOrder;
}

struct CreateOrder {
  std::string ticket_id;
  std::string user_id;
  std::string address;         // of the buyer, as limits count it
  std::optional<Money> price;  // the total that the buyer saw
  // Whether the buyer saw that the seller gives file or code after the sale.
  std::optional<bool> file_promised;
  std::optional<db::IdempotencyKey> idempotency_key;
};

class Reservations {
 public:
  Reservations(runtime::Platform& platform, runtime::OwnedData& data,
               const db::IdempotencyKeys& idempotency_keys, const Settings& settings);

  // Refuses with `ticket_not_found`, `own_ticket`, `ticket_reserved`, `ticket_withdrawn`,
  // `ticket_lapsed`, `show_over`, `show_cancelled`, `price_changed`, `promise_changed`,
  // `price_above_cap`, `face_value_missing`, and as check_pause() and free_slots() do. Throws
  // Unavailable while the copy of the ticket's show has not come.
  Task<Result<Order>> create(CreateOrder request);

 private:
  // The ticket's copy, as its buyer saw it if it comes to that in time. Refuses with
  // `ticket_not_found`.
  Task<Result<store::TicketForOrder>> find_ticket(const CreateOrder& request);
  // The same with the used slots.
  Task<Result<store::TicketForOrder>> find_ticket_and_slots(const CreateOrder& request);
  Task<Result<store::TicketForOrder>> read_ticket(const CreateOrder& request);
  Result<Slots> choose_slots(const CreateOrder& request, const store::TicketForOrder& found);
  Result<runtime::Decision<Order>> reserve(const CreateOrder& request,
                                           const Result<store::TicketForOrder>& found);

  runtime::Platform& platform_;
  runtime::OwnedData& data_;
  const db::IdempotencyKeys& idempotency_keys_;
  runtime::FreshCopies fresh_;
  LikelySlots likely_slots_;
  const Settings settings_;
  prometheus::Counter& created_;
  prometheus::Counter& refused_;
};

}  // namespace ticketing::orders
