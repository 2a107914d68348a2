#include "servers/tcp_proxy.hpp"

#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <stdexcept>

#include "servers/child_process.hpp"
#include "servers/loopback.hpp"

namespace ticketing::servers {
namespace {

int connect_to(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  if (fd < 0 || ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    return fd;
  }
  ::close(fd);
  return -1;
}

// The other side gets a reset, not an orderly end.
void reset_and_close(int fd) {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  ::close(fd);
}

void send_at_once(int fd) {
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

bool send_all(int fd, const char* data, ssize_t bytes) {
  while (bytes > 0) {
    const ssize_t sent = ::send(fd, data, static_cast<std::size_t>(bytes), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    data += sent;
    bytes -= sent;
  }
  return true;
}

}  // namespace

// Both sockets of a connection; each direction has a thread. The last to end closes both.
struct TcpProxy::Link {
  int client = -1;
  int server = -1;
  std::atomic<int> directions{2};
  bool is_broken = false;  // under the proxy's mutex
  std::thread to_server{};
  std::thread to_client{};

  void break_off() {
    ::shutdown(client, SHUT_RDWR);
    ::shutdown(server, SHUT_RDWR);
  }
  ~Link() {
    break_off();
    to_server.join();
    to_client.join();
    reset_and_close(client);
    reset_and_close(server);
  }
};

TcpProxy::TcpProxy(std::uint16_t target_port) : target_port_(target_port), port_(free_port()) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const sockaddr_in address = loopback(port_);
  if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener_, 512) != 0) {
    ::close(listener_);
    throw std::runtime_error("a proxy cannot listen on port " + std::to_string(port_));
  }
  accepting_ = std::thread([this] { accept_links(); });
}

TcpProxy::~TcpProxy() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  ::shutdown(listener_, SHUT_RDWR);
  accepting_.join();
  ::close(listener_);
  links_.clear();
}

void TcpProxy::hold() { set_mode(Mode::hold); }
void TcpProxy::cut() { set_mode(Mode::cut); }
void TcpProxy::heal() { set_mode(Mode::pass); }

void TcpProxy::set_mode(Mode mode) {
  const std::lock_guard lock(mutex_);
  mode_ = mode;
  if (mode == Mode::cut) {
    for (const auto& link : links_) {
      link->is_broken = true;
      link->break_off();
    }
  }
  changed_.notify_all();
}

void TcpProxy::accept_links() {
  for (;;) {
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    std::unique_lock lock(mutex_);
    if (stopping_) {
      if (client >= 0) ::close(client);
      return;
    }
    if (client < 0) continue;
    remove_ended_links();
    const int server = mode_ == Mode::cut ? -1 : connect_to(target_port_);
    if (server < 0) {
      reset_and_close(client);
      continue;
    }
    send_at_once(client);
    send_at_once(server);
    links_.push_back(std::make_unique<Link>());
    Link& link = *links_.back();
    link.client = client;
    link.server = server;
    link.to_server = std::thread([this, &link] { pump(link, link.client, link.server); });
    link.to_client = std::thread([this, &link] { pump(link, link.server, link.client); });
  }
}

void TcpProxy::remove_ended_links() {
  std::erase_if(links_, [](const auto& link) { return link->directions == 0; });
}

void TcpProxy::pump(Link& link, int from, int to) {
  std::array<char, 64 * 1024> buffer;
  for (;;) {
    const ssize_t bytes = ::recv(from, buffer.data(), buffer.size(), 0);
    if (bytes <= 0 || !may_pass(link) || !send_all(to, buffer.data(), bytes)) break;
  }
  link.break_off();
  --link.directions;
}

// Waits while the proxy holds; false when the link is to end.
bool TcpProxy::may_pass(Link& link) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return mode_ != Mode::hold || link.is_broken || stopping_; });
  return !link.is_broken && !stopping_;
}

}  // namespace ticketing::servers
