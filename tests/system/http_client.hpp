// A plain HTTP/1.1 client for tests: blocking, keep-alive, with cookies. It shares no code with the
// server that it tests. One thread only.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ticketing::system {

// The answer never came: what was asked for may have happened or not.
class ConnectionLost : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

using HeaderList = std::vector<std::pair<std::string, std::string>>;

struct Answer {
  int status = 0;
  HeaderList headers;  // names in lower case
  std::string body;

  std::string header(std::string_view name) const;  // the first value, or empty
  std::vector<std::string> header_all(std::string_view name) const;
};

struct Ask {
  std::string method;
  std::string target;
  std::optional<std::string> body{};
  HeaderList headers{};  // Content-Type is application/json unless it is among them
};

// A socket and what was read ahead from it.
class Connection {
 public:
  // Throws ConnectionLost when no server listens.
  // `from`: the last number of the loopback address that it comes from.
  explicit Connection(std::uint16_t port, std::chrono::milliseconds timeout, int from = 1);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  bool is_stale() const;  // the other side has closed it
  // Waits for either within the time-out, after which the answer is no.
  bool is_closed_without_answer() const;
  bool has_answer();  // within the time-out; what has come is not consumed
  void send(std::string_view bytes);
  std::string read_line();  // without CRLF
  std::string read(std::size_t bytes);
  std::string read_to_end();
  // Reads status line and header fields.
  Answer read_head();
  void set_timeout(std::chrono::milliseconds timeout);

 private:
  void fill();
  int fd_ = -1;
  std::string buffer_;
  std::size_t at_ = 0;
};

class HttpClient {
 public:
  using PortOf = std::function<std::uint16_t(std::string_view path)>;

  // `port_of` says which port serves a path.
  explicit HttpClient(PortOf port_of) : port_of_(std::move(port_of)) {}

  // Sends cookies, keeps those that come. Throws ConnectionLost.
  Answer send(const Ask& ask);
  Answer get(const std::string& target) { return send({.method = "GET", .target = target}); }
  Answer post(const std::string& target, std::string body, HeaderList headers = {}) {
    return send({.method = "POST",
                 .target = target,
                 .body = std::move(body),
                 .headers = std::move(headers)});
  }
  Answer put(const std::string& target, std::string body) {
    return send({.method = "PUT", .target = target, .body = std::move(body)});
  }
  Answer remove(const std::string& target) { return send({.method = "DELETE", .target = target}); }

  // Bytes as they are, on a connection of their own.
  Answer send_raw(std::string_view path, std::string_view bytes) const;

  std::map<std::string, std::string>& cookies() { return cookies_; }
  std::string cookie_header() const;
  std::uint16_t port_of(std::string_view path) const { return port_of_(path); }
  void add_header(std::string name, std::string value) {
    fixed_headers_.emplace_back(std::move(name), std::move(value));
  }
  void set_timeout(std::chrono::milliseconds timeout) { timeout_ = timeout; }
  // Requests come from 127.0.0.`address` from now on, on new connections.
  void come_from(int address) {
    from_ = address;
    connections_.clear();
  }
  int comes_from() const { return from_; }

 private:
  std::string render(const Ask& ask) const;
  static Answer read_answer(Connection& connection, const std::string& method);
  void keep_cookies(const Answer& answer);

  PortOf port_of_;
  std::map<std::uint16_t, std::unique_ptr<Connection>> connections_;
  std::map<std::string, std::string> cookies_;
  HeaderList fixed_headers_;
  std::chrono::milliseconds timeout_{30'000};
  int from_ = 1;
};

// A stream of server-sent events.
class EventStream {
 public:
  // Opens `target` with the cookies of `client`. When the answer is a stream, waits for its first
  // line: the service sends that once it watches for changes.
  EventStream(const HttpClient& client, const std::string& target);

  struct Message {
    std::string event;
    std::string data;
  };
  // The next message with data; nothing when none came in time or the stream ended.
  std::optional<Message> next(std::chrono::milliseconds limit);
  int status() const { return head_.status; }
  const Answer& head() const { return head_; }

 private:
  std::optional<std::string> read_line();
  Connection connection_;
  Answer head_;
  std::string text_;
};

}  // namespace ticketing::system
