// Erases single messages from the streams, so that nothing is left of a person there. Its calls
// wait for their answers.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "common/bus/jetstream/waiting_connection.hpp"

namespace ticketing::bus {

class MessageEraser {
 public:
  // Connects as the program `name`, whose user may read and erase. Throws ConfigError, Unavailable.
  MessageEraser(const std::string& url, const std::string& ca_file, const std::string& name)
      : connection_(url, ca_file, name) {}

  // The events of these subjects that have the text in their payload, and their dead letters: the
  // server overwrites them. Gives their number. One request for each event of these subjects that
  // is stored. Throws Unavailable: call it again, what is erased stays so.
  std::size_t erase(const std::vector<std::string_view>& subjects, std::string_view text);

 private:
  std::size_t erase_from(const char* stream, const std::string& subject, std::string_view text);
  void erase_message(const char* stream, const std::string& subject, std::uint64_t sequence);

  WaitingConnection connection_;
};

}  // namespace ticketing::bus
