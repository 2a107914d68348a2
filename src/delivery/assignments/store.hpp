// The SQL of assignments.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/db/database.hpp"
#include "common/db/kept_sql.hpp"
#include "delivery/assignments/assignment.hpp"

namespace ticketing::delivery::assignments::store {

// Affects no row when the order has one.
db::Statement insert_assignment(const Assignment& assignment, const std::string& event_id);
// Neither when the ticket has something to show.
db::Statement insert_due_assignment(const Assignment& assignment, const std::string& event_id);
// The sale of an order whose refund came before it: which ticket, whose, and, while the order
// awaits that and has nothing to show, until when it is due. No effect where that is known.
db::Statement note_sale(const Assignment& sale);
// What the sale of a ticket says of when it is due.
struct SoldTicket {
  std::string seller_id;
  bool lacks_show = false;       // it has nothing to show, and the copy of its show has not come
  std::optional<ShowCopy> show;  // or the one that stands for it
};
BOOST_DESCRIBE_STRUCT(SoldTicket, (), (seller_id, lacks_show, show))
db::Statement sold_ticket(const std::string& ticket_id);
// A row of OrderedTicket.
db::Statement ordered_ticket(const std::string& order_id);
db::Statement assignment_by_id(const std::string& order_id);

// Only at the version before, while the ticket has the upload that is revealed, that is not erased,
// and no other buyer was shown that.
db::Statement set_revealed(const Assignment& after, const std::string& event_id);
// Only at the version before, while the ticket is sold to the order.
db::Statement set_reselling(const Assignment& after, const std::string& event_id);
// Follows it in its transaction: the copy of the ticket that the buyer makes, before its event,
// with what its buyer gets.
db::Statement insert_resale_ticket(const std::string& order_id, const std::string& event_id);
// id: of the orders whose tickets were due at this time or before and have nothing to show, and
// whose price is not all back.
db::Statement due_before(Timestamp time, std::int64_t limit);
// Only at the version before, while the ticket has nothing to show.
db::Statement set_overdue(const Assignment& after, const std::string& event_id);
// Only at the version before.
db::Statement set_released(const Assignment& after, const std::string& event_id);

// Ends the keys of what the buyer was shown: no user can open it any more.
db::Statement erase_uploads_of(const std::string& buyer_id, Timestamp now);

// An assignment and its latest event.
struct CurrentAssignment {
  Assignment assignment;
  std::string last_event_id;
  std::optional<std::string> seller_id;  // of a ticket that is known
  bool resale_has_file = false;          // the ticket that its buyer made of it
};
BOOST_DESCRIBE_STRUCT(CurrentAssignment, (),
                      (assignment, last_event_id, seller_id, resale_has_file))
// Those after the id `after`, in the order of their ids.
db::Statement assignments_after(const std::string& after, std::int64_t limit);

// What users take along of their rows, by page.
db::Statement kept_assignments(const db::KeptQuery& query);  // Assignment

}  // namespace ticketing::delivery::assignments::store
