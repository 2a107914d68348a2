// The dead letters on the server, for a person at a terminal: lists them, and publishes them once
// more. Every call waits for its answer, so it is not for a service's own thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/base/error.hpp"
#include "common/bus/dead_letters.hpp"

namespace ticketing::bus {

struct KeptDeadLetter {
  std::uint64_t sequence = 0;  // its name in this stream
  DeadLetter letter;
};

class DeadLetterStream {
 public:
  // Connects; `ca_file` as in JetStreamSettings. Throws ConfigError, Unavailable.
  explicit DeadLetterStream(const std::string& url, const std::string& ca_file = "");
  ~DeadLetterStream();

  // The oldest ones at or after `from`. Throws Unavailable.
  std::vector<KeptDeadLetter> list(std::uint64_t from, std::size_t letters_max);
  // Of the newest letter there ever was. Throws Unavailable.
  std::uint64_t last_sequence();
  // Publishes the event again, for all its listeners, and deletes the letter. A service writes its
  // letters itself, so a letter proves nothing: refuses with dead_letter_refused where its service
  // does not listen to the event, and where the stream does not have the event as it is in the
  // letter (any more), unless `is_unproven_allowed`. Refuses also with dead_letter_not_found.
  // Throws Unavailable: the letter is still there, replay it again.
  Result<void> replay(std::uint64_t sequence, bool is_unproven_allowed = false);

 private:
  struct Connection;
  std::unique_ptr<Connection> connection_;
};

}  // namespace ticketing::bus
