// The whole service as its callers see it, on made-up time.
#include <gmock/gmock.h>

#include <boost/json.hpp>

#include "fixtures/described_schema.hpp"
#include "fixtures/test_client.hpp"
#include "shows/service.hpp"
#include "shows/show_json.hpp"
#include "shows/test_shows.hpp"

namespace ticketing::shows {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class ShowsApiTest : public ShowsServiceTest {
 protected:
  std::string body_of(const std::string& name, int days = 10, const std::string& more = "") {
    return R"({"name":")" + name + R"(","category":"concert","startsAt":")" +
           to_iso8601(platform_.now() + std::chrono::days{days}) +
           R"(","venue":{"name":"Filharmonia","city":"Łódź","country":"PL","timeZone":"Europe/Warsaw"})" +
           more + "}";
  }
  http::Response create(const std::string& body, const std::string& key = "") {
    fixtures::TestClient::Options options{.body = body};
    if (!key.empty()) options.headers.emplace_back("Idempotency-Key", key);
    return send("POST", "/api/shows", std::move(options));
  }
  static std::string text(const http::Response& response, const char* field) {
    return std::string(boost::json::parse(response.body).at(field).as_string());
  }
  http::Response list(std::vector<std::pair<std::string, std::string>> query) {
    return client_.send("GET", "/api/shows", {.query = std::move(query)});
  }
};

TEST_F(ShowsApiTest, NeedsASessionToMakeAndChangeShows) {
  EXPECT_EQ(client_.send("POST", "/api/shows", {.body = body_of("AC/DC")}).status, 401);
  EXPECT_EQ(client_.send("PUT", "/api/shows/x", {.body = body_of("AC/DC")}).status, 401);
  EXPECT_EQ(list({}).status, 200);
}

TEST_F(ShowsApiTest, MakesShowsAndChangesAShow) {
  const auto made = create(body_of("AC/DC"));
  EXPECT_EQ(made.status, 201);
  EXPECT_THAT(made.body, AllOf(HasSubstr(R"("status":"scheduled","ticketsAvailable":0)"),
                               HasSubstr(R"("city":"Łódź","country":"PL")"),
                               Not(HasSubstr("priceCapPercent"))));
  const std::string path = "/api/shows/" + text(made, "id");
  EXPECT_EQ(made.headers.find("Location"), path);
  EXPECT_EQ(client_.send("GET", path, {}).body, made.body);
  const auto again = create(body_of("ac dc"));
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.body, made.body);
  const auto changed = send(
      "PUT", path,
      {.body = body_of("AC/DC", 12, R"(,"status":"postponed","version":0,"priceCapPercent":110)")});
  EXPECT_EQ(changed.status, 200);
  EXPECT_THAT(changed.body, AllOf(HasSubstr(R"("status":"postponed")"), HasSubstr(R"("version":1)"),
                                  HasSubstr(R"("priceCapPercent":110)")));
  const auto late = send("PUT", path, {.body = body_of("AC/DC", 12, R"(,"version":0)")});
  EXPECT_EQ(late.status, 400);
  EXPECT_THAT(late.body, HasSubstr("show_changed"));
  EXPECT_EQ(client_.send("GET", "/api/shows/no-such", {}).status, 404);
}

TEST_F(ShowsApiTest, ListsTheNextShowsAndTheirCities) {
  for (int days = 1; days <= 3; ++days) create(body_of("Show", days));
  const auto answer = client_.send("GET", "/api/shows/upcoming", {.query = {{"limit", "2"}}});
  EXPECT_EQ(answer.status, 200);
  const auto read = boost::json::parse(answer.body);
  EXPECT_EQ(read.at("shows").as_array().size(), 2U);
  EXPECT_EQ(read.at("more"), true);
  EXPECT_EQ(boost::json::serialize(read.at("cities")), R"([{"name":"Łódź","shows":3}])");
  EXPECT_EQ(client_.send("GET", "/api/shows/upcoming", {.query = {{"limit", "0"}}}).status, 400);
}

TEST_F(ShowsApiTest, NamesWhatIsWrong) {
  for (const auto& [body, field] : std::vector<std::pair<std::string, std::string>>{
           {body_of(""), "name"},
           {body_of("AC/DC", -1), "startsAt"},
           {body_of("AC/DC", 10, R"(,"endsAt":"tomorrow")"), "endsAt"},
           {body_of("AC/DC", 10, R"(,"category":"party")"), "category"},
           {body_of("AC/DC", 10, R"(,"venue":{"name":"x"})"), "venue.city"},
           {R"({"name":"AC/DC"})", "category"}}) {
    const auto refused = create(body);
    EXPECT_EQ(refused.status, 400) << body;
    EXPECT_THAT(refused.body, HasSubstr("\"field\":\"" + field + "\"")) << body;
  }
  const std::string path = "/api/shows/" + text(create(body_of("AC/DC")), "id");
  EXPECT_EQ(send("PUT", path, {.body = body_of("AC/DC", 10, R"(,"status":"over")")}).status, 400);
  for (const auto& [name, value] :
       std::vector<std::pair<std::string, std::string>>{{"category", "party"},
                                                        {"from", "tomorrow"},
                                                        {"to", "2026-02-30"},
                                                        {"sort", "price"},
                                                        {"cursor", "x"},
                                                        {"limit", "0"},
                                                        {"minPrice", "cheap"},
                                                        {"maxPrice", "10.001"},
                                                        {"maxPrice", "-1"},
                                                        {"q", std::string(201, 'x')},
                                                        {"city", std::string("\0", 1)}}) {
    const auto refused = list({{name, value}});
    EXPECT_EQ(refused.status, 400) << name;
    EXPECT_THAT(refused.body, HasSubstr("\"field\":\"" + name + "\"")) << name;
  }
}

TEST_F(ShowsApiTest, NamesAllThatIsWrongAtOnce) {
  const auto refused = create(
      R"({"name":"","category":"concert","startsAt":"","venue":{"name":"","city":"Łódź","country":"","timeZone":"x"}})");
  std::vector<std::string> fields;
  for (const auto& fault : boost::json::parse(refused.body).at("errors").as_array())
    fields.emplace_back(fault.at("field").as_string());
  EXPECT_THAT(fields,
              ElementsAre("name", "startsAt", "venue.name", "venue.country", "venue.timeZone"));
}

TEST_F(ShowsApiTest, RepeatsTheAnswerOfAKey) {
  const auto first = create(body_of("AC/DC"), "key"), second = create(body_of("AC/DC"), "key");
  EXPECT_EQ(second.status, 201);
  EXPECT_EQ(second.body, first.body);
  EXPECT_EQ(second.headers.find("Idempotent-Replayed"), "true");
  EXPECT_EQ(create(body_of("Iron Maiden"), "key").status, 422);
  EXPECT_EQ(create(body_of("AC/DC"), "another").status, 200);
  EXPECT_EQ(create(body_of("AC/DC"), "another").headers.find("Idempotent-Replayed"), "true");
  EXPECT_EQ(create(body_of("Iron Maiden"), "another").status, 422);
}

TEST_F(ShowsApiTest, LinksThePagesOfASearch) {
  for (int i = 0; i < 3; ++i) create(body_of("AC/DC " + std::to_string(i), 10 + i));
  const auto page = list({{"q", "ac/dc"}, {"city", "Łódź"}, {"limit", "2"}, {"category", ""}});
  EXPECT_EQ(boost::json::parse(page.body).as_array().size(), 2U);
  const std::string link(page.headers.find("Link").value_or(""));
  EXPECT_THAT(link, HasSubstr("&q=ac%2Fdc&city=%C5%81%C3%B3d%C5%BA>; rel=\"next\""));
  const std::size_t at = link.find("cursor=") + 7;
  const auto next = list({{"q", "ac/dc"}, {"cursor", link.substr(at, link.find('&', at) - at)}});
  EXPECT_EQ(boost::json::parse(next.body).as_array().size(), 1U);
  EXPECT_THAT(std::string(next.headers.find("Link").value_or("")), HasSubstr("rel=\"prev\""));
}

TEST_F(ShowsApiTest, GivesACalendarFile) {
  const std::string path = "/api/shows/" + text(create(body_of("AC/DC")), "id");
  const auto file = client_.send("GET", path + ".ics", {});
  EXPECT_EQ(file.headers.find("Content-Type"), "text/calendar; charset=utf-8");
  EXPECT_THAT(file.body, HasSubstr("SUMMARY:AC/DC\r\n"));
  EXPECT_EQ(client_.send("GET", "/api/shows/no-such.ics", {}).status, 404);
}

TEST_F(ShowsApiTest, LetsOperatorsChangeAndMerge) {
  const std::string first = text(create(body_of("One")), "id"),
                    second = text(create(body_of("Two")), "id");
  const std::string merge = "/operator/shows/" + first + "/merge";
  const std::string into = R"({"into":")" + second + "\"}";
  EXPECT_EQ(client_.send("POST", merge, {.body = into}).status, 401);
  const std::vector<std::pair<std::string, std::string>> headers{
      {"Authorization", std::string("Bearer ") + operator_token}};
  const auto merged = client_.send("POST", merge, {.body = into, .headers = headers});
  EXPECT_EQ(merged.status, 200);
  EXPECT_EQ(text(merged, "id"), second);
  const auto standing = client_.send("GET", "/api/shows/" + first, {});
  EXPECT_EQ(text(standing, "id"), second);
  EXPECT_THAT(standing.body, HasSubstr(R"("mergedIds":[")" + first + "\"]"));
  const auto changed =
      client_.send("PUT", "/operator/shows/" + second,
                   {.body = body_of("Two", 10, R"(,"status":"cancelled")"), .headers = headers});
  EXPECT_THAT(changed.body, HasSubstr(R"("status":"cancelled")"));
}

TEST_F(ShowsApiTest, LetsUsersWithTheRoleOfOperatorsChangeEveryShow) {
  const std::string id = text(create(body_of("One")), "id");
  const identity::SigningKey key("a secret of the tests");
  const auto send_as = [&](const char* method, const std::string& path, const std::string& body,
                           std::vector<std::string> roles) {
    const std::string session = key.sign({.user_id = "another",
                                          .email = "another@example.com",
                                          .session_id = "s",
                                          .token_id = platform_.next_id(),
                                          .not_before = platform_.now(),
                                          .expires_at = platform_.now() + std::chrono::minutes{15},
                                          .roles = std::move(roles)});
    return client_.send(method, path,
                        {.body = body, .headers = {{"Cookie", "session=" + session}}});
  };
  const std::string path = "/api/shows/" + id;
  const std::string change = body_of("One", 10, R"(,"status":"cancelled")");
  EXPECT_THAT(send_as("PUT", path, change, {"member"}).body, HasSubstr("not_your_show"));
  EXPECT_THAT(send_as("PUT", path, change, {"member", "operator"}).body,
              HasSubstr(R"("status":"cancelled")"));
  EXPECT_THAT(send_as("DELETE", path + "/poster", "", {"member"}).body, HasSubstr("not_your_show"));
  EXPECT_EQ(send_as("DELETE", path + "/poster", "", {"member", "operator"}).status, 200);
}

TEST(ShowsApi, AnswersWhatItsDescriptionLists) {
  fixtures::expect_answer_as_described<ShowAnswer>("Show");
  fixtures::expect_answer_as_described<VenueAnswer>("Venue");
  fixtures::expect_answer_as_described<PosterAnswer>("Poster");
}

TEST(ShowsApi, HasNoOperatorsRoutesWithoutAToken) {
  fixtures::TestPlatform platform;
  const auto service = make_service(platform.get(), {});
  for (const http::Route& route : service->routes())
    EXPECT_THAT(route.pattern, Not(HasSubstr("operator")));
}

}  // namespace
}  // namespace ticketing::shows
