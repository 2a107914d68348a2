// The part of a session that admits a request: does the caller have a session, and is there room
// left for this caller?
#include <boost/asio/this_coro.hpp>

#include <algorithm>

#include "common/base/exceptions.hpp"
#include "common/http/problem.hpp"
#include "common/http/request_rules.hpp"
#include "common/http/session.hpp"

namespace ticketing::http {
namespace {

// Memory of this size is each connection's own; only what a request takes beyond it is counted.
constexpr std::size_t uncounted_bytes = 4 * 1024;

}  // namespace

// Most requests on a connection are of the same parties as the one before.
const limits::Parties& Session::parties() {
  if (!parties_.address || counted_as_ != request_.remote_address) {
    counted_as_ = request_.remote_address;
    parties_.address = limits::Caller::address(counted_as_);
  }
  if (!request_.caller) {
    parties_.user.reset();
  } else if (!parties_.user || !parties_.user->is_user(request_.caller->user_id)) {
    parties_.user = limits::Caller::user(request_.caller->user_id);
  }
  return parties_;
}

Error Session::limit_error(limits::Full full, std::string_view limit, Code slug,
                           std::string detail) {
  ++server_->shed;
  if (server_->limit_met) server_->limit_met(limit, to_string(full));
  return {.kind = full == limits::Full::all ? ErrorKind::unavailable : ErrorKind::throttled,
          .slug = std::move(slug),
          .detail = std::move(detail),
          .fields = {},
          .retry_after = std::chrono::seconds{1}};
}

Error Session::too_many_connections() {
  return {.kind = ErrorKind::unavailable,
          .slug = slugs::too_many_connections,
          .detail = "Too many connections are open. Try again in a moment.",
          .fields = {},
          .retry_after = std::chrono::seconds{1}};
}

// Before the body is read: a caller that may not send it should not have to.
Task<bool> Session::admit_caller() {
  const Admission& admission = route_->endpoint.admission;
  if (!admission) co_return true;
  phase_ = Phase::handling;
  deadline_ = started_ + server_->settings.handler_timeout;
  std::exception_ptr failure;
  try {
    Result<Caller> caller = co_await admission(request_);
    if (caller) {
      request_.caller = *std::move(caller);
    } else {
      refusal_ = Refusal{.error = caller.error()};
    }
  } catch (...) {
    failure = std::current_exception();
  }
  if (abandoned_) co_return false;
  if (cancelled_) {
    co_await boost::asio::this_coro::reset_cancellation_state();
    cancelled_ = false;
    close_after_ = true;
    failure = std::make_exception_ptr(Unavailable("the session could not be checked in time"));
  }
  if (failure) refusal_ = Refusal{.error = error_of(failure), .failure = failure};
  if (!refusal_ && !is_safe(request_.method)) admit_write();
  co_return true;
}

void Session::admit_write() {
  const auto wait = server_->writes.take(*parties().user, server_->clock.steady_now());
  if (wait.count() == 0) return;
  refusal_ = Refusal{
      .error = limit_error(limits::Full::user, "writes", slugs::too_many_writes(wait.count()),
                           "Too many changes in a minute. Try again later."),
      .by_limit = true};
  refusal_->error.retry_after = wait;
}

std::optional<Error> Session::admit_stream(const ResponseStream& stream) {
  const SteadyTime now = server_->clock.steady_now();
  const auto life = server_->settings.limits.stream_life;
  stream_end_ = SteadyTime::max();
  if (life.count() > 0) {
    // Not all at once, or all browsers would reconnect at once.
    const auto spread = static_cast<std::uint64_t>(Milliseconds(life).count()) / 5;
    stream_end_ = now + life - Milliseconds(server_->random.below(spread + 1));
  }
  if (const auto& ends_at = stream.audience().ends_at()) {
    const Milliseconds left = *ends_at - server_->clock.now();
    if (left.count() <= 0) {
      return Error{.kind = ErrorKind::unauthenticated,
                   .slug = slugs::unauthenticated,
                   .detail = "The session has to be renewed first."};
    }
    stream_end_ = std::min(stream_end_, now + left);
  }
  const limits::Full full = server_->streams.take(stream_, parties());
  if (full == limits::Full::no) return std::nullopt;
  return limit_error(full, "streams", slugs::too_many_streams,
                     "Too many live streams are open. Close some, or ask again from time to time.");
}

bool Session::count_bytes() {
  const std::size_t held = in_.size() + request_.body.capacity();
  const auto counted =
      static_cast<std::int64_t>(held > uncounted_bytes ? held - uncounted_bytes : 0);
  if (counted == bytes_.amount()) return true;
  limits::Full full = limits::Full::no;
  if (bytes_.amount() > 0) {
    full = bytes_.resize(counted);
  } else {
    limits::Parties who;  // of the head of a proxy's request it is not known yet
    if (!request_.remote_address.empty()) {
      who = parties();
    } else if (!is_of_proxy_) {
      who.address = limits::Caller::address(peer_);
    }
    const bool is_upload = phase_ == Phase::body && route_ != nullptr && route_->endpoint.upload;
    limits::Shares& bytes = is_upload ? server_->upload_bytes : server_->request_bytes;
    full = bytes.take(bytes_, who, counted);
  }
  if (full == limits::Full::no) return true;
  refusal_ = Refusal{.error = limit_error(full, "request_bytes", slugs::too_many_bytes,
                                          "Too much is being sent at once. Try again in a moment."),
                     .by_limit = true};
  return false;
}

}  // namespace ticketing::http
