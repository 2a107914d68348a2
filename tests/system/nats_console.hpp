// Reads the event stream of a NATS server, and publishes its events once more, in any order.
#pragma once

#include <nats/nats.h>

#include <cstdint>
#include <memory>
#include <string>

#include "common/bus/event.hpp"

namespace ticketing::system {

class NatsConsole {
 public:
  // Connects. Throws std::runtime_error, as every call does.
  explicit NatsConsole(const std::string& url);
  ~NatsConsole();
  NatsConsole(const NatsConsole&) = delete;
  NatsConsole& operator=(const NatsConsole&) = delete;

  // Events that some consumer has not acknowledged, counted once for each consumer.
  std::int64_t count_unacknowledged() const;
  // Stores the event under a message id of its own, so that no deduplication drops it.
  void publish(const bus::Event& event, const std::string& message_id);
  // As a listener stores what it gave up.
  void publish_dead_letter(const bus::Event& event, const std::string& consumer,
                           const std::string& reason);
  // Drops every event of the stream.
  void purge();
  // Waits until the server has what was published.
  void flush();

  natsConnection* connection() const { return connection_; }

 private:
  natsConnection* connection_ = nullptr;
  jsCtx* js_ = nullptr;
};

}  // namespace ticketing::system
