// For tests of the server: one on a free loopback port with a thread of its own, and a client that
// is nothing but a blocking socket.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>
#include <chrono>
#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "common/base/text.hpp"
#include "common/http/server.hpp"

namespace ticketing::http {

struct Reply {
  int status = 0;
  std::string head;
  std::map<std::string, std::string> headers;  // names lowered; the last of several
  std::string body;
};

class SocketClient {
 public:
  explicit SocketClient(std::uint16_t port) : SocketClient() { connect(port); }
  // From 127.0.0.`address`.
  SocketClient(std::uint16_t port, int address) : SocketClient() {
    sockaddr_in from{};
    from.sin_family = AF_INET;
    from.sin_addr.s_addr = htonl(0x7f000000U + static_cast<std::uint32_t>(address));
    EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&from), sizeof from), 0);
    connect(port);
  }
  // Not connected yet, but with its descriptor.
  SocketClient() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval limit{.tv_sec = 5, .tv_usec = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  }
  ~SocketClient() { close(); }
  SocketClient(const SocketClient&) = delete;
  SocketClient& operator=(const SocketClient&) = delete;

  void connect(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT_EQ(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  void close() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }
  void shut_sending() { ::shutdown(socket_, SHUT_WR); }
  void receive_little() {
    const int bytes = 4096;
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
  }

  // The kernel keeps hardly more of what is sent than the peer has taken.
  void send_little() {
    const int bytes = 4096;
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
  }

  // Whether all was taken. A peer that closes early is for the reader to notice as well.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  // The next whole answer; status 0 when the connection ended before.
  Reply read(bool with_body = true) {
    Reply reply;
    while (!buffer_.contains("\r\n\r\n")) {
      if (!receive()) return reply;
    }
    const std::size_t end = buffer_.find("\r\n\r\n") + 4;
    reply.head = buffer_.substr(0, end);
    buffer_.erase(0, end);
    parse_head(reply);
    if (!with_body || reply.status == 100) return reply;
    if (reply.headers.contains("transfer-encoding")) {
      read_chunks(reply);
    } else {
      const auto length = reply.headers.find("content-length");
      const std::size_t size = length == reply.headers.end() ? 0 : std::stoul(length->second);
      while (buffer_.size() < size && receive()) {
      }
      reply.body = buffer_.substr(0, size);
      buffer_.erase(0, size);
    }
    return reply;
  }
  Reply exchange(std::string_view request) {
    send(request);
    return read();
  }
  // What comes until the peer closes; ends the test when it does not.
  std::string read_to_end() {
    while (receive()) {
    }
    EXPECT_FALSE(gave_up_) << "the connection is still open";
    return std::exchange(buffer_, {});
  }
  bool is_closed_by_peer() { return read_to_end().empty() && !gave_up_; }
  // Closed in order, not by a reset.
  bool is_ended_by_peer() { return is_closed_by_peer() && !reset_; }
  // Whether something can be read now.
  bool has_answer() const {
    char byte = 0;
    return !buffer_.empty() || ::recv(socket_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
  }
  // At least `size` bytes of whatever has come, without consuming them.
  std::string_view peek(std::size_t size) {
    while (buffer_.size() < size && receive()) {
    }
    return buffer_;
  }

 private:
  bool receive() {
    char bytes[16384];
    const ssize_t got = ::recv(socket_, bytes, sizeof bytes, 0);
    gave_up_ = got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    reset_ = got < 0 && errno == ECONNRESET;
    if (got <= 0) return false;
    buffer_.append(bytes, static_cast<std::size_t>(got));
    return true;
  }
  static void parse_head(Reply& reply) {
    std::string_view rest = reply.head;
    reply.status = std::atoi(std::string(rest.substr(9, 3)).c_str());
    rest.remove_prefix(rest.find("\r\n") + 2);
    while (rest.size() > 2) {
      const std::string_view line = rest.substr(0, rest.find("\r\n"));
      const std::size_t colon = line.find(':');
      if (colon == std::string_view::npos) break;
      reply.headers[to_lower_ascii(line.substr(0, colon))] =
          std::string(trim(line.substr(colon + 1)));
      rest.remove_prefix(line.size() + 2);
    }
  }
  void read_chunks(Reply& reply) {
    for (;;) {
      while (!buffer_.contains("\r\n")) {
        if (!receive()) return;
      }
      const std::size_t line = buffer_.find("\r\n") + 2;
      const std::size_t size = std::stoul(buffer_.substr(0, line), nullptr, 16);
      while (buffer_.size() < line + size + 2) {
        if (!receive()) return;
      }
      reply.body += buffer_.substr(line, size);
      buffer_.erase(0, line + size + 2);
      if (size == 0) {
        reply.headers["last-chunk"] = "seen";
        return;
      }
    }
  }

  int socket_;
  bool gave_up_ = false;
  bool reset_ = false;
  std::string buffer_;
};

struct Record {
  std::string method, route;
  int status;
};

class RunningServer {
 public:
  explicit RunningServer(Routes routes, ServerSettings settings = {}) {
    settings.address = "127.0.0.1";
    router_.add(std::move(routes));
    server_ = std::make_unique<Server>(context_.get_executor(), settings, router_,
                                       [this](const RequestRecord& record) { note(record); });
    port_ = server_->port();
    server_->start();
    thread_ = std::thread([this] {
      const auto forever = asio::make_work_guard(context_);
      context_.run();
    });
  }
  ~RunningServer() {
    asio::post(context_, [this] {
      server_.reset();
      context_.stop();
    });
    thread_.join();
  }

  std::uint16_t port() const { return port_; }
  asio::io_context& context() { return context_; }
  std::future<void> begin_drain(std::chrono::seconds grace) {
    return asio::co_spawn(context_, server_->drain(grace), asio::use_future);
  }
  std::vector<Record> records() {
    const std::lock_guard lock(mutex_);
    return records_;
  }

 private:
  void note(const RequestRecord& record) {
    const std::lock_guard lock(mutex_);
    records_.push_back({.method = std::string(record.method),
                        .route = std::string(record.route),
                        .status = record.status});
  }

  asio::io_context context_;
  Router router_;
  std::unique_ptr<Server> server_;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  std::vector<Record> records_;
  std::thread thread_;
};

// Waits, at most five seconds, for something that another thread brings about.
template <class Condition>
bool eventually(Condition condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{5};
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{2});
  }
  return true;
}

inline std::string get(std::string_view path, std::string_view fields = {}) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: test\r\n" + std::string(fields) + "\r\n";
}

inline std::string post(std::string_view path, std::string_view body,
                        std::string_view fields = {}) {
  return "POST " + std::string(path) +
         " HTTP/1.1\r\nHost: test\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\nContent-Type: application/json\r\n" + std::string(fields) + "\r\n" +
         std::string(body);
}

}  // namespace ticketing::http
