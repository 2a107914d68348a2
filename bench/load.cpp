#include "bench/load.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <charconv>
#include <stdexcept>

#include "common/async/task.hpp"
#include "common/base/text.hpp"

namespace ticketing::bench {
namespace {

using asio::ip::tcp;
using Steady = std::chrono::steady_clock;

struct Run {
  std::uint16_t port;
  std::size_t next = 0;
  std::size_t count;
  const std::function<std::string(std::size_t)>& make;
  const std::function<void(std::size_t, const HttpAnswer&)>& take;
  const Pace& pace;
  Steady::time_point begun = Steady::now();
  LoadResult result = {};

  bool has_more() const { return next < count && !(pace.is_over && pace.is_over()); }
};

std::size_t content_length(const std::string& headers) {
  const std::string lower = to_lower_ascii(headers);
  const std::size_t at = lower.find("content-length:");
  if (at == std::string::npos) return 0;
  std::size_t length = 0;
  const std::size_t digits = lower.find_first_not_of(' ', at + 15);
  std::from_chars(lower.data() + digits, lower.data() + lower.size(), length);
  return length;
}

// Reads on until the buffer has so many bytes, and takes them out of it.
Task<std::string> take(tcp::socket& socket, std::string& buffer, std::size_t length) {
  if (buffer.size() < length) {
    co_await asio::async_read(socket, asio::dynamic_buffer(buffer),
                              asio::transfer_exactly(length - buffer.size()), asio::use_awaitable);
  }
  std::string taken = buffer.substr(0, length);
  buffer.erase(0, length);
  co_return taken;
}

// RFC 9112 §7.1, without trailers.
Task<std::string> take_chunks(tcp::socket& socket, std::string& buffer) {
  std::string body;
  for (std::size_t length = 1; length > 0;) {
    const std::size_t line = co_await asio::async_read_until(socket, asio::dynamic_buffer(buffer),
                                                             "\r\n", asio::use_awaitable);
    length = 0;
    std::from_chars(buffer.data(), buffer.data() + line, length, 16);
    buffer.erase(0, line);
    const std::string chunk = co_await take(socket, buffer, length + 2);
    body.append(chunk, 0, length);
  }
  co_return body;
}

Task<HttpAnswer> read_answer(tcp::socket& socket, std::string& buffer) {
  const std::size_t head = co_await asio::async_read_until(socket, asio::dynamic_buffer(buffer),
                                                           "\r\n\r\n", asio::use_awaitable);
  HttpAnswer answer;
  answer.headers = buffer.substr(0, head);
  buffer.erase(0, head);
  std::from_chars(answer.headers.data() + 9, answer.headers.data() + 12, answer.status);
  const bool is_chunked = to_lower_ascii(answer.headers).contains("\r\ntransfer-encoding: chunked");
  answer.body = is_chunked ? co_await take_chunks(socket, buffer)
                           : co_await take(socket, buffer, content_length(answer.headers));
  co_return answer;
}

// Waits until the request is due, and gives when it was.
Task<Steady::time_point> wait_for(std::size_t number, const Run& run) {
  if (run.pace.per_second == 0) co_return Steady::now();
  const std::chrono::duration<double> after{static_cast<double>(number) / run.pace.per_second};
  const auto due = run.begun + std::chrono::duration_cast<Steady::duration>(after);
  asio::steady_timer timer(co_await asio::this_coro::executor, due);
  co_await timer.async_wait(asio::use_awaitable);
  co_return due;
}

Task<> keep_busy(Run& run) {
  tcp::socket socket(co_await asio::this_coro::executor);
  co_await socket.async_connect({asio::ip::address_v4::loopback(), run.port}, asio::use_awaitable);
  socket.set_option(tcp::no_delay(true));
  std::string buffer;
  while (run.has_more()) {
    const std::size_t number = run.next++;
    const std::string request = run.make(number);
    const auto start = co_await wait_for(number, run);
    co_await asio::async_write(socket, asio::buffer(request), asio::use_awaitable);
    const HttpAnswer answer = co_await read_answer(socket, buffer);
    const auto micros =
        std::chrono::duration_cast<std::chrono::microseconds>(Steady::now() - start).count();
    run.result.micros.push_back(static_cast<std::uint32_t>(micros));
    ++run.result.answers[answer.status];
    if (run.take) run.take(number, answer);
  }
}

}  // namespace

double LoadResult::per_second() const {
  return static_cast<double>(micros.size()) / std::chrono::duration<double>(duration).count();
}

double LoadResult::percentile_ms(double percent) const {
  if (micros.empty()) return 0;
  const auto last = static_cast<double>(micros.size() - 1);
  return micros[static_cast<std::size_t>(last * percent / 100)] / 1000.0;
}

LoadResult run_load(std::uint16_t port, std::size_t connections, std::size_t count,
                    const std::function<std::string(std::size_t)>& make,
                    const std::function<void(std::size_t, const HttpAnswer&)>& take,
                    const Pace& pace) {
  asio::io_context io(1);
  Run run{.port = port, .count = count, .make = make, .take = take, .pace = pace};
  std::exception_ptr failure;
  for (std::size_t i = 0; i < connections; ++i) {
    asio::co_spawn(io, keep_busy(run), [&](std::exception_ptr error) {
      if (error && !failure) failure = error;
    });
  }
  io.run();
  if (failure) std::rethrow_exception(failure);
  run.result.duration = Steady::now() - run.begun;
  std::ranges::sort(run.result.micros);
  return std::move(run.result);
}

std::string request_text(const std::string& method, const std::string& path,
                         const std::string& fields, const std::string& body,
                         const std::string& media_type) {
  std::string text = fmt::format("{} {} HTTP/1.1\r\nHost: localhost\r\n{}", method, path, fields);
  if (!body.empty()) {
    text += fmt::format("Content-Type: {}\r\nContent-Length: {}\r\n", media_type, body.size());
  }
  return text + "\r\n" + body;
}

}  // namespace ticketing::bench
