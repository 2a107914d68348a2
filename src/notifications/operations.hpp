// What notifications does: stores what has to be said, and sends it until it is over.
#pragma once

#include <functional>
#include <string>

#include "common/base/sealed_text.hpp"
#include "common/bus/event_bus.hpp"
#include "common/runtime/owned_data.hpp"
#include "notifications/mail/sender.hpp"
#include "notifications/mail_row.hpp"
#include "notifications/settings.hpp"

namespace ticketing::notifications {

// Something that a person has to be told, because of an event.
struct News {
  Template which = Template::reset;
  std::string user_id;
  std::string recipient;
};

class Operations {
 public:
  // `settings.mail_key` is set.
  Operations(runtime::Platform& platform, runtime::OwnedData& data, const Settings& settings,
             mail::Sender& sender);

  // Stores a mail, once for each event, template and person. One that an event tells of once more,
  // days later, is no news and is not stored.
  Task<bus::Verdict> tell(News news, const bus::Event& event);
  // Called after a mail was stored.
  void on_stored(std::function<void()> wake) { wake_ = std::move(wake); }
  // Tries every mail whose time has come.
  Task<> send_due();
  // Forgets mails that are over for 30 days.
  Task<> clean_up();

 private:
  // Of a link that is still good.
  template <class Requested>
  std::optional<std::string> token_of(const Mail& mail) const;
  // Nothing when it is too late to send it.
  std::optional<mail::Message> message_of(const Mail& mail) const;
  Task<> try_to_send(Mail mail);
  Task<> note(const Mail& mail, mail::Answer answer);
  Task<> end(const Mail& mail, Status status, std::string reason = {});

  runtime::Platform& platform_;
  runtime::OwnedData& data_;
  const Settings settings_;
  const TextSeal seal_;
  mail::Sender& sender_;
  std::function<void()> wake_ = [] {};
};

}  // namespace ticketing::notifications
