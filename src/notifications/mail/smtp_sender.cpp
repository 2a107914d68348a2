#include "notifications/mail/smtp_sender.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/async/worker_pool.hpp"
#include "common/base/exceptions.hpp"
#include "common/base/text.hpp"
#include "common/http/curl.hpp"

namespace ticketing::notifications::mail {
namespace {

// One mail on its way.
struct Upload {
  std::string content;
  std::size_t sent = 0;
  std::string refusal;  // the server's last answer that was one
};

std::size_t give_content(char* buffer, std::size_t size, std::size_t count, void* user) {
  auto& upload = *static_cast<Upload*>(user);
  const std::size_t given = std::min(size * count, upload.content.size() - upload.sent);
  upload.content.copy(buffer, given, upload.sent);
  upload.sent += given;
  return given;
}

std::size_t take_line(char* data, std::size_t size, std::size_t count, void* user) {
  const std::string_view line = trim({data, size * count});
  if (line.starts_with('4') || line.starts_with('5')) static_cast<Upload*>(user)->refusal = line;
  return size * count;
}

// Without the angle brackets and the name of "Tickets <shop@example.com>".
std::string address_in(std::string_view mailbox) {
  const std::size_t open = mailbox.find('<'), close = mailbox.find('>');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open)
    return std::string(mailbox);
  return std::string(mailbox.substr(open + 1, close - open - 1));
}

class SmtpSender final : public Sender {
 public:
  explicit SmtpSender(SmtpSettings settings) : settings_(std::move(settings)) {
    http::prepare_curl(settings_.ca_file);
    easy_.reset(curl_easy_init());
    if (!easy_) throw ConfigError("libcurl cannot be used");
  }

  Task<Answer> send(Message message) override {
    co_return co_await pool_.run<Answer>(
        [this, message = std::move(message)] { return send_now(message); });
  }

 private:
  Answer send_now(const Message& message) {
    Upload upload{.content = to_mime(message)};
    const std::string from = "<" + address_in(message.from) + ">", to = "<" + message.to + ">";
    const http::CurlList recipients{curl_slist_append(nullptr, to.c_str())};
    if (!recipients || !prepare(upload, from, recipients.get()))
      return {.outcome = Outcome::try_later, .reason = "the mail could not be prepared"};
    const CURLcode code = curl_easy_perform(easy_.get());
    long status = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
    return answer_of(code, status, upload.refusal);
  }

  static Answer answer_of(CURLcode code, long status, const std::string& line) {
    if (code == CURLE_OK) return {.outcome = Outcome::accepted, .reason = {}};
    // A wrong password or certificate is our mistake, which is corrected: the mail is not lost.
    const bool is_about_the_mail = code != CURLE_LOGIN_DENIED && code != CURLE_USE_SSL_FAILED &&
                                   code != CURLE_PEER_FAILED_VERIFICATION &&
                                   code != CURLE_OPERATION_TIMEDOUT;
    return {.outcome = is_about_the_mail ? outcome_of(status, line) : Outcome::try_later,
            .reason = fmt::format("{} ({})", curl_easy_strerror(code), status)};
  }

  bool prepare(Upload& upload, const std::string& from, curl_slist* recipients) {
    CURL* const easy = easy_.get();
    curl_easy_reset(easy);  // its connection stays
    bool ok = http::trust_only(easy, settings_.ca_file);
    const auto set = [&](CURLoption option, auto value) {
      ok = ok && curl_easy_setopt(easy, option, value) == CURLE_OK;
    };
    set(CURLOPT_URL, settings_.url.c_str());
    set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    set(CURLOPT_USE_SSL, static_cast<long>(settings_.needs_tls ? CURLUSESSL_ALL : CURLUSESSL_TRY));
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings_.connect_timeout.count()));
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(settings_.total_timeout.count()));
    set(CURLOPT_MAIL_FROM, from.c_str());
    set(CURLOPT_MAIL_RCPT, recipients);
    set(CURLOPT_UPLOAD, 1L);
    set(CURLOPT_READFUNCTION, &give_content);
    set(CURLOPT_READDATA, &upload);
    set(CURLOPT_HEADERFUNCTION, &take_line);
    set(CURLOPT_HEADERDATA, &upload);
    return ok;
  }

  const SmtpSettings settings_;
  http::CurlHandle easy_;
  WorkerPool pool_{1, 64};  // uses what is above
};

}  // namespace

Outcome outcome_of(long code, std::string_view line) {
  if (code < 500 || code > 599) return Outcome::try_later;
  // RFC 3463: 5.1.1 bad mailbox, 5.1.2 bad domain, 5.1.6 moved, 5.1.10 no mail is taken.
  for (const std::string_view status : {" 5.1.1 ", " 5.1.2 ", " 5.1.6 ", " 5.1.10 "}) {
    if (line.find(status) != std::string_view::npos) return Outcome::no_mailbox;
  }
  return Outcome::refused;
}

std::unique_ptr<Sender> make_smtp_sender(const SmtpSettings& settings) {
  return std::make_unique<SmtpSender>(settings);
}

}  // namespace ticketing::notifications::mail
