// What happens to an order once it is made (reservations.hpp), up to its end, and the copies of
// tickets and shows. Each operation reads, applies a rule of order.hpp and writes by
// compare-and-set together with the event.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/base/page.hpp"
#include "common/bus/event_bus.hpp"
#include "common/runtime/change.hpp"
#include "common/runtime/erasure.hpp"
#include "common/runtime/owned_data.hpp"
#include "orders/calendar/calendar.hpp"
#include "orders/order.hpp"
#include "orders/show_copy.hpp"

namespace ticketing::orders {

struct WithdrawalRequest {
  TicketCopy ticket;
  std::int64_t asked_version = 0;  // the ticket's, at which its seller asked
  bool is_copy = false;            // told by a republished ticket
};

class Operations {
 public:
  Operations(runtime::Platform& platform, runtime::OwnedData& data);

  // Refuse with `order_not_found`, `not_your_order`; cancel_order also as cancel() does.
  Task<Result<Order>> show_order(std::string id, std::string user_id);
  Task<Result<void>> cancel_order(std::string id, std::string user_id);
  // The user's, newest first.
  Task<Page<Order>> list_orders(std::string user_id, PageQuery query);

  // Apply an event. Each is done also when the order has gone another way meanwhile. Throw
  // bus::PermanentFailure when there is no such order.
  Task<bus::Verdict> complete_order(std::string id, std::string payment_id);
  Task<bus::Verdict> expire_order(std::string id);
  Task<bus::Verdict> fail_payment(std::string id, std::string payment_id);
  Task<bus::Verdict> undo_sale(std::string id, std::string payment_id);

  // Updates the copy of a ticket; `retry_later` while the version before has not come.
  Task<bus::Verdict> follow_ticket(TicketCopy ticket);
  // The same for a republished ticket, which stands for all versions before: needs none of them.
  Task<bus::Verdict> replace_ticket(TicketCopy ticket);
  // A show came to this version: the copy that orders depend on, and that of calendars.
  Task<bus::Verdict> follow_show(ShowCopy show, calendar::ShowPlace place);
  // One of the former for a ticket whose seller asks to withdraw it: decides, and publishes the
  // decision. A ticket that is withdrawn already is granted again.
  Task<bus::Verdict> decide_withdrawal(WithdrawalRequest request);

  // Expires orders that the expiration service has missed. Returns their number.
  Task<std::int64_t> sweep();

  // Of deleted accounts: cancels what they have not paid, and ends their calendars.
  runtime::Erasure& erasure() { return erasure_; }

 private:
  Task<bool> erase(std::string user_id);
  Task<std::optional<Order>> find(const std::string& id);
  // The order of an event. Throw bus::PermanentFailure when there is none.
  Task<Order> find_told(const std::string& id);
  // Waits for the end of its time when that is a moment away.
  Task<Order> find_when_due(const std::string& id);
  // The verdict on an event, and the order if it changed.
  struct Outcome {
    std::optional<Order> after = std::nullopt;
    bus::Verdict verdict = bus::Verdict::done;
  };
  using Rule = std::function<runtime::Decision<Outcome>(const Order&)>;
  Task<bus::Verdict> apply(std::function<Task<Order>()> read, Rule rule);
  // Undoes a sale by `rule`, which gives nothing when there is nothing to undo.
  Task<bus::Verdict> undo(std::string id, std::string payment_id,
                          std::optional<Order> (*rule)(const Order&, const std::string&));
  runtime::Decision<Outcome> decide(const std::optional<Order>& after) const;
  runtime::Change change_to(const Order& after) const;
  // An order that has ended, in the metrics.
  void count(const Order& after);

  runtime::Platform& platform_;
  runtime::OwnedData& data_;
  const bus::Outbox withdrawals_outbox_;  // for events of changed copies of tickets
  prometheus::Counter& completed_;
  prometheus::Counter& expired_;
  prometheus::Counter& cancelled_;
  prometheus::Counter& swept_;
  runtime::Erasure erasure_;
};

}  // namespace ticketing::orders
