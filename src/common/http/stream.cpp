// The part of a session that sends a body piece by piece.
#include <fmt/format.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include "common/base/log.hpp"
#include "common/http/session.hpp"

namespace ticketing::http {
namespace {

constexpr std::size_t unwanted_bytes_max = 64 * 1024;

}  // namespace

class Session::Stream final : public StreamWriter {
 public:
  Stream(Session& session, bool chunked) : session_(session), chunked_(chunked) {}

  Task<> write(std::string_view piece) override {
    if (piece.empty()) co_return;  // an empty chunk would end the body
    std::string& out = session_.out_;
    out.clear();
    if (chunked_) fmt::format_to(std::back_inserter(out), "{:x}\r\n", piece.size());
    out += piece;
    if (chunked_) out += "\r\n";
    const bool good = !session_.gone_ && co_await session_.send(out);
    session_.deadline_ = session_.stream_end_;
    if (!good) {
      session_.gone_ = true;
      throw boost::system::system_error(asio::error::connection_aborted);
    }
  }

  bool closing() const override {
    return session_.gone_ || session_.cancelled_ || session_.server_->draining;
  }

 private:
  Session& session_;
  const bool chunked_;
};

Task<> Session::run_stream(Response& response) {
  phase_ = Phase::streaming;
  deadline_ = stream_end_;
  const bool chunked = parser_.is_http_1_1();
  // An idle stream is to cost little, and there are many.
  std::string().swap(in_);
  in_begin_ = in_end_ = 0;
  std::string().swap(out_);
  watch_peer();

  Stream stream(*this, chunked);
  std::string fault;
  bool complete = true;
  try {
    co_await response.stream->write(stream);
  } catch (const boost::system::system_error& e) {
    complete = cancelled_ && e.code() == asio::error::operation_aborted;
    fault = e.what();
  } catch (const std::exception& e) {
    complete = false;
    fault = e.what();
  }
  if (!complete && !gone_) {
    log::error("stream failed", {{"error", fault}});
  }
  co_await asio::this_coro::reset_cancellation_state();
  boost::system::error_code ignored;
  socket_.cancel(ignored);  // the watch; linger() reads from here on
  // Without the last chunk the caller can detect that something is missing.
  if (complete && !gone_ && chunked) co_await send("0\r\n\r\n");
  if (!complete) socket_.close(ignored);
}

// Keeps a read pending while the stream runs: it is how the end of the connection is noticed. What
// the caller sends meanwhile is of no use, within bounds.
void Session::watch_peer() {
  socket_.async_read_some(
      asio::buffer(server_->scratch),
      [self = shared_from_this()](const boost::system::error_code& ec, std::size_t count) {
        if (ec == asio::error::operation_aborted) return;  // by this side
        self->unwanted_bytes_ += count;
        if (!ec && self->unwanted_bytes_ < unwanted_bytes_max) return self->watch_peer();
        self->gone_ = true;
        self->cancelled_ = true;
        self->cancel_.emit(asio::cancellation_type::terminal);
      });
}

}  // namespace ticketing::http
