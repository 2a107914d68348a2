// A connection to NATS whose calls wait for their answers: for programs at a terminal and threads
// that may block.
#pragma once

#include <nats/nats.h>

#include <cstdint>
#include <string>

#include "common/bus/jetstream/nats_message.hpp"

namespace ticketing::bus {

class WaitingConnection {
 public:
  // Connects as the program `name`; `ca_file` as in JetStreamSettings. Throws ConfigError,
  // Unavailable.
  WaitingConnection(const std::string& url, const std::string& ca_file, const std::string& name);
  ~WaitingConnection();
  WaitingConnection(const WaitingConnection&) = delete;
  WaitingConnection& operator=(const WaitingConnection&) = delete;

  jsCtx* js() const { return js_; }
  // The first message of the subjects at or after `sequence`; null when there is none. A stream
  // that does not exist gives no answer: Unavailable.
  MessagePointer find(const char* stream, const std::string& subjects,
                      std::uint64_t sequence) const;

 private:
  natsConnection* connection_ = nullptr;
  jsCtx* js_ = nullptr;
};

}  // namespace ticketing::bus
