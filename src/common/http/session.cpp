#include "common/http/session.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>

#include "common/http/request_rules.hpp"

namespace ticketing::http {
namespace {

using boost::system::error_code;

// What an idle connection keeps of each of its three buffers.
constexpr std::size_t bytes_kept_max = 4 * 1024;
// A caller that sends more than this after its answer is cut off, and may not see the answer.
constexpr std::size_t lingering_bytes_max = 4 * 1024 * 1024;
constexpr Milliseconds lingering_max{2'000};
// Connections over the limit are many and come quickly.
constexpr Milliseconds spare_lingering_max{200};

// What the kernel keeps of a connection beyond what is on the wire. By default these are megabytes
// for a caller that does not read, and no limit here counts them.
constexpr int unsent_bytes_max = 32 * 1024;

ParserLimits limits_of(const ServerState& server) {
  using Limit = std::optional<std::size_t>;
  return {.request_line_bytes_max = server.settings.request_line_bytes_max,
          .header_bytes_max = server.settings.header_bytes_max,
          .body_bytes_max = server.settings.body_bytes_max,
          .body_bytes_max_of = [&server](std::string_view method, std::string_view target) {
            if (server.stopped) return Limit{};
            const Upload* const upload = server.router.upload_of(method, target);
            return upload == nullptr ? Limit{} : Limit{upload->bytes_max};
          }};
}

// IPv4 callers of a dual-stack socket look like "::ffff:192.0.2.1"; the plain form is what logs and
// rules expect.
std::string text_of(const asio::ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  }
  return address.to_string();
}

}  // namespace

Session::Session(Socket socket, const asio::ip::tcp::endpoint& peer,
                 std::shared_ptr<ServerState> server)
    : socket_(std::move(socket)),
      server_(std::move(server)),
      deadline_(server_->clock.steady_now() + server_->settings.idle_timeout),
      peer_(text_of(peer.address())),
      proxy_hops_(is_private_address(peer_) ? server_->settings.trusted_proxy_hops : 0),
      is_of_proxy_(proxy_hops_ > 0 && server_->settings.trusted_proxy_key.empty()),
      opened_(server_->clock.steady_now()),
      parser_(limits_of(*server_), request_) {}

void Session::start(Socket socket, const asio::ip::tcp::endpoint& peer,
                    std::shared_ptr<ServerState> server) {
  error_code ignored;
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  ::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent_bytes_max,
               sizeof unsent_bytes_max);
  socket.non_blocking(true, ignored);
  const auto session = std::make_shared<Session>(std::move(socket), peer, std::move(server));
  auto& all = session->server_->sessions;
  session->index_ = all.size();
  all.push_back(session.get());
  session->take_connection();
  asio::co_spawn(session->server_->executor, session->run(),
                 asio::bind_cancellation_slot(session->cancel_.slot(),
                                              [session](const std::exception_ptr& failure) {
                                                const trace::Scope scope(session->span_.context());
                                                if (failure) session->failed(failure);
                                                session->leave();
                                              }));
}

// Over the limit a connection is served all the same, but for probes only and briefly: the oldest
// of them makes room for the newest, which is first answered with the reason, and closed when
// others need an answer.
void Session::take_connection() {
  limits::Parties parties;
  if (!is_of_proxy_) parties.address = limits::Caller::address(peer_);
  const limits::Full full = server_->connections.take(connection_, parties);
  is_spare_ = full != limits::Full::no;
  if (!is_spare_) return;
  if (server_->limit_met) server_->limit_met("connections", to_string(full));
  const auto take_oldest = [](std::deque<std::weak_ptr<Session>>& queue) {
    auto session = queue.front().lock();
    queue.pop_front();
    return session;
  };
  auto& [spare, leaving] = server_->spare;
  spare.push_back(weak_from_this());
  if (spare.size() <= server_->settings.spare_connections) return;
  if (auto session = take_oldest(spare); session && session->is_spare_) {
    if (session->phase_ == Phase::idle || session->phase_ == Phase::head)
      session->sweep(server_->clock.steady_now());
    leaving.push_back(session);
  }
  if (leaving.size() <= server_->settings.spare_connections) return;
  if (auto session = take_oldest(leaving); session && session->is_spare_) session->abort();
}

// The key has come: other programs at the proxy's address take no connections from it.
void Session::take_connection_of_proxy() {
  is_of_proxy_ = true;
  connection_.release();
  is_spare_ = server_->connections.take(connection_, {}) != limits::Full::no;
}

void Session::leave() {
  error_code ignored;
  socket_.close(ignored);
  connection_.release();
  auto& all = server_->sessions;
  all[index_] = all.back();
  all[index_]->index_ = index_;
  all.pop_back();
  server_->session_ended.notify();
}

Task<> Session::run() {
  bool open = true;
  while (open) open = co_await serve_one();
  if (!abandoned_) co_await linger();
}

// Keeps the memory of the last request for the next one, unless it was unusually much.
void Session::begin_request() {
  request_.method.clear();
  request_.path.clear();
  request_.query.clear();
  request_.path_params.clear();
  request_.headers.clear();
  request_.body.clear();
  request_.remote_address.clear();
  request_.caller.reset();
  request_share_.release();
  if (request_.body.capacity() > bytes_kept_max) std::string().swap(request_.body);
  if (out_.capacity() > bytes_kept_max) std::string().swap(out_);
  if (in_begin_ == in_end_ && in_.size() > bytes_kept_max) {
    std::string().swap(in_);
    in_begin_ = in_end_ = 0;
  }
  bytes_.release();
  refusal_.reset();
  route_ = nullptr;
  span_ = {};
  close_after_ = server_->draining;
  parser_.reset();
}

Task<bool> Session::serve_one() {
  begin_request();
  Reading reading = co_await receive_head();
  const trace::Scope scope(span_.context());
  if (reading == Reading::ok) {
    admit();
    if (!refusal_ && !co_await admit_caller()) co_return false;
    if (!parser_.complete()) reading = refusal_ ? skip_body() : co_await receive_body();
  }
  if (reading == Reading::closed) co_return false;
  if (reading == Reading::refused) close_after_ = true;

  Response response;
  if (refusal_) {
    response = answer_refusal();
  } else {
    response = co_await call_handler();
    if (abandoned_) co_return false;
    if (cancelled_) {
      co_await asio::this_coro::reset_cancellation_state();
      cancelled_ = false;
      close_after_ = true;
    }
  }
  co_return co_await respond(response);
}

// Sends without waiting what the kernel takes. False: the connection is broken.
bool Session::send_now(std::string_view& data) {
  while (!data.empty()) {
    error_code ec;
    const std::size_t count = socket_.write_some(asio::buffer(data), ec);
    data.remove_prefix(count);
    if (ec == asio::error::would_block || ec == asio::error::try_again) return true;
    if (ec && ec != asio::error::interrupted) return false;
  }
  return true;
}

Task<bool> Session::send(std::string_view data) {
  const Phase before = phase_;
  bool good = send_now(data);
  while (good && !data.empty()) {
    phase_ = before == Phase::streaming ? Phase::stream_writing : Phase::writing;
    deadline_ = server_->clock.steady_now() + server_->settings.write_timeout;
    if (before == Phase::streaming) deadline_ = std::min(deadline_, stream_end_);
    const auto [ec] = co_await socket_.async_wait(Socket::wait_write, awaiting);
    good = !ec && send_now(data);
  }
  phase_ = before;
  co_return good;
}

// The answer stays in memory until the caller has read it: that is counted.
Task<bool> Session::send_rest(std::string_view data) {
  limits::Shares::Hold held;
  const limits::Full full =
      server_->answer_bytes.take(held, parties(), static_cast<std::int64_t>(out_.size()));
  if (full == limits::Full::no) co_return co_await send(data);
  ++server_->shed;
  if (server_->limit_met) server_->limit_met("answer_bytes", to_string(full));
  std::string().swap(out_);
  co_return false;
}

// Closing while bytes of the caller are still unread would make the kernel send a reset, which can
// overtake the answer: shut our side, read on for a moment, then close.
Task<> Session::linger() {
  phase_ = Phase::lingering;
  deadline_ = server_->clock.steady_now() + (is_spare_ ? spare_lingering_max : lingering_max);
  error_code ec;
  socket_.shutdown(Socket::shutdown_send, ec);
  std::size_t dropped = 0;
  while (!ec && dropped < lingering_bytes_max) {
    const auto [fault, count] =
        co_await socket_.async_read_some(asio::buffer(server_->scratch), awaiting);
    ec = fault;
    dropped += count;
  }
}

bool Session::is_due(SteadyTime now) const {
  if (now >= deadline_) return true;
  return server_->draining &&
         (phase_ == Phase::idle || (phase_ == Phase::streaming && !cancelled_));
}

bool Session::is_busy() const { return phase_ != Phase::idle && phase_ != Phase::lingering; }

void Session::sweep(SteadyTime now) {
  error_code ignored;
  if (is_spare_ && phase_ == Phase::idle)
    phase_ = Phase::head;  // it gets an answer with the reason
  switch (phase_) {
    case Phase::head:
    case Phase::body:
      timed_out_ = true;
      deadline_ = SteadyTime::max();
      socket_.cancel(ignored);
      return;
    case Phase::handling:
      if (!cancelled_) {
        cancelled_ = true;
        deadline_ = now;  // a handler that does not stop until the next sweep is abandoned
        cancel_.emit(asio::cancellation_type::terminal);
      } else {
        abandoned_ = true;
        deadline_ = SteadyTime::max();
        asio::co_spawn(server_->executor, answer_overdue(), asio::detached);
      }
      return;
    case Phase::streaming:
      cancelled_ = true;
      cancel_.emit(asio::cancellation_type::terminal);
      return;
    case Phase::idle:
    case Phase::writing:
    case Phase::stream_writing:
    case Phase::lingering: socket_.close(ignored); return;
  }
}

void Session::abort() {
  error_code ignored;
  socket_.close(ignored);
  gone_ = true;
  if (phase_ == Phase::handling || phase_ == Phase::streaming) {
    cancelled_ = true;
    cancel_.emit(asio::cancellation_type::terminal);
  }
}

}  // namespace ticketing::http
