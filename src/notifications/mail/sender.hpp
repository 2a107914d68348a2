// Where mails go, as a port: to an SMTP server, or into a folder for development.
#pragma once

#include <string>

#include "common/async/task.hpp"
#include "notifications/mail/message.hpp"

namespace ticketing::notifications::mail {

enum class Outcome {
  accepted,    // the server has it, and answers for it
  try_later,   // the server is away or busy, or its answer was lost: it may have it
  refused,     // for good (5xx)
  no_mailbox,  // for good: there is no such address
};

struct Answer {
  Outcome outcome = Outcome::try_later;
  std::string reason;  // for the log; no address is in it
};

class Sender {
 public:
  virtual ~Sender() = default;
  // Never throws for anything the other side does.
  virtual Task<Answer> send(Message message) = 0;
  // Of a sender that keeps what it has sent: deletes the mails to this user, but for the one with
  // the Message-ID `except`. False when some cannot be deleted now.
  virtual Task<bool> forget(std::string user_id, std::string except) {
    static_cast<void>(user_id);
    static_cast<void>(except);
    co_return true;
  }
  // The same with the mails that were made before this time.
  virtual Task<bool> forget_before(Timestamp time) {
    static_cast<void>(time);
    co_return true;
  }
};

}  // namespace ticketing::notifications::mail
