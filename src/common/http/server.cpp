#include "common/http/server.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "common/base/exceptions.hpp"
#include "common/base/log.hpp"
#include "common/http/session.hpp"

namespace ticketing::http {
namespace {

using asio::ip::tcp;
using boost::system::error_code;

constexpr std::chrono::milliseconds accept_pause{100};
constexpr std::chrono::milliseconds aborting_max{200};

// The answer without a session, because there is no room for one.
std::string overloaded_answer() {
  constexpr std::string_view body =
      R"({"type":"/problems/too_many_connections","title":"Service Unavailable","status":503,)"
      R"("detail":"Too many connections are open. Try again in a moment.",)"
      R"("slug":"too_many_connections","requestId":"",)"
      R"("errors":[{"code":"too_many_connections","params":{},)"
      R"("message":"Too many connections are open. Try again in a moment."}]})";
  return fmt::format(
      "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/problem+json\r\n"
      "Retry-After: 1\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}",
      body.size(), body);
}
const std::string overloaded = overloaded_answer();

// How often deadlines are looked at: often enough for the shortest of them.
std::chrono::milliseconds sweep_interval(const ServerSettings& s) {
  const auto shortest = std::min(
      {s.header_timeout, s.body_timeout, s.idle_timeout, s.handler_timeout, s.write_timeout});
  return std::clamp(shortest / 4, std::chrono::milliseconds{10}, std::chrono::milliseconds{250});
}

}  // namespace

ServerState::ServerState(const Executor& given_executor, ServerSettings given, const Router& routes,
                         std::function<void(const RequestRecord&)> observer,
                         LimitObserver limit_observer)
    : executor(given_executor),
      settings(std::move(given)),
      router(routes),
      observe(std::move(observer)),
      limit_met(std::move(limit_observer)),
      connections(settings.limits.connections),
      streams(settings.limits.streams),
      requests(settings.limits.requests),
      request_bytes(settings.limits.request_bytes),
      upload_bytes(settings.limits.upload_bytes),
      answer_bytes(settings.limits.answer_bytes),
      writes(settings.limits.writes_a_minute, std::chrono::minutes{1}),
      head(settings.https_in_front),
      session_ended(executor) {
  head.set_time(clock.now());
}

class Server::Listener : public std::enable_shared_from_this<Listener> {
 public:
  Listener(const Executor& executor, ServerSettings settings, const Router& router,
           std::function<void(const RequestRecord&)> observe, LimitObserver limit_met);
  ~Listener() { close_spare(); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  std::uint16_t port() const { return port_; }
  void start();
  void stop();
  Task<> drain(std::chrono::seconds grace);

 private:
  Task<> accept_connections(std::shared_ptr<Listener> self);
  Task<> sweep_sessions(std::shared_ptr<Listener> self);
  void sweep();
  void tell_of_refusals(SteadyTime now);
  void abort_sessions();
  void refuse_one();
  void refuse(int socket);
  bool has_room() const;
  void close_spare();
  void warn_rarely(std::string_view message, std::string_view error);
  std::size_t busy() const;

  std::shared_ptr<ServerState> state_;
  tcp::acceptor acceptor_;
  asio::steady_timer sweep_timer_;
  asio::steady_timer pause_timer_;
  std::uint16_t port_ = 0;
  int spare_ = -1;  // a descriptor to give up when there are no others
  SteadyTime warned_;
};

Server::Listener::Listener(const Executor& executor, ServerSettings settings, const Router& router,
                           std::function<void(const RequestRecord&)> observe,
                           LimitObserver limit_met)
    : state_(std::make_shared<ServerState>(executor, std::move(settings), router,
                                           std::move(observe), std::move(limit_met))),
      acceptor_(executor),
      sweep_timer_(executor),
      pause_timer_(executor),
      spare_(::open("/dev/null", O_RDONLY | O_CLOEXEC)) {
  const ServerSettings& s = state_->settings;
  try {
    const tcp::endpoint endpoint(asio::ip::make_address(s.address), s.port);
    acceptor_.open(endpoint.protocol());
    acceptor_.set_option(tcp::acceptor::reuse_address(true));
    acceptor_.bind(endpoint);
    acceptor_.listen();
    port_ = acceptor_.local_endpoint().port();
  } catch (const boost::system::system_error& e) {
    close_spare();
    throw ConfigError(
        fmt::format("cannot listen on {} port {}: {}", s.address, s.port, e.code().message()));
  }
}

void Server::Listener::start() {
  spawn(state_->executor, "http accept", accept_connections(shared_from_this()));
  spawn(state_->executor, "http time-outs", sweep_sessions(shared_from_this()));
}

void Server::Listener::stop() {
  state_->stopped = true;
  state_->draining = true;
  error_code ignored;
  acceptor_.close(ignored);
  sweep_timer_.cancel();
  pause_timer_.cancel();
  abort_sessions();
}

Task<> Server::Listener::accept_connections(std::shared_ptr<Listener>) {
  while (acceptor_.is_open()) {
    tcp::endpoint peer;
    auto [ec, socket] = co_await acceptor_.async_accept(peer, awaiting);
    if (!acceptor_.is_open()) break;
    if (!ec) {
      if (has_room()) {
        Session::start(std::move(socket), peer, state_);
      } else {
        refuse(socket.native_handle());
      }
      continue;
    }
    if (ec == asio::error::connection_aborted) continue;
    warn_rarely("cannot accept connections", ec.message());
    if (ec == asio::error::no_descriptors ||
        ec == boost::system::errc::too_many_files_open_in_system) {
      refuse_one();
    }
    pause_timer_.expires_after(accept_pause);
    co_await pause_timer_.async_wait(awaiting);
  }
}

// Out of descriptors: answers the connection that waits longest with the descriptor kept for this.
// Otherwise it would stay in the queue until its caller's time-out.
void Server::Listener::refuse_one() {
  close_spare();
  const int socket = ::accept4(acceptor_.native_handle(), nullptr, nullptr, SOCK_CLOEXEC);
  if (socket >= 0) {
    refuse(socket);
    ::close(socket);
  }
  spare_ = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

void Server::Listener::refuse(int socket) {
  // Unread bytes would make the kernel send a reset after the answer.
  for (int i = 0; i < 8; ++i) {
    auto& bytes = state_->scratch;
    if (::recv(socket, bytes.data(), bytes.size(), MSG_DONTWAIT) <= 0) break;
  }
  static_cast<void>(
      ::send(socket, overloaded.data(), overloaded.size(), MSG_DONTWAIT | MSG_NOSIGNAL));
  ::shutdown(socket, SHUT_WR);
  ++state_->shed;
}

// Beyond the limits there is room for a number of spare connections, for as many that are being
// refused, and for as many that are closed on this side only.
bool Server::Listener::has_room() const {
  const auto limit = static_cast<std::size_t>(state_->settings.limits.connections.in_all);
  return limit == 0 || state_->sessions.size() < limit + 3 * state_->settings.spare_connections;
}

void Server::Listener::close_spare() {
  if (spare_ >= 0) ::close(spare_);
  spare_ = -1;
}

void Server::Listener::warn_rarely(std::string_view message, std::string_view error) {
  const SteadyTime now = state_->clock.steady_now();
  if (warned_ != SteadyTime{} && now - warned_ < std::chrono::seconds{1}) return;
  warned_ = now;
  log::warn(message, {{"error", error}, {"connections", state_->sessions.size()}});
}

Task<> Server::Listener::sweep_sessions(std::shared_ptr<Listener>) {
  const auto interval = sweep_interval(state_->settings);
  while (!state_->stopped) {
    sweep_timer_.expires_after(interval);
    co_await sweep_timer_.async_wait(awaiting);
    sweep();
  }
}

void Server::Listener::tell_of_refusals(SteadyTime now) {
  auto& [count, level, request_id, route, reason] = state_->unavailable;
  if (state_->shed == 0 && count == 0) return;
  state_->told_at = now;
  if (state_->shed > 0) {
    log::warn("shedding load",
              {{"refused", state_->shed}, {"in_flight", state_->requests.in_all()}});
    state_->shed = 0;
  }
  if (count > 0) {
    log::write(level, "requests answered 503",
               {{"requests", count},
                {"last_request_id", request_id},
                {"last_route", route},
                {"last_reason", reason}});
    state_->unavailable = {};
  }
}

void Server::Listener::sweep() {
  state_->head.set_time(state_->clock.now());
  const SteadyTime now = state_->clock.steady_now();
  if (now - state_->told_at >= std::chrono::seconds{1}) tell_of_refusals(now);
  // Collected first: what a session does may end it or another one.
  std::vector<std::shared_ptr<Session>> due;
  for (Session* session : state_->sessions) {
    if (session->is_due(now)) due.push_back(session->shared_from_this());
  }
  for (const auto& session : due) {
    if (session->is_due(now)) session->sweep(now);
  }
}

void Server::Listener::abort_sessions() {
  std::vector<std::shared_ptr<Session>> all;
  for (Session* session : state_->sessions) all.push_back(session->shared_from_this());
  for (const auto& session : all) session->abort();
}

std::size_t Server::Listener::busy() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(state_->sessions, [](const Session* s) { return s->is_busy(); }));
}

Task<> Server::Listener::drain(std::chrono::seconds grace) {
  const auto self = shared_from_this();
  state_->draining = true;
  error_code ignored;
  acceptor_.close(ignored);
  const SteadyTime end = state_->clock.steady_now() + grace;
  for (;;) {
    sweep();
    if (busy() == 0 || state_->clock.steady_now() >= end) break;
    co_await state_->session_ended.wait_for(Milliseconds{25});
  }
  const SteadyTime give_up = state_->clock.steady_now() + aborting_max;
  abort_sessions();
  while (!state_->sessions.empty() && state_->clock.steady_now() < give_up) {
    co_await state_->session_ended.wait_for(Milliseconds{10});
  }
}

Server::Server(const Executor& executor, ServerSettings settings, const Router& router,
               std::function<void(const RequestRecord&)> observe, LimitObserver limit_met)
    : listener_(std::make_shared<Listener>(executor, std::move(settings), router,
                                           std::move(observe), std::move(limit_met))) {}

Server::~Server() { listener_->stop(); }
std::uint16_t Server::port() const { return listener_->port(); }
void Server::start() { listener_->start(); }
Task<> Server::drain(std::chrono::seconds grace) { return listener_->drain(grace); }

}  // namespace ticketing::http
