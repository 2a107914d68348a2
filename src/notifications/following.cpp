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

Task<bus::Verdict> Operations::write_and_tell(std::string order_id,
                                              std::vector<db::Statement> statements,
                                              std::vector<News> news, const bus::Event& event) {
  if (!is_news(event)) news.clear();
  for (const News& one : news) statements.push_back(store::insert_mail(mail_of(one, event)));
  if (!statements.empty()) co_await write(std::move(order_id), std::move(statements));
  if (!news.empty()) wake_();
  co_return bus::Verdict::done;
}

Task<bus::Verdict> Operations::follow_payment(contracts::PaymentCaptured payment,
                                              const bus::Event& event) {
  std::vector<News> news;
  // Of an order whose money goes back, the event does not name the ticket: that is no sale.
  if (payment.ticket_id && payment.user_id)
    news = {{.which = Template::sold}, {.which = Template::paid, .user_id = *payment.user_id}};
  co_return co_await write_and_tell(payment.order_id, {store::note_payment(payment.order_id)},
                                    std::move(news), event);
}

Task<bus::Verdict> Operations::follow_refund(contracts::PaymentRefunded refund,
                                             const bus::Event& event) {
  std::vector<db::Statement> statements;
  if (refund.full) statements.push_back(store::note_full_refund(refund.order_id));
  co_return co_await write_and_tell(refund.order_id, std::move(statements),
                                    {{.which = Template::refunded}}, event);
}

Task<bus::Verdict> Operations::follow_due(contracts::DeliveryDue due, const bus::Event& event) {
  co_return co_await write_and_tell(
      due.order_id, {store::note_due(due.order_id, due.ticket_id, due.user_id)},
      {{.which = Template::delivery_due, .user_id = due.seller_id}}, event);
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
