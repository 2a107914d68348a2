// For tests: a TCP link that can be broken. Stands on a free port before a server on this machine.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace ticketing::servers {

class TcpProxy {
 public:
  // Passes everything on to `target_port`. Throws std::runtime_error when it cannot listen.
  explicit TcpProxy(std::uint16_t target_port);
  ~TcpProxy();
  TcpProxy(const TcpProxy&) = delete;
  TcpProxy& operator=(const TcpProxy&) = delete;

  std::uint16_t port() const { return port_; }

  // Nothing arrives any more, in either direction, without an error: a partition. Connections
  // are still accepted.
  void hold();
  // Resets every connection and each new one at once.
  void cut();
  // Passes on again; what was held arrives late.
  void heal();

 private:
  enum class Mode { pass, hold, cut };
  struct Link;

  void accept_links();
  void pump(Link& link, int from, int to);
  bool may_pass(Link& link);
  void set_mode(Mode mode);
  void remove_ended_links();

  std::uint16_t target_port_;
  std::uint16_t port_;
  int listener_ = -1;
  std::mutex mutex_;
  std::condition_variable changed_;
  Mode mode_ = Mode::pass;
  bool stopping_ = false;
  std::vector<std::unique_ptr<Link>> links_;
  std::thread accepting_;
};

}  // namespace ticketing::servers
