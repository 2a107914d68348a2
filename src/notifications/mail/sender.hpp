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
};

}  // namespace ticketing::notifications::mail
