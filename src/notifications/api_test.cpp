#include "notifications/api.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "common/http/problem.hpp"
#include "fixtures/call_endpoint.hpp"
#include "fixtures/run_task.hpp"
#include "fixtures/test_platform.hpp"
#include "notifications/mail/folder_sender.hpp"
#include "notifications/service.hpp"

namespace ticketing::notifications {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string local_host = "localhost:4000";

// Files are read on threads, which simulated time does not wait for.
class DevMail : public testing::Test {
 protected:
  DevMail() { router_.add(dev_routes(folder_)); }

  http::Response get(const std::string& path, const std::string& host = local_host,
                     const std::string& address = "127.0.0.1",
                     const std::string& forwarded_by = "") {
    const http::Router::Match match = router_.match("GET", path);
    if (match.route == nullptr) return {.status = 404};
    http::Request request{
        .method = "GET", .path = path, .path_params = match.params, .remote_address = address};
    request.headers.add("Host", host);
    if (!forwarded_by.empty()) request.headers.add(forwarded_by, "127.0.0.1");
    auto answer = run_task(io_, fixtures::call_endpoint(match.route->endpoint, request));
    return answer ? *std::move(answer) : http::problem_response(answer.error());
  }
  void write(const std::string& subject, int second = 0) {
    run_task(io_, sender_->send(
                      {.id = subject + "@shop.example",
                       .from = "shop@shop.example",
                       .to = "ada@example.com",
                       .subject = subject,
                       .text = "<i>Read</i> this:\n\nhttps://shop.example/reset?token=a&b=\"c\"\n",
                       .html = "<p>Hello <script>alert(1)</script></p>",
                       .date = Timestamp{std::chrono::seconds{1'795'798'800 + second}}}));
  }
  std::string name_of_newest() {
    std::string newest;
    for (const auto& entry : std::filesystem::directory_iterator(path_))
      newest = std::max(newest, entry.path().filename().string());
    return newest;
  }

  asio::io_context io_;  // outlives the threads that post to it
  const TemporaryFolder temporary_;
  const std::string path_ = temporary_.file("mail");
  const std::unique_ptr<mail::Sender> sender_ = mail::make_folder_sender(path_);
  mail::MailFolder folder_{path_};
  http::Router router_;
};

TEST_F(DevMail, ListsTheNewestFirstAndFiftyAtMost) {
  EXPECT_THAT(get("/dev/mail").body, HasSubstr("No mail was written yet."));
  for (int i = 10; i < 65; ++i) write("mail " + std::to_string(i), i);
  const std::string page = get("/dev/mail").body;
  EXPECT_LT(page.find("mail 64"), page.find("mail 63"));
  EXPECT_THAT(page, HasSubstr("mail 15<"));
  EXPECT_THAT(page, Not(HasSubstr("mail 14<")));
  EXPECT_THAT(page, HasSubstr("&lt;ada@example.com&gt;"));
}

TEST_F(DevMail, ShowsTextWithLinksAndTheHtmlInAFrame) {
  write("Hello <b> & all");
  const std::string name = name_of_newest();
  const http::Response page = get("/dev/mail/" + name);
  EXPECT_EQ(page.headers.find("Content-Type"), "text/html; charset=utf-8");
  EXPECT_THAT(page.body, HasSubstr("<h1>Hello &lt;b&gt; &amp; all</h1>"));
  EXPECT_THAT(page.body, HasSubstr("&lt;i&gt;Read&lt;/i&gt; this:"));
  EXPECT_THAT(page.body,
              HasSubstr("<a href=\"https://shop.example/reset?token=a&amp;b=&quot;c&quot;\">"));
  EXPECT_THAT(page.body, HasSubstr("<iframe sandbox "));
  EXPECT_THAT(page.body, HasSubstr("src=\"/dev/mail/" + name + "/html\""));
  EXPECT_THAT(page.body, Not(HasSubstr("<script>")));
  const http::Response html = get("/dev/mail/" + name + "/html");
  EXPECT_THAT(html.body, HasSubstr("<script>alert(1)</script>"));
  const std::string policy(html.headers.find("Content-Security-Policy").value_or(""));
  EXPECT_THAT(policy, HasSubstr("default-src 'none'"));
  EXPECT_THAT(policy, HasSubstr("; sandbox;"));
}

TEST_F(DevMail, ShowsNothingElse) {
  write("Hello");
  std::ofstream(path_ + "/secret.eml") << "secret";
  std::ofstream(path_ + "/0000000000000-0000000000000000.eml") << "no mail";
  EXPECT_THAT(get("/dev/mail").body, Not(HasSubstr("secret")));
  for (const char* name :
       {"secret.eml", "..", "..%2Fmail.key", "0000000000000-0000000000000000.eml",
        "1795798800000-0000000000000000.eml", ""}) {
    for (const char* end : {"", "/html"})
      EXPECT_EQ(get(std::string("/dev/mail/") + name + end).status, 404) << name << end;
  }
}

// The mails have links that open accounts.
TEST_F(DevMail, IsForBrowsersOnThisMachineAlone) {
  write("Hello");
  const std::string name = name_of_newest();
  for (const char* host : {"localhost:4000", "127.0.0.1:4000", "[::1]:4000", "[::1]", "localhost"})
    EXPECT_EQ(get("/dev/mail", host).status, 200) << host;
  EXPECT_EQ(get("/dev/mail", local_host, "::1").status, 200);
  for (const char* field : {"X-Forwarded-For", "X-Forwarded-Host", "Forwarded", "Via"})
    EXPECT_EQ(get("/dev/mail", local_host, "127.0.0.1", field).status, 404) << field;
  for (const std::string& path :
       {std::string("/dev/mail"), "/dev/mail/" + name, "/dev/mail/" + name + "/html"}) {
    EXPECT_EQ(get(path, local_host, "192.0.2.7").status, 404) << path;
    for (const char* host : {"elsewhere.example", "localhost.example:4000", "192.0.2.1:4000", ""})
      EXPECT_EQ(get(path, host).status, 404) << path << " " << host;
  }
}

TEST_F(DevMail, HasNoRoutesUnlessTheSettingsSaySo) {
  Settings settings;
  settings.folder = path_;
  settings.mail_key = std::string(32, 'm');
  for (const bool has_pages : {false, true}) {
    settings.has_pages = has_pages;
    fixtures::TestPlatform platform;
    const auto is_page = [](const http::Route& route) {
      return route.pattern.starts_with("/dev/");
    };
    EXPECT_EQ(std::ranges::any_of(make_service(platform.get(), settings)->routes(), is_page),
              has_pages);
  }
}

}  // namespace
}  // namespace ticketing::notifications
