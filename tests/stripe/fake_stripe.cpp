#include "stripe/fake_stripe.hpp"

#include <fmt/format.h>

#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <fstream>
#include <iterator>
#include <thread>

#include "fixtures/run_task.hpp"
#include "stripe/certificates.hpp"

namespace ticketing::test {
namespace {

namespace beast = boost::beast;
using Tcp = asio::ip::tcp;
using TlsStream = beast::ssl_stream<Tcp::socket>;
using HttpRequest = beast::http::request<beast::http::string_body>;

constexpr auto tuple = asio::as_tuple(asio::use_awaitable);
const SystemClock system_clock;

StripeRequest read(const HttpRequest& request) {
  return {.method = std::string(request.method_string()),
          .target = std::string(request.target()),
          .authorization = std::string(request["Authorization"]),
          .idempotency_key = std::string(request["Idempotency-Key"]),
          .body = request.body()};
}

std::string text_of(const Reaction& reaction) {
  std::string text = fmt::format("HTTP/1.1 {} x\r\n", reaction.status);
  for (const auto& [name, value] : reaction.headers)
    fmt::format_to(std::back_inserter(text), "{}: {}\r\n", name, value);
  fmt::format_to(std::back_inserter(text), "Content-Length: {}\r\n\r\n{}", reaction.body.size(),
                 reaction.body);
  if (reaction.fault == Fault::half_an_answer) text.resize(text.size() / 2);
  return text;
}

}  // namespace

struct FakeStripe::Running {
  Running(StripeModel& served, const std::string& subject_alt_name)
      : model(served),
        tls(asio::ssl::context::tls_server),
        acceptor(io, {asio::ip::address_v4::loopback(), 0}) {
    const Certificates certificates = make_certificates(subject_alt_name);
    std::ofstream(folder.file("ca.pem")) << certificates.authority_pem;
    tls.use_certificate_chain(asio::buffer(certificates.server_pem));
    tls.use_private_key(asio::buffer(certificates.server_key_pem), asio::ssl::context::pem);
    asio::co_spawn(io, accept(), asio::detached);
    thread = std::thread([this] { io.run(); });
  }

  ~Running() {
    io.stop();
    thread.join();
  }

  Task<> accept() {
    for (;;) {
      auto [fault, socket] = co_await acceptor.async_accept(tuple);
      if (fault) co_return;
      asio::co_spawn(io, serve(std::move(socket)), asio::detached);
    }
  }

  Task<> serve(Tcp::socket socket) {
    TlsStream stream(std::move(socket), tls);
    beast::error_code no_delay;
    beast::get_lowest_layer(stream).set_option(Tcp::no_delay(true), no_delay);
    const auto [shaken] = co_await stream.async_handshake(asio::ssl::stream_base::server, tuple);
    if (shaken) co_return;
    ++connection_count;
    beast::flat_buffer buffer;
    for (;;) {
      HttpRequest request;
      const auto [fault, size] = co_await beast::http::async_read(stream, buffer, request, tuple);
      if (fault) co_return;
      const bool goes_on = co_await answer(stream, request);
      if (!goes_on) break;
    }
    beast::error_code ignored;
    beast::get_lowest_layer(stream).close(ignored);
  }

  // False: the connection is to be closed, with or without an answer.
  Task<bool> answer(TlsStream& stream, const HttpRequest& request) {
    const Reaction reaction = model.react(read(request));
    if (reaction.closes_at_once()) co_return false;
    if (reaction.wait.count() > 0) {
      asio::steady_timer timer(io, reaction.wait);
      co_await timer.async_wait(tuple);
    }
    const std::string text = text_of(reaction);
    const auto [broken, size] = co_await asio::async_write(stream, asio::buffer(text), tuple);
    co_return !broken && reaction.fault != Fault::half_an_answer;
  }

  void after(std::chrono::milliseconds wait, std::function<void()> action) {
    auto timer = std::make_shared<asio::steady_timer>(io, wait);
    timer->async_wait([timer, action = std::move(action)](beast::error_code fault) {
      if (!fault) action();
    });
  }

  StripeModel& model;
  TemporaryFolder folder;
  asio::io_context io{1};
  asio::ssl::context tls;
  Tcp::acceptor acceptor;
  std::atomic<int> connection_count = 0;
  std::thread thread;
};

FakeStripe::FakeStripe(const std::string& subject_alt_name)
    : StripeModel(system_clock,
                  [this](std::chrono::milliseconds wait, std::function<void()> action) {
                    running_->after(wait, std::move(action));
                  }),
      running_(std::make_unique<Running>(*this, subject_alt_name)) {}
FakeStripe::~FakeStripe() = default;

std::string FakeStripe::url() const {
  return fmt::format("https://127.0.0.1:{}", running_->acceptor.local_endpoint().port());
}
std::string FakeStripe::ca_file() const { return running_->folder.file("ca.pem"); }
int FakeStripe::connections() const { return running_->connection_count; }

}  // namespace ticketing::test
