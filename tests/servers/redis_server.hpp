// For tests: a Redis server of its own, on a free port, its append-only file in a temporary folder.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "servers/child_process.hpp"

namespace ticketing::servers {

class RedisServer {
 public:
  // Runs Debian's redis-server; without a password unless one is given. Throws std::runtime_error
  // when it cannot be started.
  explicit RedisServer(std::string password = "");
  ~RedisServer();

  std::string url() const;
  // From the next start on also on a port of its own, encrypted, with this certificate in PEM.
  void encrypt(const std::filesystem::path& certificate, const std::filesystem::path& key);
  std::string tls_url() const;
  std::uint16_t port() const { return port_; }
  // Where all its files are.
  const std::filesystem::path& folder() const { return folder_; }

  void start();  // on the same port and data
  void stop();   // in order
  void kill() { child_.kill(); }
  void pause() { child_.pause(); }
  void resume() { child_.resume(); }
  void restart();
  void wipe();  // stopped, its data removed, started
  // Of the server from its next start on.
  void set_environment(std::map<std::string, std::string> variables) {
    environment_ = std::move(variables);
  }
  // Runs redis-cli with these arguments and gives what it prints.
  std::string command(const std::vector<std::string>& arguments) const;

 private:
  std::filesystem::path folder_;
  std::string password_;
  std::uint16_t port_;
  std::uint16_t tls_port_ = 0;
  std::vector<std::string> tls_arguments_;
  std::map<std::string, std::string> environment_;
  ChildProcess child_;
};

}  // namespace ticketing::servers
