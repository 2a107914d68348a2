// The copies of others' entities, and what their changes have people told.
#include "common/runtime/change.hpp"
#include "contracts/shows_events.hpp"
#include "contracts/subjects.hpp"
#include "notifications/operations.hpp"
#include "notifications/store.hpp"

namespace ticketing::notifications {
namespace {

// How long a change waits for the copy of the show, and a merge for that of the show that stands
// for the other one; less than an event may wait.
constexpr std::chrono::minutes show_wait{5};

// The erasure of an account takes longer, so the file goes with it.
constexpr std::chrono::hours last_mail_read_for{1};
static_assert(last_mail_read_for < runtime::Erasure::late_max);

// What a mail names of it.
std::string details_of(const ShowCopy& show) {
  contracts::ShowUpdated named;
  named.id = show.id;
  named.name = show.name;
  named.venue.name = show.venue;
  named.venue.city = show.city;
  return contracts::encode(named);
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

// In one transaction, so that a repeated event finds either no person or the mail.
Task<bus::Verdict> Operations::follow_erasure(contracts::UserErased user, const bus::Event& event) {
  std::vector<db::Statement> before;
  if (is_news(event)) {
    const News last{.which = Template::account_deleted, .user_id = user.id};
    before.push_back(store::insert_last_mail(mail_of(last, event)));
  }
  before.push_back(store::delete_person(user.id));
  const auto verdict = co_await erasure_.note(user, event, std::move(before));
  wake_();
  co_return verdict;
}

// The last mail has the address until it is over. Where mails are files, it can be read for a
// while.
Task<bool> Operations::erase(std::string user_id) {
  co_await write(user_id, {store::delete_person(user_id), store::delete_mails_of(user_id)});
  const auto found = co_await data_.database().query(store::last_mail_of(user_id));
  std::optional<Mail> last;
  if (!found.empty()) last = found.rows.front().as<Mail>();
  const bool is_waiting = last && last->status == Status::waiting;
  const bool is_read = last && data_.now() < last->created_at + last_mail_read_for;
  const bool is_forgotten = co_await sender_.forget(user_id, is_read ? message_id(*last) : "");
  co_await platform_.bus.forget_dead_letters(contracts::subjects_with_addresses(),
                                             "\"" + user_id + "\"");
  co_return is_forgotten && !is_waiting;
}

Task<bus::Verdict> Operations::follow_ticket(TicketCopy ticket) {
  co_await write(ticket.id, {store::store_ticket(ticket)});
  co_await tell_of_change(ticket.id);
  co_return bus::Verdict::done;
}

Task<bus::Verdict> Operations::follow_order(OrderCopy order) {
  co_await write(order.id, {store::store_order(order)});
  co_await tell_of_change(order.ticket_id);
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
  co_await write_and_tell(payment.order_id, {store::note_payment(payment.order_id)},
                          std::move(news), event);
  if (payment.ticket_id) co_await tell_of_change(*payment.ticket_id);
  co_return bus::Verdict::done;
}

Task<bus::Verdict> Operations::follow_refund(contracts::PaymentRefunded refund,
                                             const bus::Event& event) {
  std::vector<db::Statement> statements;
  if (refund.full) statements.push_back(store::note_full_refund(refund.order_id));
  co_return co_await write_and_tell(refund.order_id, std::move(statements),
                                    {{.which = Template::refunded}}, event);
}

Task<bus::Verdict> Operations::follow_due(contracts::DeliveryDue due, const bus::Event& event) {
  std::vector<db::Statement> statements{store::store_given(due.ticket_id, "", Timestamp{}),
                                        store::note_due(due.order_id, due.ticket_id, due.user_id)};
  if (is_news(event)) {
    const contracts::DeliveryReady ready{.ticket_id = due.ticket_id};
    statements.push_back(store::insert_mail_of_given(due.ticket_id, event.time,
                                                     contracts::encode(ready), data_.now()));
  }
  statements.push_back(store::note_given_before(due.ticket_id, event.time));
  co_return co_await write_and_tell(due.ticket_id, std::move(statements),
                                    {{.which = Template::delivery_due, .user_id = due.seller_id}},
                                    event);
}

Task<bus::Verdict> Operations::follow_ready(contracts::DeliveryReady ready,
                                            const bus::Event& event) {
  if (!is_news(event)) co_return bus::Verdict::done;
  const News to_buyer{.which = Template::delivery_ready};
  co_await write(ready.ticket_id,
                 {store::store_given(ready.ticket_id, event.id, event.time),
                  store::insert_mail_to_waiting_buyer(mail_of(to_buyer, event), ready.ticket_id),
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
  std::optional<ShowCopy> substitute;
  if (show.merged_into) substitute = co_await find_show(*show.merged_into);
  const bool lacks_substitute = show.merged_into && !substitute;
  // What has changed is known once the show is: the news that there is one have the version 0.
  const bool lacks_copy = show.version > 0 && !co_await find_show(show.id);
  const bool may_wait = is_news(event) && data_.now() < event.time + show_wait;
  if ((lacks_substitute || lacks_copy) && may_wait) co_return bus::Verdict::retry_later;
  const ShowNews news{.event_id = event.id,
                      .time = event.time,
                      .details = details_of(substitute.value_or(show)),
                      .is_told = is_news(event)};
  co_await runtime::change(
      data_, [&] { return find_show(show.id); },
      [&](const std::optional<ShowCopy>& before) -> Result<runtime::Decision<bool>> {
        if (before && before->version >= show.version) return runtime::unchanged(false);
        const auto seen = before ? std::optional(before->version) : std::nullopt;
        const ShowCopy after = before ? with_change(show, *before, substitute, news) : show;
        return runtime::changed(true, {.contends_for = show.id,
                                       .write = store::store_show(after, seen),
                                       .batch_delay = db::background_batch_delay});
      });
  // Also of an event that comes again: the process may have died before.
  co_await write(show.id,
                 {store::insert_mails_of_show(show.id, data_.now(), data_.now() - tried_for)});
  wake_();
  co_return bus::Verdict::done;
}

Task<> Operations::tell_of_change(const std::string& ticket_id) {
  const Timestamp now = data_.now(), since = now - tried_for;
  const auto found = co_await data_.database().query(store::change_for_holder(ticket_id, since));
  if (found.empty()) co_return;
  co_await write(ticket_id, {store::insert_mails_of_ticket(ticket_id, now, since)});
  wake_();
}

}  // namespace ticketing::notifications
