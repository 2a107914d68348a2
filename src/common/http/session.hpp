// One connection: reads requests, applies the rules, calls handlers, writes answers. Time-outs are
// deadlines that the listener's one timer checks; a connection has no timer of its own.
#pragma once

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/async/signal.hpp"
#include "common/async/task.hpp"
#include "common/base/clock.hpp"
#include "common/base/log.hpp"
#include "common/base/random.hpp"
#include "common/base/span.hpp"
#include "common/http/request_parser.hpp"
#include "common/http/response_head.hpp"
#include "common/http/server.hpp"
#include "common/limits/rate_limit.hpp"

namespace ticketing::http {

// An operation of Asio gives its error as a value.
inline constexpr auto awaiting = asio::as_tuple(use_task);

class Session;

// What the sessions of one server share. Outlives the Server while sessions still run.
struct ServerState {
  ServerState(const Executor& executor, ServerSettings given, const Router& routes,
              std::function<void(const RequestRecord&)> observer, LimitObserver limit_observer);

  Executor executor;
  const ServerSettings settings;
  const Router& router;  // not touched once `stopped`
  std::function<void(const RequestRecord&)> observe;
  LimitObserver limit_met;
  limits::Shares connections, streams, requests, request_bytes, upload_bytes, answer_bytes;
  limits::RateLimit writes;
  SystemClock clock;
  SystemRandom random;
  ResponseHead head;
  std::vector<Session*> sessions;
  // Connections over the limit, the oldest first.
  struct Spare {
    std::deque<std::weak_ptr<Session>> serving, leaving;
  } spare;
  // What was refused since `told_at`: logged once a second, or a caller could fill the log.
  std::size_t shed = 0;  // requests and connections over a limit
  struct Unavailable {
    std::size_t count = 0;  // other requests that were answered 503
    log::Level level = log::Level::warn;
    std::string request_id, route, reason;  // of the last one
  } unavailable;
  SteadyTime told_at{};
  std::size_t answered = 0;  // requests, for the access log
  bool draining = false;
  bool stopped = false;  // the Server is gone
  Signal session_ended;
  std::array<char, 4096> scratch;  // for bytes that are read and dropped
};

class Session : public std::enable_shared_from_this<Session> {
 public:
  using Socket = asio::ip::tcp::socket;

  // Starts serving; the session keeps itself alive until the connection has ended.
  static void start(Socket socket, const asio::ip::tcp::endpoint& peer,
                    std::shared_ptr<ServerState> server);
  Session(Socket socket, const asio::ip::tcp::endpoint& peer, std::shared_ptr<ServerState> server);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Whether sweep() has something to do here.
  bool is_due(SteadyTime now) const;
  void sweep(SteadyTime now);
  // Whether a drain should wait for it: there is an answer that the caller has not got yet.
  bool is_busy() const;
  // Closes the connection now, also during a request.
  void abort();

 private:
  class Stream;
  enum class Phase {
    idle,            // between requests
    head,            // some bytes of a request have come
    body,            //
    handling,        // the handler runs
    writing,         // the caller does not read as fast as we write
    streaming,       // between pieces of a stream
    stream_writing,  //
    lingering,       // answered, our side shut; waiting for theirs
  };
  enum class Reading { ok, refused, closed };
  struct Refusal {
    Error error;
    std::string allow = {};                // for 405
    std::exception_ptr failure = nullptr;  // what to log instead of the error
    bool by_limit = false;                 // not logged: there may be very many
  };

  Task<> run();
  void take_connection();
  void take_connection_of_proxy();
  void leave();
  void begin_request();
  Task<bool> serve_one();  // false: the connection ends
  Task<Reading> receive_head();
  Task<Reading> receive_body();
  Reading skip_body();
  Task<bool> fill();
  Task<bool> send(std::string_view data);
  Task<bool> send_rest(std::string_view data);  // what the kernel did not take at once
  bool send_now(std::string_view& data);
  Task<> linger();
  Task<> answer_overdue();

  void identify();
  void admit();
  Task<bool> admit_caller();  // false: the answer was given without it
  void admit_write();
  static Error too_many_connections();
  std::optional<Error> admit_stream(const ResponseStream& stream);
  bool count_bytes();                // false: they are too many, and refusal_ says so
  const limits::Parties& parties();  // of the request
  Error limit_error(limits::Full full, std::string_view limit, Code slug, std::string detail);
  Task<Response> call_handler();
  Response answer_refusal();
  Response refuse_with(const Error& error);
  void note_unavailable(log::Level level, std::string reason);
  std::string_view route_name() const;
  Response failed(const std::exception_ptr& failure);
  std::exception_ptr overdue() const;
  Task<bool> respond(Response& response);
  Task<> run_stream(Response& response);
  void watch_peer();
  bool append_response(std::string& out, const Response& response, bool close);
  void record(int status);
  void end_span(std::string_view route, int status);
  void log_access(std::string_view route, int status, std::chrono::nanoseconds duration) const;

  Socket socket_;
  const std::shared_ptr<ServerState> server_;
  std::size_t index_ = 0;  // in ServerState::sessions
  asio::cancellation_signal cancel_;
  Phase phase_ = Phase::idle;
  SteadyTime deadline_;
  const std::string peer_;
  const int proxy_hops_;  // 0 when the peer cannot be a proxy of ours
  // A connection of a proxy counts for no address. Where proxies have a key, it counts for the
  // peer's address until the key has come: other programs may share that address.
  bool is_of_proxy_;
  int trusted_hops_ = 0;  // of the request: 0 unless it comes from such a proxy
  limits::Shares::Hold connection_, request_share_, bytes_, stream_;
  const SteadyTime opened_;
  bool is_spare_ = false;   // over the limit of connections: for probes only
  std::string counted_as_;  // the address that parties_ has
  limits::Parties parties_;

  Request request_;
  RequestParser parser_;
  std::optional<Refusal> refusal_;
  const Route* route_ = nullptr;
  SteadyTime started_;  // the head was complete
  trace::Span span_;    // its context is the request's, also when nothing is recorded
  std::string in_;      // what has come and is not consumed: [in_begin_, in_end_)
  std::size_t in_begin_ = 0;
  std::size_t in_end_ = 0;
  std::string out_;

  bool close_after_ = false;
  bool timed_out_ = false;  // the head or the body took too long
  bool cancelled_ = false;  // the handler or stream was asked to stop
  SteadyTime stream_end_;
  bool abandoned_ = false;  // the handler did not stop; the answer is being given without it
  bool gone_ = false;       // the caller of a stream has gone
  std::size_t unwanted_bytes_ = 0;
};

}  // namespace ticketing::http
