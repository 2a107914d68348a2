// The calendar of a buyer at its secret address: the whole service, on simulated time.
#include "orders/calendar/calendar.hpp"

#include <gmock/gmock.h>

#include "fixtures/test_client.hpp"
#include "orders/service.hpp"
#include "orders/test_orders.hpp"

namespace ticketing::orders::calendar {
namespace {

using testing::HasSubstr;
using testing::Not;

class CalendarApiTest : public testing::Test {
 public:
  ~CalendarApiTest() override {
    platform_.run(platform_.bus().stop());
    platform_.run(service_->stop());
  }

 protected:
  CalendarApiTest() {
    service_->subscribe();
    platform_.bus().start();
    service_->start();
  }

  http::Response send(const std::string& method, const std::string& user_id,
                      const std::string& body = "", const std::string& path = route) {
    return client_.send(method, path, {.user_id = user_id, .body = body});
  }
  // The key of the new address of the user's calendar.
  std::string open(const std::string& user_id) {
    const auto opened = send("POST", user_id);
    EXPECT_EQ(opened.status, 201);
    const std::string begin = R"({"path":"/api/orders/calendar.ics?key=)";
    EXPECT_TRUE(opened.body.starts_with(begin)) << opened.body;
    return opened.body.substr(begin.size(), opened.body.size() - begin.size() - 2);
  }
  // As a calendar program, which has no session.
  http::Response read(const std::string& key, const std::string& known = "") {
    fixtures::TestClient::Options options{.query = {{"key", key}}};
    if (!known.empty()) options.headers = {{"If-None-Match", known}};
    return client_.send("GET", "/api/orders/calendar.ics", std::move(options));
  }
  // The id of a new order of a ticket for the show.
  std::string buy(const std::string& show_id, const std::string& user_id) {
    const auto made =
        send("POST", user_id, R"({"ticketId":")" + others_.make_ticket_for(show_id) + "\"}",
             "/api/orders");
    const std::string path(made.headers.find("Location").value_or("no location"));
    const std::string id = path.substr(path.rfind('/') + 1);
    others_.pay(id, "payment of " + id);
    return id;
  }

  static inline const std::string route = "/api/orders/calendar";
  fixtures::TestPlatform platform_;
  std::unique_ptr<runtime::Service> service_ = make_service(platform_.get(), {.hold = hold});
  fixtures::TestClient client_{platform_, service_->routes()};
  OtherServices others_{platform_};
};

TEST_F(CalendarApiTest, HasTheShowsThatItsBuyerPaidTicketsFor) {
  const std::string show_id = others_.make_show(), other = others_.make_show();
  const std::string key = open("buyer"), of_another = open("another");
  EXPECT_THAT(read(key).body, Not(HasSubstr("VEVENT")));
  buy(show_id, "buyer");
  const std::string returned = buy(show_id, "buyer");
  send("POST", "buyer", R"({"ticketId":")" + others_.make_ticket_for(other) + "\"}", "/api/orders");
  const auto file = read(key);
  EXPECT_EQ(file.status, 200);
  EXPECT_EQ(file.headers.find("Content-Type"), "text/calendar; charset=utf-8");
  EXPECT_EQ(file.headers.find("Cache-Control"), "private, max-age=900");
  EXPECT_THAT(file.body, HasSubstr("UID:" + show_id + "\r\n"));
  EXPECT_THAT(file.body, HasSubstr("You have 2 tickets."));
  EXPECT_THAT(file.body, Not(HasSubstr(other))) << "it is not paid";
  EXPECT_THAT(read(of_another).body, Not(HasSubstr("VEVENT")));

  others_.refund(returned, {.full = true, .relist = true}, "payment of " + returned);
  EXPECT_THAT(read(key).body, HasSubstr("You have 1 ticket."));
}

TEST_F(CalendarApiTest, FollowsItsShows) {
  const std::string show_id = others_.make_show(), into = others_.make_show();
  const std::string key = open("buyer");
  buy(show_id, "buyer");
  const auto before = read(key);
  const std::string tag(before.headers.find("ETag").value_or("no tag"));
  EXPECT_EQ(read(key, tag).status, 304);
  EXPECT_EQ(read(key, tag).body, "");
  others_.plan_show(show_id, 1, "postponed");
  const auto after = read(key, tag);
  EXPECT_EQ(after.status, 200);
  EXPECT_THAT(after.body, HasSubstr("STATUS:TENTATIVE\r\n"));
  EXPECT_THAT(after.body, HasSubstr("SEQUENCE:1\r\n"));
  others_.plan_show(show_id, 2, "cancelled");
  others_.plan_show(show_id, 1, "postponed");  // late
  EXPECT_THAT(read(key).body, HasSubstr("STATUS:CANCELLED\r\n"));
  others_.change_show(show_id, 3, std::nullopt, into);
  EXPECT_THAT(read(key).body, HasSubstr("UID:" + into + "\r\n"));
  EXPECT_THAT(read(key).body, Not(HasSubstr(show_id)));
}

TEST_F(CalendarApiTest, ForgetsAShowMonthsAfterItWasOver) {
  const std::string show_id = others_.make_show();
  const std::string key = open("buyer");
  buy(show_id, "buyer");
  platform_.skip(std::chrono::days{90});
  EXPECT_THAT(read(key).body, HasSubstr(show_id));
  platform_.skip(std::chrono::days{2});
  EXPECT_THAT(read(key).body, Not(HasSubstr(show_id)));
}

TEST_F(CalendarApiTest, EndsAtItsAddressWhenItGetsAnotherOrIsClosed) {
  const std::string first = open("buyer");
  const std::string second = open("buyer");
  EXPECT_NE(first, second);
  EXPECT_EQ(read(first).status, 404);
  EXPECT_EQ(read(second).status, 200);
  EXPECT_THAT(send("GET", "buyer").body, HasSubstr("createdAt"));
  EXPECT_THAT(send("GET", "buyer").body, Not(HasSubstr(second)));
  EXPECT_EQ(send("DELETE", "another").status, 204);
  EXPECT_EQ(read(second).status, 200) << "it is not that person's";
  EXPECT_EQ(send("DELETE", "buyer").status, 204);
  EXPECT_EQ(read(second).status, 404);
  EXPECT_EQ(send("GET", "buyer").body, "{}");
}

TEST_F(CalendarApiTest, IsNotReadWithoutItsKey) {
  const std::string key = open("buyer");
  const std::string almost = key.substr(0, 42) + (key.back() == 'A' ? 'B' : 'A');
  for (const std::string& wrong :
       {std::string(), std::string("x"), almost, key + "A", *digest_of(key)})
    EXPECT_EQ(read(wrong).status, 404) << wrong;
  for (const char* method : {"GET", "POST", "DELETE"})
    EXPECT_EQ(client_.send(method, route, {}).status, 401) << method;
}

}  // namespace
}  // namespace ticketing::orders::calendar
