// The copies of others' entities, and what their changes have people told.
#include "common/base/assert.hpp"
#include "common/runtime/change.hpp"
#include "notifications/operations.hpp"
#include "notifications/store.hpp"

namespace ticketing::notifications {
namespace {

Template template_of(ShowChange change) {
  switch (change) {
    case ShowChange::postponed: return Template::show_postponed;
    case ShowChange::cancelled: return Template::show_cancelled;
    case ShowChange::none:
    case ShowChange::moved: break;
  }
  return Template::show_moved;
}

}  // namespace

// None of these can lose a race: what comes late changes nothing, and a mail has its own id.
Task<> Operations::write(std::string contends_for, std::vector<db::Statement> statements) {
  db::Transaction transaction{.contends_for = std::move(contends_for),
                              .statements = std::move(statements),
                              .batch_delay = db::background_batch_delay};
  co_await data_.database().commit(std::move(transaction));
}

Task<bus::Verdict> Operations::follow_person(Person person) {
  co_await write(person.id, {store::store_person(person)});
  co_return bus::Verdict::done;
}

Task<bus::Verdict> Operations::follow_ticket(TicketCopy ticket) {
  co_await write(ticket.id, {store::store_ticket(ticket)});
  co_return bus::Verdict::done;
}

Task<bus::Verdict> Operations::follow_order(OrderCopy order) {
  co_await write(order.id, {store::store_order(order)});
  co_return bus::Verdict::done;
}

Task<bus::Verdict> Operations::follow_payment(contracts::PaymentCaptured payment,
                                              const bus::Event& event) {
  std::vector<db::Statement> statements = {store::note_payment(payment.order_id)};
  // Of an order whose money goes back, the event does not name the ticket: that is no sale.
  const bool is_sale = is_news(event) && payment.ticket_id && payment.user_id;
  if (is_sale) {
    const News to_seller{.which = Template::sold};
    const News to_buyer{.which = Template::paid, .user_id = *payment.user_id};
    statements.push_back(store::insert_mail(mail_of(to_seller, event)));
    statements.push_back(store::insert_mail(mail_of(to_buyer, event)));
  }
  co_await write(payment.order_id, std::move(statements));
  if (is_sale) wake_();
  co_return bus::Verdict::done;
}

Task<bus::Verdict> Operations::follow_refund(contracts::PaymentRefunded refund,
                                             const bus::Event& event) {
  std::vector<db::Statement> statements;
  if (refund.full) statements.push_back(store::note_full_refund(refund.order_id));
  const bool is_told = is_news(event);
  if (is_told) {
    const News to_buyer{.which = Template::refunded};
    statements.push_back(store::insert_mail(mail_of(to_buyer, event)));
  }
  if (!statements.empty()) co_await write(refund.order_id, std::move(statements));
  if (is_told) wake_();
  co_return bus::Verdict::done;
}

Task<bus::Verdict> Operations::follow_due(contracts::DeliveryDue due, const bus::Event& event) {
  std::vector<db::Statement> statements = {
      store::note_due(due.order_id, due.ticket_id, due.user_id)};
  const bool is_told = is_news(event);
  if (is_told) {
    const News to_seller{.which = Template::delivery_due, .user_id = due.seller_id};
    statements.push_back(store::insert_mail(mail_of(to_seller, event)));
  }
  co_await write(due.order_id, std::move(statements));
  if (is_told) wake_();
  co_return bus::Verdict::done;
}

Task<bus::Verdict> Operations::follow_ready(contracts::DeliveryReady ready,
                                            const bus::Event& event) {
  if (!is_news(event)) co_return bus::Verdict::done;
  const News to_buyer{.which = Template::delivery_ready};
  co_await write(ready.ticket_id,
                 {store::insert_mail_to_waiting_buyer(mail_of(to_buyer, event), ready.ticket_id),
                  store::note_given(ready.ticket_id)});
  wake_();
  co_return bus::Verdict::done;
}

Task<std::optional<ShowCopy>> Operations::find_show(const std::string& id) {
  const auto found = co_await data_.database().query(store::show_copy(id));
  if (found.empty()) co_return std::nullopt;
  co_return found.rows.front().as<ShowCopy>();
}

Task<bus::Verdict> Operations::follow_show(ShowCopy show, const bus::Event& event) {
  const auto told = co_await runtime::change(
      data_, [&] { return find_show(show.id); },
      [&](const std::optional<ShowCopy>& before) -> Result<runtime::Decision<bool>> {
        if (before && before->version >= show.version) return runtime::unchanged(false);
        const auto seen = before ? std::optional(before->version) : std::nullopt;
        runtime::Change change{.contends_for = show.id,
                               .write = store::store_show(show, seen),
                               .batch_delay = db::background_batch_delay};
        const bool is_told = before && is_news(event);
        const ShowChange news = is_told ? change_between(*before, show) : ShowChange::none;
        if (news != ShowChange::none) {
          const News to_holders{.which = template_of(news)};
          change.also = {store::insert_mails_to_holders(mail_of(to_holders, event), show)};
        }
        return runtime::changed(news != ShowChange::none, std::move(change));
      });
  TICKETING_ASSERT(told.has_value());  // the rule refuses nothing
  if (*told) wake_();
  co_return bus::Verdict::done;
}

}  // namespace ticketing::notifications
