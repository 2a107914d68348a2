// What becomes of the ticket of an order: assigned when its payment is captured, then either shown
// to its buyer or released for a refund, also because its seller gave nothing in time. One row
// decides which.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/bus/event_bus.hpp"
#include "common/runtime/change.hpp"
#include "common/runtime/erasure.hpp"
#include "common/runtime/fresh_copy.hpp"
#include "common/runtime/owned_data.hpp"
#include "common/runtime/periodic.hpp"
#include "contracts/payments_events.hpp"
#include "delivery/assignments/assignment.hpp"
#include "delivery/operations.hpp"

namespace ticketing::delivery::assignments {
namespace store {
struct SoldTicket;
}  // namespace store

// What its buyer is shown.
struct RevealedTicket {
  std::vector<OpenCode> codes;
  Upload upload;
};

class Operations {
 public:
  // All outlive the operations.
  Operations(runtime::Platform& platform, runtime::OwnedData& data, delivery::Operations& uploads);

  // Refuses with `order_not_found`, also before the order's payment is captured, and as
  // check_state() does.
  Task<Result<TicketStateAnswer>> find_state(std::string order_id, std::string user_id);
  // Shows the buyer the ticket; from then on the order is not refunded. The same answer again.
  // Refuses with `order_not_found` and as check_reveal() does. Throws Unavailable when the upload
  // cannot be opened: it is not shown then.
  Task<Result<RevealedTicket>> reveal(std::string order_id, std::string user_id);
  // The buyer lists the ticket again: neither shown nor refunded until that listing ends unsold,
  // then it is the buyer's as before. The same answer again. Refuses with `order_not_found` and as
  // check_resale() does.
  Task<Result<TicketStateAnswer>> resell(std::string order_id, std::string user_id);
  // The file that the buyer was shown. Refuses with `order_not_found`, `not_found` where there are
  // codes alone, and as check_file() does. Throws as delivery::Operations::read_file() does.
  Task<Result<TicketFile>> read_file(std::string order_id, std::string user_id);

  // The order's payment was captured at this time: the ticket is its buyer's, unless a refund was
  // faster. Where proof is required, or its seller promised file or code, what has nothing to show
  // is due; `retry_later` until the ticket is known, and its show, for which it waits until
  // `show_wait` after the sale.
  Task<bus::Verdict> assign(contracts::PaymentCaptured payment, Timestamp sold_at);
  // A refund asks for the ticket. Answers with an event each time that it is asked.
  Task<bus::Verdict> release(contracts::RefundRequested refund);
  // Money of the order went back: its buyer is not shown the ticket any more. A
  // ticket that does not go back on sale loses its upload, so that its codes can be listed again.
  Task<bus::Verdict> follow_refund(contracts::PaymentRefunded refund);

  void start();
  Task<> stop();
  // What start() does again and again: what was not given in time is overdue, so that its buyer has
  // the money back.
  Task<> note_overdue();

  // Of deleted accounts: ends the keys of what they were shown.
  runtime::Erasure& erasure() { return erasure_; }

 private:
  Task<bool> erase(std::string user_id);
  // What a reveal is decided by.
  struct Findings {
    std::optional<OrderedTicket> ordered;
    std::vector<OpenCode> codes;  // of the upload, if it may be shown
  };

  Task<std::optional<OrderedTicket>> find(const std::string& order_id);
  // The same, for something that may be a moment old.
  Task<Result<OrderedTicket>> find_for(const std::string& order_id, const std::string& user_id);
  // Of what may be shown: all codes are there.
  static bool is_whole(const Findings& findings);
  Task<Findings> find_and_open(const std::string& order_id, const std::string& user_id);
  Task<std::optional<Assignment>> find_assignment(const std::string& order_id);
  // False when the order has a row, or the ticket something to show.
  Task<bool> insert_due(const Assignment& due, const std::string& seller_id);
  // Stores the sale. An order whose refund came before has a row, which gets the ticket, the buyer
  // and what is due.
  Task<> insert_or_note(Assignment sale, std::optional<Timestamp> due_at = std::nullopt);
  Task<> end_if_overdue(std::string order_id, Timestamp now);
  runtime::Decision<RevealedTicket> show(const Findings& found);
  runtime::Decision<TicketStateAnswer> begin_resale(const OrderedTicket& found);
  runtime::Change change_to_released(const std::optional<Assignment>& before,
                                     const contracts::RefundRequested& refund);
  runtime::Change change_by_refund(const std::optional<Assignment>& before,
                                   const Assignment& after);
  void count(const std::string& result);

  runtime::Platform& platform_;
  runtime::OwnedData& data_;
  delivery::Operations& uploads_;
  runtime::FreshCopies fresh_;
  const bus::Outbox outbox_;
  runtime::Periodic noting_overdue_;
  runtime::Erasure erasure_;
};

}  // namespace ticketing::delivery::assignments
