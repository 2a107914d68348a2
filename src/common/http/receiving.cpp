// The part of a session that reads a request.
#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>

#include "common/http/session.hpp"

namespace ticketing::http {
namespace {

// Connections over the limit must send their request at once.
constexpr Milliseconds spare_head_timeout{1'000};
constexpr std::size_t in_bytes_first = 2048;
constexpr std::size_t in_bytes_body = 16 * 1024;

Error too_slow(std::string detail) {
  return {.kind = ErrorKind::timeout,
          .slug = slugs::request_timeout,
          .detail = std::move(detail),
          .fields = {}};
}

}  // namespace

Task<Session::Reading> Session::receive_head() {
  phase_ = Phase::idle;
  for (;;) {
    if (in_end_ > in_begin_) {
      const auto length =
          parser_.read_head(std::string_view(in_).substr(in_begin_, in_end_ - in_begin_));
      if (!length || *length > 0) {
        started_ = server_->clock.steady_now();
        identify();
        if (!length) {
          refusal_ = Refusal{.error = length.error()};
          co_return Reading::refused;
        }
        in_begin_ += *length;
        close_after_ = close_after_ || !parser_.keep_alive();
        co_return Reading::ok;
      }
    }
    const SteadyTime now = server_->clock.steady_now();
    if (is_spare_) {
      deadline_ = opened_ + spare_head_timeout;
    } else if (in_end_ == in_begin_) {
      deadline_ = now + server_->settings.idle_timeout;
    }
    if (in_end_ > in_begin_ && phase_ == Phase::idle) {
      phase_ = Phase::head;
      if (!is_spare_) deadline_ = now + server_->settings.header_timeout;
    }
    const bool more = co_await fill();
    if (timed_out_ || !count_bytes()) {
      started_ = server_->clock.steady_now();
      identify();
      if (is_spare_) refusal_ = Refusal{.error = too_many_connections(), .by_limit = true};
      if (!refusal_) refusal_ = Refusal{.error = too_slow("The request head took too long.")};
      co_return Reading::refused;
    }
    if (!more) co_return Reading::closed;
  }
}

// Of a request that is refused already. Its body is not waited for: only when all of it has come
// can the connection be kept.
Session::Reading Session::skip_body() {
  const auto taken =
      parser_.read_body(std::string_view(in_).substr(in_begin_, in_end_ - in_begin_));
  if (!taken) refusal_ = Refusal{.error = taken.error()};
  if (taken) in_begin_ += *taken;
  return taken && parser_.complete() ? Reading::ok : Reading::refused;
}

Task<Session::Reading> Session::receive_body() {
  if (in_end_ == in_begin_ && parser_.expects_continue()) {
    if (!co_await send("HTTP/1.1 100 Continue\r\n\r\n")) co_return Reading::closed;
  }
  phase_ = Phase::body;
  const bool is_upload = route_ != nullptr && route_->endpoint.upload;
  deadline_ =
      started_ + (is_upload ? server_->settings.upload_timeout : server_->settings.body_timeout);
  bytes_.release();  // from here on the caller is known
  if (!count_bytes()) co_return Reading::refused;
  while (!parser_.complete()) {
    if (in_end_ > in_begin_) {
      const auto taken =
          parser_.read_body(std::string_view(in_).substr(in_begin_, in_end_ - in_begin_));
      if (!taken) {
        refusal_ = Refusal{.error = taken.error()};
        co_return Reading::refused;
      }
      in_begin_ += *taken;
      if (!count_bytes()) co_return Reading::refused;
      if (parser_.complete()) break;
    }
    if (in_begin_ == in_end_ && request_.body.capacity() > in_bytes_body) {
      in_.resize(std::max(in_.size(), in_bytes_body));  // fewer system calls
    }
    const bool more = co_await fill();
    if (timed_out_) {
      refusal_ = Refusal{.error = too_slow("The request body took too long.")};
      co_return Reading::refused;
    }
    if (!more) co_return Reading::closed;
  }
  co_return Reading::ok;
}

// Appends what comes to in_. Grows it only as far as the parser's limits let a head or a line of
// chunk framing grow.
Task<bool> Session::fill() {
  if (in_begin_ == in_end_) {
    in_begin_ = in_end_ = 0;
  } else if (in_.size() - in_end_ < in_.size() / 4) {
    in_.erase(0, in_begin_);
    in_end_ -= in_begin_;
    in_begin_ = 0;
    in_.resize(std::max(in_bytes_first, in_end_ * 2));
  }
  if (in_.empty()) in_.resize(in_bytes_first);
  const auto [ec, count] = co_await socket_.async_read_some(
      asio::buffer(in_.data() + in_end_, in_.size() - in_end_), asio::as_tuple(use_task));
  in_end_ += count;
  co_return !ec;
}

}  // namespace ticketing::http
