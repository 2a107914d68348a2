// What notifications does: stores what has to be said, and sends it until it is over.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/base/sealed_text.hpp"
#include "common/bus/event_bus.hpp"
#include "common/runtime/erasure.hpp"
#include "common/runtime/owned_data.hpp"
#include "contracts/auth_events.hpp"
#include "contracts/delivery_events.hpp"
#include "contracts/payments_events.hpp"
#include "notifications/content.hpp"
#include "notifications/copies.hpp"
#include "notifications/mail/sender.hpp"
#include "notifications/mail_row.hpp"
#include "notifications/settings.hpp"

namespace ticketing::notifications {

// Something that a person has to be told, because of an event.
struct News {
  Template which = Template::reset;
  std::string user_id{};    // empty: whom the order says
  std::string recipient{};  // empty: the address is looked up when the mail is sent
};

class Operations {
 public:
  // `settings.mail_key` is set.
  Operations(runtime::Platform& platform, runtime::OwnedData& data, const Settings& settings,
             mail::Sender& sender);

  // Stores a mail, once for each event, template and person. One that an event tells of once more,
  // or days later, is no news and is not stored.
  Task<bus::Verdict> tell(News news, const bus::Event& event);
  // Keep the copies by which mails are addressed, and that they name.
  Task<bus::Verdict> follow_person(Person person);
  Task<bus::Verdict> follow_ticket(TicketCopy ticket);
  Task<bus::Verdict> follow_order(OrderCopy order);
  // Tells those who have a ticket of it what has changed; `retry_later` for a moment while the
  // show, or the one that stands for it, is not known. Who is known to have one afterwards is told
  // then, once.
  Task<bus::Verdict> follow_show(ShowCopy show, const bus::Event& event);
  // A sale: tells buyer and seller.
  Task<bus::Verdict> follow_payment(contracts::PaymentCaptured payment, const bus::Event& event);
  // Tells the buyer.
  Task<bus::Verdict> follow_refund(contracts::PaymentRefunded refund, const bus::Event& event);
  // Tells the seller.
  Task<bus::Verdict> follow_due(contracts::DeliveryDue due, const bus::Event& event);
  // Tells a buyer who has waited for the ticket, or will be known to.
  Task<bus::Verdict> follow_ready(contracts::DeliveryReady ready, const bus::Event& event);
  // An account is deleted: tells the owner of its address, as far as that is known, and forgets it.
  Task<bus::Verdict> follow_erasure(contracts::UserErased user, const bus::Event& event);
  runtime::Erasure& erasure() { return erasure_; }
  // Called after a mail was stored.
  void on_stored(std::function<void()> wake) { wake_ = std::move(wake); }
  // Tries every mail whose time has come, until stop() is called.
  Task<> send_due();
  // send_due() ends after the mail that is on its way.
  void stop() { is_stopping_ = true; }
  // Forgets mails that are over for 30 days.
  Task<> clean_up();

 private:
  // A mail with what is known by now.
  struct Draft {
    std::string recipient{};  // empty: it is not known yet whom it goes to, or what it names
    std::string user_id{};    // of a sale: its seller or buyer
    std::optional<Content> content{};  // nothing: it is too late to send it
  };

  // Of what happened lately. A listener that is new hears of a week, and an owner may publish
  // everything once more.
  bool is_news(const bus::Event& event) const;
  Task<bool> erase(std::string user_id);
  Mail mail_of(const News& news, const bus::Event& event) const;
  Task<> write(std::string contends_for, std::vector<db::Statement> statements);
  // With the mails of `news`, where the event is news.
  Task<bus::Verdict> write_and_tell(std::string order_id, std::vector<db::Statement> statements,
                                    std::vector<News> news, const bus::Event& event);
  Task<std::optional<ShowCopy>> find_show(const std::string& id);
  // The holder of the ticket is known since now, and its show may have changed before.
  Task<> tell_of_change(const std::string& ticket_id);
  // Of a link that is still good.
  template <class Requested>
  std::optional<std::string> token_of(const Mail& mail) const;
  // Empty: there is none, or none any more.
  std::string restoring_token(const contracts::AddressChanged& changed) const;
  Task<Draft> draft(const Mail& mail);
  Draft draft_of_account(const Mail& mail) const;
  Task<Draft> draft_of_sale(const Mail& mail);
  Task<Draft> draft_of_show(const Mail& mail);
  std::string message_id(const Mail& mail) const;
  mail::Message message_of(const Mail& mail, const Content& content) const;
  Task<> try_to_send(Mail mail);
  Task<> note(const Mail& mail, mail::Answer answer);
  Task<> put_off(const Mail& mail, std::string reason);
  Task<> end(const Mail& mail, Status status, std::string reason = {});

  runtime::Platform& platform_;
  runtime::OwnedData& data_;
  const Settings settings_;
  const TextSeal seal_;
  mail::Sender& sender_;
  std::function<void()> wake_ = [] {};
  bool is_stopping_ = false;
  runtime::Erasure erasure_;
};

}  // namespace ticketing::notifications
