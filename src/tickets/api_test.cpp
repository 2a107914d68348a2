// The whole service as its callers see it: routes and listeners together, on simulated time.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <boost/json.hpp>

#include "fixtures/test_client.hpp"
#include "tickets/service.hpp"
#include "tickets/test_tickets.hpp"

namespace ticketing::tickets {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class TicketsApiTest : public testing::Test {
 public:
  ~TicketsApiTest() override {
    platform_.run(platform_.bus().stop());
    platform_.run(service_->stop());
  }

 protected:
  TicketsApiTest() {
    service_->subscribe();
    platform_.bus().start();
    service_->start();
  }

  http::Response send(const std::string& method, const std::string& path,
                      fixtures::TestClient::Options options = {}) {
    options.user_id = "seller";
    return client_.send(method, path, std::move(options));
  }
  http::Response create(const std::string& text, const std::string& key = "") {
    fixtures::TestClient::Options options{.body = text};
    if (!key.empty()) options.headers.emplace_back("Idempotency-Key", key);
    return send("POST", "/api/tickets", std::move(options));
  }
  // Where a new ticket is.
  std::string make_ticket() {
    return std::string(create(good_).headers.find("Location").value_or("no location"));
  }
  static std::string id_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

  const std::string good_ = R"({"title":"Row 7","price":20})";
  fixtures::TestPlatform platform_;
  std::unique_ptr<runtime::Service> service_ = make_service(platform_.get());
  fixtures::TestClient client_{platform_, service_->routes()};
  TestOrders orders_{platform_};
  TestShows shows_{platform_};
};

TEST_F(TicketsApiTest, NeedsASessionForWhatSellersDo) {
  for (const auto& [method, path] :
       std::vector<std::pair<std::string, std::string>>{{"POST", "/api/tickets"},
                                                        {"PUT", "/api/tickets/x"},
                                                        {"DELETE", "/api/tickets/x"},
                                                        {"GET", "/api/sales"}}) {
    EXPECT_EQ(client_.send(method, path, {.body = good_}).status, 401) << path;
  }
  EXPECT_EQ(client_.send("GET", "/api/tickets", {.query = {{"mine", "1"}}}).status, 401);
  EXPECT_EQ(client_.send("GET", "/api/tickets", {}).status, 200);
  EXPECT_EQ(client_.send("GET", make_ticket(), {}).status, 200);
  EXPECT_EQ(client_.send("GET", "/api/tickets/stream", {}).status, 200);
}

TEST_F(TicketsApiTest, RefusesBadInput) {
  for (const char* bad : {"{", "{}", R"({"title":"Row 7"})", R"({"title":"","price":20})",
                          R"({"title":"  ","price":20})", R"({"title":"Row 7","price":0})",
                          R"({"title":"Row 7","price":"x"})", R"({"title":7,"price":20})"}) {
    EXPECT_EQ(create(bad).status, 400) << bad;
  }
  const std::string path = make_ticket();
  EXPECT_EQ(send("PUT", path, {.body = R"({"title":"Row 7","price":-1})"}).status, 400);
  EXPECT_EQ(send("PUT", path, {.body = R"({"title":"Row 7","price":20,"version":"1"})"}).status,
            400);
  EXPECT_EQ(send("GET", "/api/tickets", {.query = {{"status", "withdrawn"}}}).status, 400);
  EXPECT_EQ(send("GET", "/api/tickets", {.query = {{"mine", "2"}}}).status, 400);
}

TEST_F(TicketsApiTest, MakesShowsAndChangesATicket) {
  const auto made = create(R"({"title":"  Row 7  ","price":20})");
  EXPECT_EQ(made.status, 201);
  EXPECT_THAT(made.body, HasSubstr(R"("title":"Row 7","price":20,)"));
  const std::string path = std::string(made.headers.find("Location").value_or(""));
  EXPECT_EQ(send("GET", path).body, made.body);
  const auto changed =
      send("PUT", path, {.body = R"({"title":"Row 8","price":"21.50","version":0})"});
  EXPECT_EQ(changed.status, 200);
  EXPECT_THAT(changed.body,
              AllOf(HasSubstr("Row 8"), HasSubstr("21.5"), HasSubstr(R"("version":1)")));
  const auto late = send("PUT", path, {.body = R"({"title":"Row 9","price":20,"version":0})"});
  EXPECT_EQ(late.status, 400);
  EXPECT_THAT(late.body, AllOf(HasSubstr("ticket_changed"), HasSubstr(R"("version":1)")));
  EXPECT_EQ(send("PUT", "/api/tickets/no-such-thing", {.body = good_}).status, 404);
  EXPECT_EQ(send("GET", "/api/tickets/no-such-thing").status, 404);
  EXPECT_EQ(client_.send("PUT", path, {.user_id = "another", .body = good_}).status, 401);
}

TEST_F(TicketsApiTest, ListsTheTicketsOfAShow) {
  const std::string show = shows_.make();
  const auto list = [&](std::vector<std::pair<std::string, std::string>> query) {
    return send("GET", "/api/tickets", {.query = std::move(query)});
  };
  for (const char* price : {"20", "10"})
    create(fmt::format(R"({{"title":"Row 7","price":{},"showId":"{}"}})", price, show));
  make_ticket();
  const auto page = list({{"showId", show}, {"sort", "price"}, {"limit", "1"}});
  EXPECT_THAT(page.body, HasSubstr(R"("price":10,)"));
  EXPECT_THAT(std::string(page.headers.find("Link").value_or("")),
              HasSubstr("&showId=" + show + "&sort=price>"));
  EXPECT_THAT(list({{"showId", "none"}}).body, Not(HasSubstr("showId")));
}

TEST_F(TicketsApiTest, ListsWhatIsAskedForAndLinksTheSame) {
  const std::string show = shows_.make("Opera");
  for (const char* price : {"30", "20", "10"})
    create(fmt::format(R"({{"title":"Row 7","price":{},"showId":"{}"}})", price, show));
  create(R"({"title":"Row 7","price":25})");
  const auto page = send("GET", "/api/tickets",
                         {.query = {{"mine", "1"},
                                    {"status", "available"},
                                    {"q", "row ópera"},
                                    {"minPrice", "15"},
                                    {"maxPrice", "30.00"},
                                    {"showId", show},
                                    {"sort", "price"},
                                    {"limit", "1"}}});
  EXPECT_THAT(page.body, HasSubstr(R"("price":20,)"));
  const std::string link(page.headers.find("Link").value_or(""));
  EXPECT_THAT(link, AllOf(HasSubstr("limit=1&cursor=2000."),
                          HasSubstr("&mine=1&status=available&q=row%20%C3%B3pera&minPrice=15&"
                                    "maxPrice=30.00&showId=" +
                                    show + "&sort=price>; rel=\"next\"")));
  const std::size_t from = link.find("cursor=") + 7;
  const std::string cursor = link.substr(from, link.find("&mine") - from);
  const auto next = send("GET", "/api/tickets",
                         {.query = {{"q", "row opera"}, {"sort", "price"}, {"cursor", cursor}}});
  EXPECT_THAT(next.body, AllOf(HasSubstr(R"("price":30,)"), Not(HasSubstr(R"("price":20,)"))));
}

TEST_F(TicketsApiTest, NamesTheParameterThatIsWrong) {
  const std::string id = platform_.next_id();
  for (const auto& [name, value] :
       std::vector<std::pair<std::string, std::string>>{{"mine", "2"},
                                                        {"status", "lapsed"},
                                                        {"status", "x"},
                                                        {"q", std::string(201, 'a')},
                                                        {"q", "a\nb"},
                                                        {"showId", "x"},
                                                        {"sort", "age"},
                                                        {"minPrice", "-1"},
                                                        {"minPrice", "1.999"},
                                                        {"maxPrice", "x"},
                                                        {"limit", "0"},
                                                        {"cursor", "2000." + id}}) {
    const auto answer = client_.send("GET", "/api/tickets", {.query = {{name, value}}});
    EXPECT_EQ(answer.status, 400) << name << value;
    EXPECT_THAT(answer.body, HasSubstr(R"("field":")" + name + "\"")) << answer.body;
  }
  const auto by_age =
      client_.send("GET", "/api/tickets", {.query = {{"sort", "price"}, {"cursor", id}}});
  EXPECT_THAT(by_age.body, HasSubstr(R"("field":"cursor")"));
  const auto two =
      client_.send("GET", "/api/tickets", {.query = {{"minPrice", "x"}, {"sort", "x"}}});
  EXPECT_THAT(two.body, AllOf(HasSubstr("minPrice"), HasSubstr("sort")));
}

TEST_F(TicketsApiTest, RepeatsTheAnswerOfAKey) {
  const auto first = create(good_, "key"), second = create(good_, "key");
  EXPECT_EQ(second.status, 201);
  EXPECT_EQ(second.body, first.body);
  EXPECT_EQ(second.headers.find("Idempotent-Replayed"), "true");
  EXPECT_EQ(create(R"({"title":"Row 8","price":20})", "key").status, 422);
  EXPECT_EQ(send("GET", "/api/tickets").body, "[" + first.body + "]");
}

TEST_F(TicketsApiTest, AnswersALotWithAnArray) {
  const auto lot = create(R"({"title":"Row 7","price":20,"quantity":2})", "key");
  EXPECT_EQ(lot.status, 201);
  const auto tickets = boost::json::parse(lot.body).as_array();
  ASSERT_EQ(tickets.size(), 2U);
  EXPECT_EQ(tickets[0].at("lotId"), tickets[1].at("lotId"));
  EXPECT_NE(tickets[0].at("id"), tickets[1].at("id"));
  EXPECT_EQ(create(R"({"title":"Row 7","price":20,"quantity":2})", "key").body, lot.body);
  const auto one = create(R"({"title":"Row 7","price":20,"quantity":1})");
  EXPECT_EQ(boost::json::parse(one.body).as_array().size(), 1U);
  EXPECT_EQ(boost::json::parse(send("GET", "/api/tickets").body).as_array().size(), 3U);
  for (const char* wrong : {"0", "11", "-1", "1.5", "\"2\""}) {
    EXPECT_EQ(create(fmt::format(R"({{"title":"Row 7","price":20,"quantity":{}}})", wrong)).status,
              400)
        << wrong;
  }
}

TEST_F(TicketsApiTest, AnswersAWithdrawalThatIsNotDecidedWithTheTicket) {
  const std::string path = make_ticket();
  const auto waiting = send("DELETE", path);
  EXPECT_EQ(waiting.status, 202);
  EXPECT_THAT(waiting.body, HasSubstr("withdrawing"));
  orders_.decide(id_of(path), 1, true);
  EXPECT_EQ(send("DELETE", path).status, 204);
  EXPECT_THAT(send("GET", path).body, HasSubstr(R"("status":"withdrawn")"));
  EXPECT_THAT(send("GET", "/api/tickets").body, Not(HasSubstr("withdrawn")));
  EXPECT_THAT(send("GET", "/api/tickets", {.query = {{"mine", "1"}}}).body, HasSubstr("withdrawn"));
}

TEST_F(TicketsApiTest, ListsSales) {
  const std::string id = id_of(make_ticket()), order_id = orders_.make(id, Money{1'500});
  orders_.complete(order_id, id);
  EXPECT_THAT(send("GET", "/api/sales").body, AllOf(HasSubstr(order_id), HasSubstr("15")));
}

// The show's event may come after the answer: the key must not keep the refusal.
TEST_F(TicketsApiTest, RepeatsARefusalOfAKeyUnlessItAdvisesToTryAgain) {
  const auto for_show = [](const std::string& id) {
    return R"({"title":"Row 7","price":20,"showId":")" + id + "\"}";
  };
  const std::string id = platform_.next_id();
  const auto early = create(for_show(id), "new-show");
  EXPECT_EQ(early.status, 400);
  EXPECT_THAT(early.body, HasSubstr("show_not_found"));
  EXPECT_EQ(early.headers.find("Retry-After"), "1");
  shows_.create(id);
  EXPECT_EQ(create(for_show(id), "new-show").status, 201);

  const std::string unknown = platform_.next_id();
  platform_.skip(std::chrono::minutes{2});
  EXPECT_EQ(create(for_show(unknown), "no-show").status, 400);
  shows_.create(unknown);
  EXPECT_EQ(create(for_show(unknown), "no-show").status, 400) << "it was final";
}

// By its own clock: no event says that the show begins.
TEST_F(TicketsApiTest, EndsListingsOfAShowThatHasBegun) {
  const auto listed = create(R"({"title":"Row 7","price":20,"showId":")" + shows_.make() + R"("})");
  const std::string path(listed.headers.find("Location").value_or("no location"));
  EXPECT_THAT(send("GET", path).body, HasSubstr(R"("status":"available")"));
  platform_.skip(std::chrono::hours{18});
  platform_.pass(std::chrono::seconds{31});
  EXPECT_THAT(send("GET", path).body, HasSubstr(R"("status":"lapsed")"));
}

}  // namespace
}  // namespace ticketing::tickets
