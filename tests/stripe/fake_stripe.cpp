#include "stripe/fake_stripe.hpp"

#include <fmt/format.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <fstream>
#include <mutex>
#include <thread>

#include "common/base/random.hpp"
#include "fixtures/run_task.hpp"
#include "payments/webhooks/webhook.hpp"
#include "stripe/certificates.hpp"

namespace ticketing::test {
namespace {

namespace beast = boost::beast;
using Tcp = asio::ip::tcp;
using TlsStream = beast::ssl_stream<Tcp::socket>;
using HttpRequest = beast::http::request<beast::http::string_body>;

constexpr int webhook_attempts_max = 30;
constexpr auto tuple = asio::as_tuple(asio::use_awaitable);

FakeReply failure(int status) {
  return {.status = status, .body = R"({"error":{"type":"api_error","code":""}})"};
}

}  // namespace

struct FakeStripe::Running {
  explicit Running(const std::string& subject_alt_name)
      : tls(asio::ssl::context::tls_server), acceptor(io, {asio::ip::address_v4::loopback(), 0}) {
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
    count(connection_count);
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
    Fault fault = Fault::none;
    FakeReply reply;
    std::chrono::milliseconds wait{0};
    {
      const std::lock_guard lock(mutex);
      ++request_count;
      fault = choose_fault(request.method() == beast::http::verb::post);
      reply = act(request, fault);
      if (fault == Fault::slow) wait = faults.slow_for;
    }
    if (fault == Fault::reset_before || fault == Fault::reset_after) co_return false;
    if (wait.count() > 0) {
      asio::steady_timer timer(io, wait);
      co_await timer.async_wait(tuple);
    }
    std::string text = fmt::format(
        "HTTP/1.1 {} x\r\nContent-Type: application/json\r\nRequest-Id: req_1\r\n"
        "Content-Length: {}\r\n{}{}\r\n{}",
        reply.status, reply.body.size(), reply.replayed ? "Idempotent-Replayed: true\r\n" : "",
        fault == Fault::throttled_retry ? "Stripe-Should-Retry: true\r\n" : "", reply.body);
    if (fault == Fault::half_an_answer) text.resize(text.size() / 2);
    const auto [broken, size] = co_await asio::async_write(stream, asio::buffer(text), tuple);
    co_return !broken && fault != Fault::half_an_answer;
  }

  // The rest is called with the mutex held.

  Fault choose_fault(bool is_post) {
    if (!scripted.empty()) {
      const Fault fault = scripted.front();
      scripted.pop_front();
      return fault;
    }
    if (static_cast<int>(random->below(100)) >= faults.percent) return Fault::none;
    const auto fault = static_cast<Fault>(1 + random->below(10));
    if (!is_post && (fault == Fault::failed_before || fault == Fault::failed_after))
      return Fault::unstored_failure;
    return fault;
  }

  FakeReply act(const HttpRequest& request, Fault fault) {
    const std::string target(request.target());
    const std::size_t question = std::min(target.find('?'), target.size());
    const std::string path = target.substr(0, question);
    const bool is_post = request.method() == beast::http::verb::post;
    const Params params =
        parse_form(is_post ? request.body() : target.substr(std::min(question + 1, target.size())));
    const std::string key(request["Idempotency-Key"]);
    const std::string method(request.method_string());
    if (request["Authorization"] != "Bearer sk_test_fake") return failure(401);
    if (is_post && key.empty()) return failure(400);
    Params all = params;
    all["path"] = path;
    const bool is_known = ledger.has_key(key);
    switch (fault) {
      case Fault::reset_before:
      case Fault::unstored_failure: return failure(503);
      case Fault::conflict: return failure(409);
      case Fault::throttled:
      case Fault::throttled_retry: return failure(429);
      case Fault::failed_before:
        if (!is_known) ledger.spoil(key, all, failure(500));
        return failure(500);
      case Fault::failed_after:
        ledger.handle(method, path, params, key, now_seconds());
        if (!is_known) ledger.spoil(key, all, failure(500));
        return failure(500);
      case Fault::none:
      case Fault::reset_after:
      case Fault::half_an_answer:
      case Fault::slow: break;
    }
    return ledger.handle(method, path, params, key, now_seconds());
  }

  static std::int64_t now_seconds() { return to_millis(SystemClock{}.now()) / 1'000; }

  void send_webhooks(const std::string& type, const std::string& object) {
    if (!webhook) return;
    const std::string body =
        fmt::format(R"({{"id":"evt_{}","object":"event","type":"{}","data":{{"object":{}}}}})",
                    next_event++, type, object);
    deliver(body, 1);
    if (chance(faults.webhook_duplicate_percent)) deliver(body, 1);
    if (chance(faults.webhook_forged_percent)) {
      const std::string lie = fmt::format(
          R"({{"id":"evt_forged_{}","type":"payment_intent.canceled","data":{{"object":{}}}}})",
          next_event++, object);
      forge(lie);
    }
  }

  bool chance(int percent) { return static_cast<int>(random->below(100)) < percent; }

  std::chrono::milliseconds delay() {
    const auto limit = static_cast<std::uint64_t>(faults.webhook_delay_max.count());
    return std::chrono::milliseconds{static_cast<std::int64_t>(random->below(limit + 1))};
  }

  void deliver(const std::string& body, int attempt) {
    ++waiting;
    after(delay(), [this, body, attempt] {
      const std::string signature =
          payments::webhooks::sign_webhook(webhook_secret(), body, SystemClock{}.now());
      webhook(signature, body, [this, body, attempt](int status) {
        asio::post(io, [this, body, attempt, status] {
          const std::lock_guard lock(mutex);
          --waiting;
          if (status / 100 != 2 && attempt < webhook_attempts_max) deliver(body, attempt + 1);
        });
      });
    });
  }

  void forge(const std::string& body) {
    ++waiting;
    after(delay(), [this, body] {
      const std::string signature =
          payments::webhooks::sign_webhook("guessed", body, SystemClock{}.now());
      webhook(signature, body, [this](int status) {
        asio::post(io, [this, status] {
          const std::lock_guard lock(mutex);
          --waiting;
          if (status / 100 == 2) ++forged_accepted;
        });
      });
    });
  }

  void after(std::chrono::milliseconds wait, std::function<void()> action) {
    auto timer = std::make_shared<asio::steady_timer>(io, wait);
    timer->async_wait([timer, action = std::move(action)](beast::error_code fault) {
      if (!fault) action();
    });
  }

  void count(int& counter) {
    const std::lock_guard lock(mutex);
    ++counter;
  }

  TemporaryFolder folder;
  asio::io_context io{1};
  asio::ssl::context tls;
  Tcp::acceptor acceptor;
  mutable std::mutex mutex;
  FakeFaults faults;
  std::deque<Fault> scripted;
  std::unique_ptr<SeededRandom> random = std::make_unique<SeededRandom>(1);
  Webhook webhook;
  FakeLedger ledger{
      [this](const std::string& type, const std::string& object) { send_webhooks(type, object); }};
  int request_count = 0;
  int connection_count = 0;
  int next_event = 1;
  int waiting = 0;
  int forged_accepted = 0;
  std::thread thread;
};

FakeStripe::FakeStripe(const std::string& subject_alt_name)
    : running_(std::make_unique<Running>(subject_alt_name)) {}
FakeStripe::~FakeStripe() = default;

std::string FakeStripe::url() const {
  return fmt::format("https://127.0.0.1:{}", running_->acceptor.local_endpoint().port());
}
std::string FakeStripe::ca_file() const { return running_->folder.file("ca.pem"); }
const std::string& FakeStripe::webhook_secret() {
  static const std::string secret = "whsec_fake";
  return secret;
}

void FakeStripe::set_faults(const FakeFaults& faults) {
  const std::lock_guard lock(running_->mutex);
  running_->faults = faults;
  running_->random = std::make_unique<SeededRandom>(faults.seed);
}
void FakeStripe::next_faults(std::vector<Fault> faults) {
  const std::lock_guard lock(running_->mutex);
  running_->scripted.assign(faults.begin(), faults.end());
}
void FakeStripe::on_webhook(Webhook webhook) {
  const std::lock_guard lock(running_->mutex);
  running_->webhook = std::move(webhook);
}
void FakeStripe::confirm(const std::string& intent_id, bool agreed) {
  const std::lock_guard lock(running_->mutex);
  running_->ledger.confirm(intent_id, agreed);
}
void FakeStripe::refund_by_hand(const std::string& intent_id, std::int64_t amount) {
  const std::lock_guard lock(running_->mutex);
  running_->ledger.refund_by_hand(intent_id, amount);
}

std::vector<FakeIntent> FakeStripe::intents() const {
  const std::lock_guard lock(running_->mutex);
  std::vector<FakeIntent> intents;
  for (const auto& [id, intent] : running_->ledger.intents()) intents.push_back(intent);
  return intents;
}
int FakeStripe::effects() const {
  const std::lock_guard lock(running_->mutex);
  return running_->ledger.effects();
}
int FakeStripe::requests() const {
  const std::lock_guard lock(running_->mutex);
  return running_->request_count;
}
int FakeStripe::connections() const {
  const std::lock_guard lock(running_->mutex);
  return running_->connection_count;
}
int FakeStripe::webhooks_waiting() const {
  const std::lock_guard lock(running_->mutex);
  return running_->waiting;
}
int FakeStripe::forgeries_accepted() const {
  const std::lock_guard lock(running_->mutex);
  return running_->forged_accepted;
}

}  // namespace ticketing::test
