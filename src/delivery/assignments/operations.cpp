#include "delivery/assignments/operations.hpp"

#include "common/base/exceptions.hpp"
#include "common/base/log.hpp"
#include "contracts/codes.hpp"
#include "delivery/assignments/assignment_events.hpp"
#include "delivery/assignments/store.hpp"
#include "delivery/store.hpp"

namespace ticketing::delivery::assignments {
namespace {

constexpr Milliseconds overdue_interval{60'000};
constexpr std::int64_t overdue_at_once = 1'000;
// How long a sale waits for the copy of its show; less than an event may wait. Then it is due as
// without a show.
constexpr std::chrono::minutes show_wait{5};

std::unexpected<Error> no_such_order() {
  return refuse(ErrorKind::not_found, slugs::order_not_found, "There is no such paid order.");
}

// What a refund that asks is told.
bus::Event answer_event(const bus::EventSource& events, const Assignment& assignment) {
  switch (assignment.state) {
    case AssignmentState::revealed: return events.make(revealed_event(assignment));
    case AssignmentState::reselling: return events.make(resale_event(assignment));
    case AssignmentState::assigned:
    case AssignmentState::overdue:
    case AssignmentState::released: break;
  }
  return events.make(released_event(assignment));
}

}  // namespace

Operations::Operations(runtime::Platform& platform, runtime::OwnedData& data,
                       delivery::Operations& uploads)
    : platform_(platform),
      data_(data),
      uploads_(uploads),
      fresh_(platform),
      outbox_(data.outbox().source(), "assignments"),
      noting_overdue_(platform, "note the tickets that were not given in time", overdue_interval),
      erasure_(platform, "delivery", data.database(),
               [this](std::string user_id) { return erase(std::move(user_id)); }) {}

void Operations::start() {
  erasure_.start();
  noting_overdue_.start([this] { return note_overdue(); });
}

Task<> Operations::stop() {
  co_await erasure_.stop();
  co_await noting_overdue_.stop();
}

// What was not shown stays sealed: with a refund it is for sale again. What was sold by the user
// stays until its time is over: its buyer has paid for it. What was not sold goes with its listing.
Task<bool> Operations::erase(std::string user_id) {
  db::Transaction transaction{.contends_for = "uploads", .statements = {}};
  transaction.statements.push_back(store::erase_uploads_of(user_id, platform_.clock.now()));
  co_await data_.database().commit(std::move(transaction));
  co_return true;
}

Task<std::optional<OrderedTicket>> Operations::find(const std::string& order_id) {
  const auto found = co_await data_.database().query(store::ordered_ticket(order_id));
  if (found.empty()) co_return std::nullopt;
  co_return found.rows.front().as<OrderedTicket>();
}

Task<Result<OrderedTicket>> Operations::find_for(const std::string& order_id,
                                                 const std::string& user_id) {
  auto found = co_await fresh_.find(order_id, user_id, [&] { return find(order_id); });
  if (!found) co_return refuse(fresh_.not_found(no_such_order().error(), order_id));
  co_return *std::move(found);
}

Task<Result<TicketStateAnswer>> Operations::find_state(std::string order_id, std::string user_id) {
  const auto found = co_await find_for(order_id, user_id);
  if (!found) co_return std::unexpected(found.error());
  if (auto allowed = check_state(*found, user_id); !allowed)
    co_return std::unexpected(std::move(allowed).error());
  co_return state_of(*found);
}

bool Operations::is_whole(const Findings& findings) {
  return std::ssize(findings.codes) == findings.ordered.value().upload.value().barcodes;
}

// Opened before the reveal is stored: what cannot be shown stays refundable.
Task<Operations::Findings> Operations::find_and_open(const std::string& order_id,
                                                     const std::string& user_id) {
  Findings findings{.ordered = co_await find(order_id), .codes = {}};
  if (!findings.ordered || !check_reveal(*findings.ordered, user_id)) co_return findings;
  const Upload upload = findings.ordered->upload.value();
  findings.codes = co_await uploads_.read_codes(upload);
  if (!is_whole(findings)) {
    // Erased since the row was read; if so, the row says that by now.
    findings.ordered = co_await find(order_id);
    co_return findings;
  }
  const bool is_first = findings.ordered->assignment.state == AssignmentState::assigned;
  if (is_first && upload.media_type) co_await uploads_.read_file(upload);
  co_return findings;
}

Task<Result<RevealedTicket>> Operations::reveal(std::string order_id, std::string user_id) {
  const auto known = co_await find_for(order_id, user_id);
  if (!known) co_return std::unexpected(known.error());
  auto revealed = co_await runtime::change(
      data_, [&] { return find_and_open(order_id, user_id); },
      [&](const Findings& found) -> Result<runtime::Decision<RevealedTicket>> {
        if (!found.ordered) return no_such_order();
        if (auto allowed = check_reveal(*found.ordered, user_id); !allowed)
          return std::unexpected(std::move(allowed).error());
        return show(found);
      });
  count(revealed ? "revealed" : "refused");
  co_return revealed;
}

runtime::Decision<RevealedTicket> Operations::show(const Findings& found) {
  const auto& [assignment, ticket, upload, shown_to_others] = *found.ordered;
  if (!is_whole(found)) throw Unavailable("codes of the upload " + upload->id + " are lost");
  RevealedTicket answer{.codes = found.codes, .upload = *upload};
  if (assignment.state == AssignmentState::revealed) return runtime::unchanged(std::move(answer));
  const Assignment after = assignments::reveal(assignment, upload->id, platform_.clock.now());
  const bus::Event event = data_.events().make(revealed_event(after));
  runtime::Change change{.contends_for = upload->ticket_id,
                         .locks = {delivery::store::lock_ticket(upload->ticket_id)},
                         .write = store::set_revealed(after, event.id),
                         .event = event,
                         .entity_id = after.id,
                         .outbox = &outbox_};
  // A ticket that was listed again shows the upload of the one before, whose id is the smaller one.
  change.is_alone = ticket && ticket->id != upload->ticket_id;
  if (change.is_alone) change.locks.push_back(delivery::store::lock_ticket(ticket->id));
  return runtime::changed(std::move(answer), std::move(change));
}

Task<Result<TicketStateAnswer>> Operations::resell(std::string order_id, std::string user_id) {
  const auto known = co_await find_for(order_id, user_id);
  if (!known) co_return std::unexpected(known.error());
  co_return co_await runtime::change(
      data_, [&] { return find(order_id); },
      [&](const std::optional<OrderedTicket>& found)
          -> Result<runtime::Decision<TicketStateAnswer>> {
        if (!found) return no_such_order();
        if (auto allowed = check_resale(*found, user_id); !allowed)
          return std::unexpected(std::move(allowed).error());
        return begin_resale(*found);
      });
}

// Until the sale is known here its seller may still change what is sold.
runtime::Decision<TicketStateAnswer> Operations::begin_resale(const OrderedTicket& found) {
  const Assignment& assignment = found.assignment;
  if (assignment.state == AssignmentState::reselling) return runtime::unchanged(state_of(found));
  if (!found.ticket || found.ticket->order_id != assignment.id)
    throw Unavailable("the sale of the ticket of order " + assignment.id + " is not known yet");
  const Assignment after = assignments::resell(assignment, platform_.ids.next());
  const bus::Event event = data_.events().make(resale_event(after, found.upload.has_value()));
  return runtime::changed(
      TicketStateAnswer{.state = TicketState::none, .resale_ticket_id = after.resale_id},
      {.contends_for = found.ticket->id,
       .locks = {delivery::store::lock_ticket(found.ticket->id)},
       .write = store::set_reselling(after, event.id),
       .also = {store::insert_resale_ticket(after.id, event.id)},
       .event = event,
       .entity_id = after.id,
       .outbox = &outbox_});
}

Task<Result<TicketFile>> Operations::read_file(std::string order_id, std::string user_id) {
  const auto found = co_await find_for(order_id, user_id);
  if (!found) co_return std::unexpected(found.error());
  if (auto allowed = check_file(*found, user_id); !allowed)
    co_return std::unexpected(std::move(allowed).error());
  if (!found->upload.value().media_type) {
    co_return refuse(ErrorKind::not_found, slugs::not_found,
                     "The ticket is a code without a file.");
  }
  co_return co_await uploads_.read_file(*found->upload);
}

Task<bus::Verdict> Operations::assign(contracts::PaymentCaptured payment, Timestamp sold_at) {
  if (!payment.ticket_id || !payment.user_id) co_return bus::Verdict::done;
  const Assignment assignment{.id = payment.order_id,
                              .ticket_id = payment.ticket_id,
                              .user_id = *payment.user_id,
                              .created_at = platform_.clock.now()};
  if (!uploads_.requires_proof() && !payment.file_promised) {
    co_await insert_or_note(assignment);
    co_return bus::Verdict::done;
  }
  const auto found = co_await data_.database().query(store::sold_ticket(*payment.ticket_id));
  if (found.empty()) co_return bus::Verdict::retry_later;
  const auto sold = found.rows.front().as<store::SoldTicket>();
  if (sold.lacks_show && assignment.created_at < sold_at + show_wait)
    co_return bus::Verdict::retry_later;
  Assignment due = assignment;
  due.due_at = deadline_of(sold_at, assignment.created_at, sold.show);
  if (!co_await insert_due(due, sold.seller_id)) co_await insert_or_note(assignment, due.due_at);
  co_return bus::Verdict::done;
}

// Its seller is told nothing of what is due: money goes back, so the ticket cannot be given any
// more.
Task<> Operations::insert_or_note(Assignment sale, std::optional<Timestamp> due_at) {
  const bool is_first =
      co_await runtime::commit(data_, {.contends_for = sale.id,
                                       .write = store::insert_assignment(sale, ""),
                                       .batch_delay = db::background_batch_delay});
  if (is_first) co_return;
  sale.due_at = due_at;
  co_await runtime::commit(data_, {.contends_for = *sale.ticket_id,
                                   .locks = {delivery::store::lock_ticket(*sale.ticket_id)},
                                   .write = store::note_sale(sale),
                                   .batch_delay = db::background_batch_delay});
}

Task<bool> Operations::insert_due(const Assignment& due, const std::string& seller_id) {
  const bus::Event event = data_.events().make(due_event(due, seller_id));
  co_return co_await runtime::commit(data_,
                                     {.contends_for = *due.ticket_id,
                                      .locks = {delivery::store::lock_ticket(*due.ticket_id)},
                                      .write = store::insert_due_assignment(due, event.id),
                                      .event = event,
                                      .entity_id = due.id,
                                      .outbox = &outbox_,
                                      .batch_delay = db::background_batch_delay});
}

Task<> Operations::note_overdue() {
  const Timestamp now = platform_.clock.now();
  const auto found = co_await data_.database().query(store::due_before(now, overdue_at_once));
  for (const db::Row& row : found.rows) co_await end_if_overdue(row.text("id"), now);
}

Task<> Operations::end_if_overdue(std::string order_id, Timestamp now) {
  const auto is_over = co_await runtime::change(
      data_, [&] { return find(order_id); },
      [&](const std::optional<OrderedTicket>& found) -> Result<runtime::Decision<bool>> {
        if (!found || !found->ticket || !is_overdue(*found, now)) return runtime::unchanged(false);
        const Assignment after = miss(found->assignment, now);
        const bus::Event event = data_.events().make(overdue_event(after, found->ticket->user_id));
        return runtime::changed(true, {.contends_for = found->ticket->id,
                                       .locks = {delivery::store::lock_ticket(found->ticket->id)},
                                       .write = store::set_overdue(after, event.id),
                                       .event = event,
                                       .entity_id = after.id,
                                       .outbox = &outbox_});
      });
  if (is_over.value()) log::info("a ticket was not given in time", {{"order", order_id}});
}

Task<std::optional<Assignment>> Operations::find_assignment(const std::string& order_id) {
  const auto found = co_await data_.database().query(store::assignment_by_id(order_id));
  if (found.empty()) co_return std::nullopt;
  co_return found.rows.front().as<Assignment>();
}

Task<bus::Verdict> Operations::release(contracts::RefundRequested refund) {
  co_await runtime::change(
      data_, [&] { return find_assignment(refund.order_id); },
      [&](const std::optional<Assignment>& before) -> Result<runtime::Decision<bool>> {
        return runtime::changed(true, change_to_released(before, refund));
      });
  co_return bus::Verdict::done;
}

// An order that delivery does not know gets a row, too: a capture that comes later assigns nothing,
// but what is left of the price may be due.
runtime::Change Operations::change_to_released(const std::optional<Assignment>& before,
                                               const contracts::RefundRequested& refund) {
  const Timestamp now = platform_.clock.now();
  const Assignment unknown{.id = refund.order_id,
                           .ticket_id = refund.ticket_id,
                           .user_id = refund.user_id,
                           .created_at = now,
                           .awaits_sale = true};
  return change_by_refund(before,
                          assignments::release(before.value_or(unknown), refund.refund_id, now));
}

runtime::Change Operations::change_by_refund(const std::optional<Assignment>& before,
                                             const Assignment& after) {
  const bus::Event event = answer_event(data_.events(), after);
  return {.contends_for = after.id,
          .write = before ? store::set_released(after, event.id)
                          : store::insert_assignment(after, event.id),
          .event = event,
          .entity_id = after.id,
          .outbox = &outbox_};
}

// A refund asks for the ticket before, so this finds it released: unless this database was restored
// to an earlier moment.
Task<bus::Verdict> Operations::follow_refund(contracts::PaymentRefunded refund) {
  const RefundMade made{
      .id = refund.refund_id, .is_full = refund.full, .ends_sale = refund.full && !refund.relist};
  co_await runtime::change(
      data_, [&] { return find_assignment(refund.order_id); },
      [&](const std::optional<Assignment>& before) -> Result<runtime::Decision<bool>> {
        const Timestamp now = platform_.clock.now();
        const Assignment unknown{
            .id = refund.order_id, .user_id = "", .created_at = now, .awaits_sale = true};
        const auto after = note_refund(before.value_or(unknown), made, now);
        if (!after) return runtime::unchanged(false);
        runtime::Change change = change_by_refund(before, *after);
        if (after->is_given_up && after->ticket_id) {
          change.locks = {delivery::store::lock_ticket(*after->ticket_id)};
          change.also = delivery::store::drop_upload_if_over(*after->ticket_id, now);
        }
        return runtime::changed(true, std::move(change));
      });
  co_return bus::Verdict::done;
}

void Operations::count(const std::string& result) {
  platform_.metrics
      .counter("ticket_reveals_total", "Requests of buyers to be shown their tickets, by result",
               {{"result", result}})
      .Increment();
}

}  // namespace ticketing::delivery::assignments
