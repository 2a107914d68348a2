// For tests: a NATS server with JetStream of its own, on a free port, its store in a temporary
// folder.
#pragma once

#include <filesystem>
#include <string>

#include "servers/child_process.hpp"

namespace ticketing::servers {

class NatsServer {
 public:
  // Runs Debian's nats-server; with TICKETING_NATS_LATEST=1 in the environment a current one, which
  // Go builds once. Throws std::runtime_error when it cannot be started.
  NatsServer();
  ~NatsServer();

  std::string url() const { return "nats://127.0.0.1:" + std::to_string(port_); }
  std::uint16_t port() const { return port_; }

  void start();  // on the same port and store
  void stop();   // in order
  void kill() { child_.kill(); }
  void pause() { child_.pause(); }
  void resume() { child_.resume(); }
  void restart();
  void wipe();  // stopped, its store removed, started

 private:
  std::filesystem::path folder_;
  std::string program_;
  std::uint16_t port_;
  ChildProcess child_;
};

}  // namespace ticketing::servers
