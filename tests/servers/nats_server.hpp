// For tests: a NATS server with JetStream of its own, on a free port, its store in a temporary
// folder.
#pragma once

#include <filesystem>
#include <string>

#include "servers/child_process.hpp"

namespace ticketing::servers {

struct NatsServerOptions {
  bool has_users = false;  // with the permissions of infra/nats/authorization.conf
  // A certificate and its key, in PEM; with them every connection has to be encrypted.
  std::filesystem::path certificate{};
  std::filesystem::path key{};
};

class NatsServer {
 public:
  // Runs Debian's nats-server; with TICKETING_NATS_LATEST=1 in the environment a current one, which
  // Go builds once. Throws std::runtime_error when it cannot be started.
  explicit NatsServer(const NatsServerOptions& options = {});
  ~NatsServer();

  // Of one of its users ("orders", "operator"), where it has any.
  std::string url(const std::string& user = "") const;
  std::uint16_t port() const { return port_; }
  // Where all its files are.
  const std::filesystem::path& folder() const { return folder_; }

  void start();  // on the same port and store
  void stop();   // in order
  void kill() { child_.kill(); }
  void pause() { child_.pause(); }
  void resume() { child_.resume(); }
  void restart();
  void wipe();  // stopped, its store removed, started

 private:
  NatsServerOptions options_;
  std::filesystem::path folder_;
  std::string program_;
  std::uint16_t port_;
  ChildProcess child_;
};

}  // namespace ticketing::servers
