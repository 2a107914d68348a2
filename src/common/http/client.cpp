#include "common/http/client.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <deque>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "common/base/exceptions.hpp"
#include "common/base/text.hpp"
#include "common/http/curl.hpp"

namespace ticketing::http {
namespace {

// One call on its way. Its address is known to libcurl, so it never moves.
struct Transfer {
  Call call;
  std::shared_ptr<Resume<CallResult>> waiter;
  std::size_t answer_bytes_max = 0;
  CurlHandle easy;
  CurlList headers;
  Answer answer;
  bool headers_ended = false;
  bool too_large = false;
  int requests = 0;

  void finish(CallResult result) {
    // A copy: the waiter, and its executor with it, may be gone before post() returns.
    const Executor executor = waiter->executor();
    asio::post(executor, [to = std::move(waiter), value = std::move(result)]() mutable {
      (*to)(std::move(value));
    });
  }
};

std::size_t take_body(char* data, std::size_t size, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  if (transfer.answer.body.size() + size * count > transfer.answer_bytes_max) {
    transfer.too_large = true;
    return 0;
  }
  transfer.answer.body.append(data, size * count);
  return size * count;
}

std::size_t take_header(char* data, std::size_t size, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  const std::string_view line = trim({data, size * count});
  const std::size_t colon = line.find(':');
  if (line.starts_with("HTTP/")) {
    transfer.answer.headers.clear();  // of an interim answer
    transfer.headers_ended = false;
  } else if (line.empty()) {
    transfer.headers_ended = true;
  } else if (colon != std::string_view::npos && transfer.answer.headers.size() < 100) {
    transfer.answer.headers.add(std::string(line.substr(0, colon)),
                                std::string(trim(line.substr(colon + 1))));
  }
  return size * count;
}

// libcurl calls this before each request. It sends one once more by itself where a connection that
// it uses again was closed.
int count_request(void* user, char*, char*, int, int) {
  ++static_cast<Transfer*>(user)->requests;
  return CURL_PREREQFUNC_OK;
}

// Whether the answer says where it ends. One that ends with its connection may have been cut off,
// and libcurl would not notice.
bool is_whole(const Transfer& transfer, long status) {
  constexpr long no_content = 204;
  const Headers& headers = transfer.answer.headers;
  return transfer.headers_ended && (status == no_content || headers.find("Content-Length") ||
                                    headers.find("Transfer-Encoding"));
}

// Whether a byte of the request may have left; a handshake does not count.
bool was_sent(CURL* easy) {
  long request_bytes = 0;
  curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &request_bytes);
  return request_bytes > 0;
}

class CurlClient final : public Client {
 public:
  explicit CurlClient(const ClientSettings& settings) : settings_(settings) {
    prepare_curl(settings.ca_file);
    multi_ = curl_multi_init();
    if (multi_ == nullptr) throw ConfigError("libcurl cannot be used");
    thread_ = std::thread([this] { serve(); });
  }

  ~CurlClient() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    curl_multi_wakeup(multi_);
    thread_.join();
    curl_multi_cleanup(multi_);
  }

  Task<CallResult> call(Call call) override {
    const Executor executor = co_await asio::this_coro::executor;
    co_return co_await suspend<CallResult>(
        executor, [this, call = std::move(call)](Resume<CallResult> resume) mutable {
          auto transfer = std::make_unique<Transfer>();
          transfer->call = std::move(call);
          transfer->waiter = std::make_shared<Resume<CallResult>>(std::move(resume));
          transfer->answer_bytes_max = settings_.answer_bytes_max;
          offer(std::move(transfer));
        });
  }

 private:
  void offer(std::unique_ptr<Transfer> transfer) {
    std::unique_lock lock(mutex_);
    if (under_way_ >= settings_.calls_max) {
      lock.unlock();
      transfer->finish(std::unexpected(NoAnswer{.reason = "too many calls under way"}));
      return;
    }
    ++under_way_;
    arrived_.push_back(std::move(transfer));
    lock.unlock();
    curl_multi_wakeup(multi_);
  }

  void serve() {
    for (;;) {
      std::deque<std::unique_ptr<Transfer>> arrived;
      {
        const std::lock_guard lock(mutex_);
        if (stopping_) break;
        arrived.swap(arrived_);
      }
      for (auto& transfer : arrived) begin(std::move(transfer));
      int running = 0;
      curl_multi_perform(multi_, &running);
      collect();
      curl_multi_poll(multi_, nullptr, 0, 1'000, nullptr);
    }
    abandon();
  }

  void begin(std::unique_ptr<Transfer> transfer) {
    transfer->easy.reset(curl_easy_init());
    CURL* const easy = transfer->easy.get();
    if (easy == nullptr || !prepare(*transfer) || curl_multi_add_handle(multi_, easy) != CURLM_OK) {
      end(*transfer, std::unexpected(NoAnswer{.reason = "the call could not be prepared"}));
      return;
    }
    transfers_.emplace(easy, std::move(transfer));
  }

  bool prepare(Transfer& transfer) const {
    CURL* const easy = transfer.easy.get();
    for (const auto& [name, value] : transfer.call.headers) {
      append_header(transfer, name + ": " + value);
    }
    append_header(transfer, "Expect:");
    const char* const protocols = settings_.https_only ? "https" : "http,https";
    bool ok = trust_only(easy, settings_.ca_file);
    const auto set = [&](CURLoption option, auto value) {
      ok = ok && curl_easy_setopt(easy, option, value) == CURLE_OK;
    };
    set(CURLOPT_URL, transfer.call.url.c_str());
    set(CURLOPT_PROTOCOLS_STR, protocols);
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings_.connect_timeout.count()));
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(settings_.total_timeout.count()));
    set(CURLOPT_HTTPHEADER, transfer.headers.get());
    set(CURLOPT_CUSTOMREQUEST, transfer.call.method.c_str());
    if (transfer.call.method != "GET") {
      set(CURLOPT_POSTFIELDSIZE, static_cast<long>(transfer.call.body.size()));
      set(CURLOPT_POSTFIELDS, transfer.call.body.data());
    }
    set(CURLOPT_PREREQFUNCTION, &count_request);
    set(CURLOPT_PREREQDATA, &transfer);
    set(CURLOPT_WRITEFUNCTION, &take_body);
    set(CURLOPT_WRITEDATA, &transfer);
    set(CURLOPT_HEADERFUNCTION, &take_header);
    set(CURLOPT_HEADERDATA, &transfer);
    return ok;
  }

  static void append_header(Transfer& transfer, const std::string& line) {
    curl_slist* const longer = curl_slist_append(transfer.headers.get(), line.c_str());
    if (longer == nullptr) return;
    static_cast<void>(transfer.headers.release());
    transfer.headers.reset(longer);
  }

  void collect() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      CURL* const easy = message->easy_handle;
      const CURLcode code = message->data.result;
      const auto found = transfers_.find(easy);
      curl_multi_remove_handle(multi_, easy);
      const std::unique_ptr<Transfer> transfer = std::move(found->second);
      transfers_.erase(found);
      end(*transfer, result_of(*transfer, code));
    }
  }

  static CallResult result_of(Transfer& transfer, CURLcode code) {
    CURL* const easy = transfer.easy.get();
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    if (code == CURLE_OK && is_whole(transfer, status)) {
      transfer.answer.status = static_cast<int>(status);
      transfer.answer.was_repeated = transfer.requests > 1;
      return std::move(transfer.answer);
    }
    return std::unexpected(NoAnswer{.sent = was_sent(easy),
                                    .reason = transfer.too_large ? "the answer is too large"
                                              : code == CURLE_OK ? "the answer was cut off"
                                                                 : curl_easy_strerror(code)});
  }

  void end(Transfer& transfer, CallResult result) {
    {
      const std::lock_guard lock(mutex_);
      --under_way_;
    }
    transfer.finish(std::move(result));
  }

  // The calls that the end of the client cuts short.
  void abandon() {
    for (auto& [easy, transfer] : transfers_) {
      const bool sent = was_sent(easy);
      curl_multi_remove_handle(multi_, easy);
      end(*transfer, std::unexpected(NoAnswer{.sent = sent, .reason = "the client was stopped"}));
    }
    transfers_.clear();
    std::deque<std::unique_ptr<Transfer>> arrived;
    {
      const std::lock_guard lock(mutex_);
      arrived.swap(arrived_);
    }
    for (const auto& transfer : arrived) {
      end(*transfer, std::unexpected(NoAnswer{.reason = "the client was stopped"}));
    }
  }

  const ClientSettings settings_;
  CURLM* multi_ = nullptr;
  std::mutex mutex_;
  std::deque<std::unique_ptr<Transfer>> arrived_;
  std::size_t under_way_ = 0;
  bool stopping_ = false;
  std::unordered_map<CURL*, std::unique_ptr<Transfer>> transfers_;  // of the thread alone
  std::thread thread_;
};

}  // namespace

std::unique_ptr<Client> make_client(const ClientSettings& settings) {
  return std::make_unique<CurlClient>(settings);
}

}  // namespace ticketing::http
