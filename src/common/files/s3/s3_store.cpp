#include "common/files/s3/s3_store.hpp"

#include <fmt/format.h>

#include "common/base/backoff.hpp"
#include "common/base/digest.hpp"
#include "common/base/log.hpp"
#include "common/http/client.hpp"

namespace ticketing::files {
namespace {

constexpr Backoff pause_after_failure{.shortest = Milliseconds{100},
                                      .longest = Milliseconds{1'000}};
constexpr int attempts_max = 4;
// A handler has 10 s in all.
constexpr Milliseconds attempts_for_at_most{6'000};

http::ClientSettings settings_of(const S3Address& address, const std::string& ca_file) {
  return {.ca_file = ca_file,
          .https_only = address.is_encrypted,
          .connect_timeout = Milliseconds{2'000},
          .total_timeout = Milliseconds{5'000},
          .answer_bytes_max = file_bytes_max,
          .calls_max = 64};
}

// "NoSuchKey" of <Error><Code>NoSuchKey</Code>…
std::string code_of(const http::Answer& answer) {
  constexpr std::string_view begin = "<Code>", end = "</Code>";
  const std::size_t from = answer.body.find(begin);
  const std::size_t to = answer.body.find(end, std::min(from, answer.body.size()));
  if (from == std::string::npos || to == std::string::npos || to - from > 100) return "";
  return answer.body.substr(from + begin.size(), to - from - begin.size());
}

bool may_pass(int status) { return status >= 500 || status == 429 || status == 408; }

class S3Store final : public Store {
 public:
  S3Store(const Clock& clock, Timers& timers, const S3Address& address, const std::string& folder,
          const std::string& ca_file)
      : clock_(clock),
        timers_(timers),
        address_(address),
        path_("/" + address.bucket + "/" + address.prefix + folder + "/"),
        client_(http::make_client(settings_of(address, ca_file))) {}

 private:
  Task<> write(std::string key, std::string bytes) override {
    const http::Answer answer = co_await ask("PUT", key, std::move(bytes));
    if (answer.status != 200) refuse(answer);
  }

  Task<std::optional<std::string>> read(std::string key, std::size_t bytes_max) override {
    http::Answer answer = co_await ask("GET", key, "");
    if (answer.status == 404 && code_of(answer) == "NoSuchKey") co_return std::nullopt;
    if (answer.status != 200) refuse(answer);
    if (answer.body.size() > bytes_max)
      throw Unavailable("a file is larger than it may be: " + key);
    co_return std::move(answer.body);
  }

  Task<> remove(std::string key) override {
    const http::Answer answer = co_await ask("DELETE", key, "");
    const bool is_gone = answer.status == 404 && code_of(answer) == "NoSuchKey";
    if (answer.status != 204 && answer.status != 200 && !is_gone) refuse(answer);
  }

  // Each of the three can be repeated. An answer that will not pass by itself is given back.
  Task<http::Answer> ask(std::string method, std::string key, std::string bytes) {
    const SteadyTime begun = clock_.steady_now();
    for (int attempt = 1;; ++attempt) {
      http::CallResult result = co_await client_->call(signed_call(method, key, bytes));
      if (result && !may_pass(result->status)) co_return *std::move(result);
      const std::string why =
          result ? fmt::format("{} {}", result->status, code_of(*result)) : result.error().reason;
      const bool is_over =
          attempt == attempts_max || clock_.steady_now() - begun > attempts_for_at_most;
      if (is_over) throw Unavailable("the store of files does not answer: " + why);
      co_await timers_.sleep_for(pause_after_failure.after(attempt));
    }
  }

  http::Call signed_call(const std::string& method, const std::string& key,
                         const std::string& bytes) const {
    const Timestamp now = clock_.now();
    S3Request request{.method = method,
                      .path = path_ + key,
                      .headers = {{"host", address_.host}},
                      .payload_sha256 = sha256_hex(bytes)};
    request.headers["x-amz-content-sha256"] = request.payload_sha256;
    http::Call call{.method = method,
                    .url = (address_.is_encrypted ? "https://" : "http://") + address_.host +
                           s3_path(request.path),
                    .headers = {},
                    .body = bytes};
    call.headers.add("x-amz-date", s3_time(now));
    call.headers.add("x-amz-content-sha256", request.payload_sha256);
    call.headers.add("Content-Type", "application/octet-stream");
    call.headers.add("Authorization", s3_authorization(request, address_.credentials, now));
    return call;
  }

  [[noreturn]] static void refuse(const http::Answer& answer) {
    throw Unavailable(
        fmt::format("the store of files refuses: {} {}", answer.status, code_of(answer)));
  }

  const Clock& clock_;
  Timers& timers_;
  const S3Address address_;
  const std::string path_;
  const std::unique_ptr<http::Client> client_;
};

}  // namespace

std::unique_ptr<Store> open_s3(const Clock& clock, Timers& timers, const S3Address& address,
                               const std::string& folder, const std::string& ca_file) {
  return std::make_unique<S3Store>(clock, timers, address, folder, ca_file);
}

}  // namespace ticketing::files
