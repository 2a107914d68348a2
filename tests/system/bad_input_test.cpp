// I17: bad input of every kind gets the listed error, which names its field, and changes nothing.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "system/marketplace.hpp"

namespace ticketing::system {
namespace {

struct Case {
  std::string what;
  Ask ask;
  int status;
  std::string slug;
  std::string field{};  // empty: the request as a whole
};

// Everything that a request could have changed.
std::vector<TableRows> everything(System& system) {
  std::vector<TableRows> all;
  for (const auto& [service, sql] : std::vector<std::pair<std::string, std::string>>{
           {"auth", "SELECT id, version, email, password_hash FROM users ORDER BY id"},
           {"auth", "SELECT * FROM sessions ORDER BY id"},
           {"tickets", "SELECT * FROM tickets ORDER BY id"},
           {"orders", "SELECT * FROM orders ORDER BY id"},
           {"orders", "SELECT * FROM idempotency_keys ORDER BY key"},
           {"payments", "SELECT * FROM payments ORDER BY id"},
           {"payments", "SELECT * FROM sandbox_intents ORDER BY id"},
           {"payments", "SELECT * FROM idempotency_keys ORDER BY key"}}) {
    all.push_back(system.query(service, sql));
  }
  return all;
}

// Sends all cases as the same signed-in person.
class BadInput : public testing::Test {
 protected:
  BadInput() : person_(marketplace_.person()), ticket_(person_->list_ticket()) {
    const std::string reserved = person_->list_ticket();
    order_ = person_->reserve(reserved);
    wait_until([&] { return person_->status_of_ticket(reserved) == "reserved"; },
               patient(std::chrono::seconds{30}));
  }

  void expect_refusals(const std::vector<Case>& cases) {
    const auto before = everything(marketplace_.system());
    for (const Case& c : cases) {
      SCOPED_TRACE(c.what);
      const Answer answer = person_->http.send(c.ask);
      EXPECT_EQ(answer.status, c.status) << answer.body;
      EXPECT_EQ(answer.header("content-type"), "application/problem+json");
      EXPECT_EQ(text_at(answer, "slug"), c.slug) << answer.body;
      EXPECT_FALSE(text_at(answer, "errors.0.message").empty());
      EXPECT_FALSE(text_at(answer, "errors.0.code").empty()) << answer.body;
      EXPECT_EQ(text_at(answer, "errors.0.field"), c.field) << answer.body;
    }
    EXPECT_EQ(everything(marketplace_.system()), before);
  }

  static Ask post(std::string path, std::string body, HeaderList headers = {}) {
    return {.method = "POST",
            .target = std::move(path),
            .body = std::move(body),
            .headers = std::move(headers)};
  }

  Marketplace& marketplace_ = shared_marketplace();
  std::unique_ptr<Person> person_;
  std::string ticket_, order_;
};

std::string nested(int depth) {
  return R"({"title":)" + std::string(depth, '[') + std::string(depth, ']') + "}";
}

// JSON bodies that every route refuses.
std::vector<std::pair<std::string, std::string>> malformed_bodies() {
  return {{"nothing", ""},
          {"half an object", R"({"title":"a")"},
          {"an array", "[]"},
          {"a number", "1"},
          {"null", "null"},
          {"text after the end", R"({"title":"a"} x)"},
          {"NaN", R"({"title":"a","price":NaN})"},
          {"Infinity", R"({"title":"a","price":Infinity})"},
          {"a comment", R"({/* */"title":"a"})"},
          {"single quotes", "{'title':'a'}"},
          {"bad UTF-8", "{\"title\":\"\xc3\x28\"}"},
          {"an overlong form", "{\"title\":\"\xc0\xaf\"}"},
          {"half a surrogate pair", R"({"title":"\ud800"})"},
          {"a raw control character", "{\"title\":\"a\x01\"}"},
          {"too many levels", nested(33)},
          {"far too many levels", nested(20'000)}};
}

TEST_F(BadInput, MalformedJsonIsRefusedOnEveryRoute) {
  std::vector<Case> cases;
  for (const char* path :
       {"/api/users/signup", "/api/users/signin", "/api/tickets", "/api/orders", "/api/payments"}) {
    for (const auto& [what, body] : malformed_bodies()) {
      cases.push_back({fmt::format("{} to {}", what, path), post(path, body), 400, "invalid_json"});
    }
  }
  expect_refusals(cases);
}

TEST_F(BadInput, OfTicketsNamesItsField) {
  const std::string long_title(201, 'x');
  std::vector<Case> cases;
  const auto add = [&](const std::string& body, const std::string& field) {
    cases.push_back({body, post("/api/tickets", body), 400, "invalid_input", field});
    cases.push_back({"PUT " + body,
                     {.method = "PUT", .target = "/api/tickets/" + ticket_, .body = body},
                     400,
                     "invalid_input",
                     field});
  };
  for (const char* title : {"null", "1", "[]", "{}", "true", R"("")", R"("   ")", R"("a\u0000b")",
                            R"("a\nb")", R"("a\u001fb")"}) {
    add(fmt::format(R"({{"title":{},"price":20}})", title), "title");
  }
  add(R"({"price":20})", "title");
  add(fmt::format(R"({{"title":"{}","price":20}})", long_title), "title");
  for (const char* price : {"null",
                            R"("")",
                            R"("abc")",
                            "true",
                            "[]",
                            "{}",
                            "0",
                            "-0",
                            "-1",
                            "-0.01",
                            "0.001",
                            "20.005",
                            "1e-3",
                            "1000000",
                            "999999.991",
                            "1e30",
                            "1e308",
                            R"("NaN")",
                            R"("Infinity")",
                            R"("-1")",
                            R"("1,5")",
                            R"("0x10")",
                            R"("1e3")",
                            R"("12.500")",
                            R"("+20")",
                            R"("20.")",
                            R"(".5")",
                            "9223372036854775807",
                            "18446744073709551616",
                            R"("99999999999999999999999999")"}) {
    add(fmt::format(R"({{"title":"a","price":{}}})", price), "price");
  }
  add(R"({"title":"a"})", "price");
  expect_refusals(cases);
}

TEST_F(BadInput, OfUsersNamesItsField) {
  std::vector<Case> cases;
  const auto add = [&](const std::string& body, const std::string& field) {
    cases.push_back({body, post("/api/users/signup", body), 400, "invalid_input", field});
  };
  for (const char* email :
       {"null", "1", R"("")", R"("a")", R"("a@")", R"("@b.c")", R"("a@b")", R"("a@b..c")",
        R"("a b@c.de")", R"("a@b@c.de")", R"("a@-b.de")", R"("a\u0000@b.de")", R"("a@b.de\n")",
        R"(".a@b.de")", R"("a..b@c.de")", R"(["a@b.de"])"}) {
    if (std::string_view(email) == R"("a@b.de\n")") continue;  // white space around is dropped
    add(fmt::format(R"({{"email":{},"password":"123456"}})", email), "email");
  }
  add(R"({"password":"123456"})", "email");
  add(fmt::format(R"({{"email":"{}@example.com","password":"123456"}})", std::string(65, 'a')),
      "email");
  add(fmt::format(R"({{"email":"a@{}.com","password":"123456"}})", std::string(250, 'a')), "email");
  for (const char* password : {"null", "1", R"("")", R"("12345")", R"("äöüßé")", "[]"}) {
    add(fmt::format(R"({{"email":"new@example.com","password":{}}})", password), "password");
  }
  add(R"({"email":"new@example.com"})", "password");
  add(fmt::format(R"({{"email":"new@example.com","password":"{}"}})", std::string(257, 'a')),
      "password");
  expect_refusals(cases);
}

TEST_F(BadInput, AllFaultsOfABodyAreNamedAtOnce) {
  const Answer answer = person_->http.post("/api/users/signup", R"({"email":"a","password":"b"})");
  EXPECT_EQ(text_at(answer, "errors.0.field"), "email");
  EXPECT_EQ(text_at(answer, "errors.1.field"), "password");
  const Answer ticket = person_->http.post("/api/tickets", R"({"title":"","price":-1})");
  EXPECT_THAT(ticket.body, testing::AllOf(testing::HasSubstr(R"("field":"title")"),
                                          testing::HasSubstr(R"("field":"price")")));
}

TEST_F(BadInput, OfOrdersAndPaymentsNamesItsField) {
  std::vector<Case> cases;
  for (const char* id :
       {"null", "1", R"("")", R"("1")", R"("01939F3E-7B1A-7C4D-8E21-4F0F5B6A7C01")",
        R"("' OR 1=1 --")", R"("..")", "{}"}) {
    cases.push_back({id, post("/api/orders", fmt::format(R"({{"ticketId":{}}})", id)), 400,
                     "invalid_input", "ticketId"});
    cases.push_back(
        {id, post("/api/payments", fmt::format(R"({{"orderId":{},"token":"tok_visa"}})", id)), 400,
         "invalid_input", "orderId"});
  }
  cases.push_back({"no ticket", post("/api/orders", "{}"), 400, "invalid_input", "ticketId"});
  const std::string long_token(256, 'x');
  for (const std::string& token :
       {std::string("null"), std::string("1"), std::string(R"("")"), '"' + long_token + '"'}) {
    cases.push_back(
        {token,
         post("/api/payments", fmt::format(R"({{"orderId":"{}","token":{}}})", order_, token)), 400,
         "invalid_input", "token"});
  }
  expect_refusals(cases);
}

TEST_F(BadInput, OfAnIdempotencyKeyIsRefused) {
  const std::string order = fmt::format(R"({{"ticketId":"{}"}})", ticket_);
  const std::string pay = fmt::format(R"({{"orderId":"{}","token":"tok_visa"}})", order_);
  std::vector<Case> cases;
  for (const std::string& key :
       {std::string(256, 'k'), std::string("a b"), std::string("\xc3\xa9"), std::string("")}) {
    cases.push_back({key, post("/api/orders", order, {{"Idempotency-Key", key}}), 400,
                     "invalid_input", "Idempotency-Key"});
    cases.push_back({key, post("/api/payments", pay, {{"Idempotency-Key", key}}), 400,
                     "invalid_input", "Idempotency-Key"});
  }
  expect_refusals(cases);
}

TEST_F(BadInput, OfAListsQueryNamesItsParameter) {
  std::vector<Case> cases;
  const auto add = [&](const std::string& target, const std::string& field) {
    cases.push_back({target, {.method = "GET", .target = target}, 400, "invalid_input", field});
  };
  for (const char* limit : {"0", "-1", "101", "1.5", "abc", "99999999999999999999", "%201"}) {
    add(fmt::format("/api/tickets?limit={}", limit), "limit");
    add(fmt::format("/api/orders?limit={}", limit), "limit");
  }
  for (const char* cursor : {"1", "abc", "'", "01939f3e-7b1a-7c4d-8e21", "-", "-1"}) {
    add(fmt::format("/api/tickets?cursor={}", cursor), "cursor");
    add(fmt::format("/api/orders?cursor={}", cursor), "cursor");
  }
  for (const char* status : {"x", "SOLD", "sold%20", "available,sold"}) {
    add(fmt::format("/api/tickets?status={}", status), "status");
  }
  for (const char* target : {"/api/tickets?limit=%zz", "/api/tickets?status=%ff",
                             "/api/tickets/%00", "/api/tickets/%ff", "/api/orders/%c3%28"}) {
    cases.push_back({target, {.method = "GET", .target = target}, 400, "malformed_request"});
  }
  expect_refusals(cases);
}

TEST_F(BadInput, OtherMediaTypesAndCodingsAreRefused) {
  const std::string body = R"({"title":"a","price":20})";
  std::vector<Case> cases;
  for (const char* type : {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data",
                           "application/jsonx", "", "application/xml", "text/json"}) {
    cases.push_back({type, post("/api/tickets", body, {{"Content-Type", type}}), 415,
                     "unsupported_media_type"});
  }
  cases.push_back({"gzip",
                   post("/api/tickets", body,
                        {{"Content-Type", "application/json"}, {"Content-Encoding", "gzip"}}),
                   415, "unsupported_media_type"});
  expect_refusals(cases);
}

TEST_F(BadInput, RequestsFromOtherSitesAreRefused) {
  const std::string body = R"({"title":"a","price":20})";
  std::vector<Case> cases;
  for (const HeaderList& headers :
       {HeaderList{{"Sec-Fetch-Site", "cross-site"}}, HeaderList{{"Sec-Fetch-Site", "same-site"}},
        HeaderList{{"Origin", "http://evil.example"}}, HeaderList{{"Origin", "null"}},
        HeaderList{{"Origin", "http://localhost.evil.example"}},
        HeaderList{{"Sec-Fetch-Site", "cross-site"}, {"Origin", "http://localhost"}}}) {
    cases.push_back(
        {headers[0].second, post("/api/tickets", body, headers), 403, "cross_site_request"});
    cases.push_back({headers[0].second,
                     {.method = "DELETE", .target = "/api/orders/" + order_, .headers = headers},
                     403,
                     "cross_site_request"});
  }
  expect_refusals(cases);
  EXPECT_EQ(person_->http.send(post("/api/tickets", body, {{"Origin", "http://localhost"}})).status,
            201);
}

TEST_F(BadInput, TooLargeRequestsAreRefused) {
  const std::string big(64 * 1024 + 1, 'x');
  expect_refusals({{"body", post("/api/tickets", fmt::format(R"({{"title":"{}","price":1}})", big)),
                    413, "body_too_large"},
                   {"target",
                    {.method = "GET", .target = "/api/tickets?x=" + std::string(9000, 'x')},
                    414,
                    "uri_too_long"},
                   {"headers",
                    {.method = "GET",
                     .target = "/api/tickets",
                     .headers = {{"X-Large", std::string(17'000, 'x')}}},
                    431,
                    "headers_too_large"}});
}

TEST_F(BadInput, SmuggledRequestsAreRefusedAndTheConnectionClosed) {
  const auto before = everything(marketplace_.system());
  // A proxy in between would answer itself.
  const HttpClient direct([port = port_of_service(marketplace_.system(), "tickets")](
                              std::string_view) { return port; });
  const std::string cookie = "Host: localhost\r\nCookie: " + person_->http.cookie_header() + "\r\n";
  const std::string head =
      "POST /api/tickets HTTP/1.1\r\n" + cookie + "Content-Type: application/json\r\n";
  for (const std::string& bytes :
       {head + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        head + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        head + "Content-Length: -1\r\n\r\n{}", head + "Content-Length: 1e1\r\n\r\n{}",
        head + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        head + "Content-Length: 2\n\n{}", head + "X : y\r\n\r\n", head + " folded\r\n\r\n",
        std::string("GET /api/tickets HTTP/1.1\r\n\r\n"), std::string("GARBAGE\r\n\r\n"),
        std::string("GET / 4\r\n\r\n"), std::string("GET / HTTP\r\n\r\n"),
        std::string("GET /api/tickets HTTP/3.0\r\nHost: localhost\r\n\r\n")}) {
    SCOPED_TRACE(bytes.substr(bytes.size() > 60 ? bytes.size() - 60 : 0));
    const Answer answer = direct.send_raw("/api/tickets", bytes);
    EXPECT_GE(answer.status, 400);
    EXPECT_LT(answer.status, 600);
    EXPECT_NE(answer.status, 500);
    EXPECT_EQ(answer.header("connection"), "close");
  }
  EXPECT_EQ(everything(marketplace_.system()), before);
}

// I15: a request for another user's data returns nothing and changes nothing.
TEST_F(BadInput, DataOfOthersIsNeitherReadNorChanged) {
  const auto owner = std::move(person_);
  person_ = marketplace_.person();
  const std::string body = R"({"title":"mine","price":1})";
  expect_refusals(
      {{"change a ticket",
        {.method = "PUT", .target = "/api/tickets/" + ticket_, .body = body},
        401,
        "not_your_ticket"},
       {"show an order",
        {.method = "GET", .target = "/api/orders/" + order_},
        401,
        "not_your_order"},
       {"watch an order",
        {.method = "GET", .target = "/api/orders/" + order_ + "/stream"},
        401,
        "not_your_order"},
       {"cancel an order",
        {.method = "DELETE", .target = "/api/orders/" + order_},
        401,
        "not_your_order"},
       {"pay for an order",
        post("/api/payments", fmt::format(R"({{"orderId":"{}","token":"tok_visa"}})", order_)), 401,
        "not_your_order"},
       // A ticket's id is not an order's, and the reverse.
       {"a ticket as an order",
        {.method = "GET", .target = "/api/orders/" + ticket_},
        404,
        "order_not_found"},
       {"an order as a ticket",
        {.method = "GET", .target = "/api/tickets/" + order_},
        404,
        "ticket_not_found"}});
  EXPECT_EQ(person_->http.get("/api/orders").body, "[]");
}

TEST_F(BadInput, ForgedSessionsAreRefused) {
  const std::string token = person_->http.cookies().at("session");
  const std::size_t last_dot = token.rfind('.'), first_dot = token.find('.');
  std::string flipped = token;
  flipped[last_dot - 2] = flipped[last_dot - 2] == 'A' ? 'B' : 'A';
  for (const std::string& forged :
       {std::string("x"), std::string(".."), token.substr(0, last_dot + 1), flipped,
        // {"alg":"none","typ":"JWT"}
        "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0" + token.substr(first_dot, last_dot - first_dot) + ".",
        std::string(8000, 'a')}) {
    person_->http.cookies() = {{"session", forged}};
    EXPECT_EQ(person_->http.get("/api/orders").status, 401) << forged.substr(0, 80);
    EXPECT_EQ(person_->http.get("/api/users/currentuser").body, R"({"currentUser":null})");
  }
}

}  // namespace
}  // namespace ticketing::system
