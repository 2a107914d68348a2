#include "system/http_client.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

namespace ticketing::system {
namespace {

constexpr std::size_t line_bytes_max = 64 * 1024;
constexpr std::size_t body_bytes_max = 64 * 1024 * 1024;

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

}  // namespace

std::string Answer::header(std::string_view name) const {
  for (const auto& [field, value] : headers) {
    if (field == name) return value;
  }
  return {};
}

std::vector<std::string> Answer::header_all(std::string_view name) const {
  std::vector<std::string> all;
  for (const auto& [field, value] : headers) {
    if (field == name) all.push_back(value);
  }
  return all;
}

Connection::Connection(std::uint16_t port, std::chrono::milliseconds timeout, int from)
    : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int on = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  set_timeout(timeout);
  if (from != 1) {
    sockaddr_in source = address;
    source.sin_port = 0;
    source.sin_addr.s_addr = htonl(INADDR_LOOPBACK - 1 + static_cast<std::uint32_t>(from));
    static_cast<void>(::bind(fd_, reinterpret_cast<const sockaddr*>(&source), sizeof source));
  }
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    const std::string why = std::strerror(errno);
    ::close(fd_);
    throw ConnectionLost("cannot connect to port " + std::to_string(port) + ": " + why);
  }
}

Connection::~Connection() { ::close(fd_); }

void Connection::set_timeout(std::chrono::milliseconds timeout) {
  timeval limit{.tv_sec = timeout.count() / 1000, .tv_usec = (timeout.count() % 1000) * 1000};
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

bool Connection::is_stale() const {
  char byte = 0;
  const ssize_t got = ::recv(fd_, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
}

bool Connection::has_answer() {
  char byte = 0;
  return at_ < buffer_.size() || ::recv(fd_, &byte, 1, MSG_PEEK) > 0;
}

bool Connection::is_closed_without_answer() const {
  char byte = 0;
  const ssize_t got = at_ < buffer_.size() ? 1 : ::recv(fd_, &byte, 1, MSG_PEEK);
  return got == 0 || (got < 0 && errno == ECONNRESET);
}

void Connection::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) throw ConnectionLost(std::string("send: ") + std::strerror(errno));
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void Connection::fill() {
  if (at_ > 0) buffer_.erase(0, std::exchange(at_, 0));
  const std::size_t before = buffer_.size();
  buffer_.resize(before + 16 * 1024);
  const ssize_t got = ::recv(fd_, buffer_.data() + before, buffer_.size() - before, 0);
  buffer_.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  if (got == 0) throw ConnectionLost("the connection was closed");
  if (got < 0) throw ConnectionLost(std::string("receive: ") + std::strerror(errno));
}

std::string Connection::read_line() {
  for (;;) {
    const std::size_t end = buffer_.find('\n', at_);
    if (end != std::string::npos) {
      std::string line = buffer_.substr(at_, end - at_);
      at_ = end + 1;
      if (line.ends_with('\r')) line.pop_back();
      return line;
    }
    if (buffer_.size() - at_ > line_bytes_max) throw ConnectionLost("a line without an end");
    fill();
  }
}

std::string Connection::read(std::size_t bytes) {
  if (bytes > body_bytes_max) throw ConnectionLost("a body without bounds");
  while (buffer_.size() - at_ < bytes) fill();
  std::string piece = buffer_.substr(at_, bytes);
  at_ += bytes;
  return piece;
}

std::string Connection::read_to_end() {
  try {
    while (buffer_.size() - at_ < body_bytes_max) fill();
  } catch (const ConnectionLost&) {
  }
  return buffer_.substr(std::exchange(at_, buffer_.size()));
}

Answer Connection::read_head() {
  Answer answer;
  const std::string status_line = read_line();
  if (!status_line.starts_with("HTTP/1.") || status_line.size() < 12) {
    throw ConnectionLost("not an HTTP answer: " + status_line);
  }
  answer.status = std::stoi(status_line.substr(9, 3));
  for (std::string line = read_line(); !line.empty(); line = read_line()) {
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) throw ConnectionLost("a malformed field: " + line);
    answer.headers.emplace_back(lower(line.substr(0, colon)),
                                trimmed(std::string_view(line).substr(colon + 1)));
  }
  return answer;
}

std::string HttpClient::cookie_header() const {
  std::string all;
  for (const auto& [name, value] : cookies_) {
    all += (all.empty() ? "" : "; ") + name + "=" + value;
  }
  return all;
}

std::string HttpClient::render(const Ask& ask) const {
  std::string text = ask.method + " " + ask.target + " HTTP/1.1\r\nHost: localhost\r\n";
  bool has_type = false;
  for (const HeaderList* list : {&fixed_headers_, &ask.headers}) {
    for (const auto& [name, value] : *list) {
      has_type = has_type || lower(name) == "content-type";
      text += name + ": " + value + "\r\n";
    }
  }
  if (const std::string cookies = cookie_header(); !cookies.empty()) {
    text += "Cookie: " + cookies + "\r\n";
  }
  if (ask.body) {
    if (!has_type) text += "Content-Type: application/json\r\n";
    text += "Content-Length: " + std::to_string(ask.body->size()) + "\r\n";
  } else if (ask.method == "POST" || ask.method == "PUT") {
    text += "Content-Length: 0\r\n";
  }
  return text + "\r\n" + ask.body.value_or("");
}

Answer HttpClient::send(const Ask& ask) {
  const std::uint16_t port = port_of_(ask.target.substr(0, ask.target.find('?')));
  std::unique_ptr<Connection>& connection = connections_[port];
  const bool was_used = connection && !connection->is_stale();
  if (!was_used) connection = std::make_unique<Connection>(port, timeout_, from_);
  try {
    // A refused body may end in a reset connection, with the answer before it.
    try {
      connection->send(render(ask));
    } catch (const ConnectionLost&) {
    }
    // RFC 9112 §9.3.1: the server may have closed what was idle while the question was on its way.
    if (was_used && ask.method == "GET" && connection->is_closed_without_answer()) {
      connection = std::make_unique<Connection>(port, timeout_, from_);
      connection->send(render(ask));
    }
    Answer answer = read_answer(*connection, ask.method);
    if (lower(answer.header("connection")) == "close") connection.reset();
    keep_cookies(answer);
    return answer;
  } catch (const ConnectionLost&) {
    connection.reset();
    throw;
  }
}

Answer HttpClient::send_raw(std::string_view path, std::string_view bytes) const {
  Connection connection(port_of_(path), timeout_, from_);
  connection.send(bytes);
  return read_answer(connection, "GET");
}

Answer HttpClient::read_answer(Connection& connection, const std::string& method) {
  Answer answer = connection.read_head();
  while (answer.status == 100) answer = connection.read_head();
  if (method == "HEAD" || answer.status == 204 || answer.status == 304) return answer;
  if (lower(answer.header("transfer-encoding")) == "chunked") {
    for (;;) {
      const std::size_t bytes = std::stoul(connection.read_line(), nullptr, 16);
      answer.body += connection.read(bytes);
      connection.read_line();
      if (bytes == 0) return answer;
    }
  }
  const std::string length = answer.header("content-length");
  answer.body = length.empty() ? connection.read_to_end() : connection.read(std::stoul(length));
  return answer;
}

void HttpClient::keep_cookies(const Answer& answer) {
  for (const std::string& field : answer.header_all("set-cookie")) {
    const std::size_t equals = field.find('=');
    const std::size_t end = std::min(field.find(';'), field.size());
    if (equals >= end) continue;
    const std::string name = field.substr(0, equals);
    if (field.find("Max-Age=0") == std::string::npos) {
      cookies_[name] = field.substr(equals + 1, end - equals - 1);
    } else {
      cookies_.erase(name);
    }
  }
}

EventStream::EventStream(const HttpClient& client, const std::string& target)
    : connection_(client.port_of(target), std::chrono::seconds{30}, client.comes_from()) {
  std::string text =
      "GET " + target + " HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n";
  if (const std::string cookies = client.cookie_header(); !cookies.empty()) {
    text += "Cookie: " + cookies + "\r\n";
  }
  connection_.send(text + "\r\n");
  head_ = connection_.read_head();
  if (head_.status == 200) read_line();
}

// A line of the stream, out of the chunks it came in; nothing at its end.
std::optional<std::string> EventStream::read_line() {
  for (;;) {
    const std::size_t end = text_.find('\n');
    if (end != std::string::npos) {
      std::string line = text_.substr(0, end);
      text_.erase(0, end + 1);
      return line;
    }
    const std::size_t bytes = std::stoul(connection_.read_line(), nullptr, 16);
    text_ += connection_.read(bytes);
    connection_.read_line();
    if (bytes == 0) return std::nullopt;
  }
}

std::optional<EventStream::Message> EventStream::next(std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  Message message;
  try {
    for (;;) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
          deadline - std::chrono::steady_clock::now());
      if (left.count() <= 0) return std::nullopt;
      connection_.set_timeout(left);
      const auto line = read_line();
      if (!line) return std::nullopt;
      if (line->starts_with("event: ")) message.event = line->substr(7);
      if (line->starts_with("data: ")) message.data += line->substr(6);
      if (line->empty() && !message.data.empty()) return message;
    }
  } catch (const ConnectionLost&) {
    return std::nullopt;
  }
}

}  // namespace ticketing::system
