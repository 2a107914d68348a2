// The whole service as its callers see it, on made-up time.
#include <gmock/gmock.h>

#include "delivery/service.hpp"
#include "delivery/test_delivery.hpp"
#include "fixtures/described_schema.hpp"
#include "fixtures/test_client.hpp"

namespace ticketing::delivery {
namespace {

class DeliveryApiTest : public testing::Test {
 public:
  ~DeliveryApiTest() override {
    platform_.run(platform_.bus().stop());
    platform_.run(service_->stop());
  }

 protected:
  DeliveryApiTest() {
    service_->subscribe();
    platform_.bus().start();
    service_->start();
    ticket_ = tickets_.list();
  }
  http::Response put_file(const std::string& user_id, const std::string& body,
                          const std::string& type = "application/pdf") {
    return client_.send("PUT", "/api/tickets/" + ticket_ + "/file",
                        {.user_id = user_id, .body = body, .headers = {{"Content-Type", type}}});
  }
  http::Response put_code(const std::string& user_id, const std::string& body) {
    return client_.send("PUT", "/api/tickets/" + ticket_ + "/code",
                        {.user_id = user_id, .body = body});
  }

  std::string sell() {
    const std::string order = platform_.next_id();
    tickets_.set(ticket_, "sold", order);
    payments_.capture(order, ticket_);
    return order;
  }
  http::Response ask(const std::string& method, const std::string& order, const std::string& path,
                     const std::string& user_id = "buyer") {
    return client_.send(method, "/api/orders/" + order + "/ticket" + path, {.user_id = user_id});
  }

  fixtures::TestPlatform platform_;
  std::unique_ptr<runtime::Service> service_ =
      make_service(platform_.get(), {}, std::make_unique<TestReader>());
  fixtures::TestClient client_{platform_, service_->routes()};
  TestTickets tickets_{platform_};
  TestPayments payments_{platform_};
  std::string ticket_;
};

TEST_F(DeliveryApiTest, SaysWhatWasReadAndNothingOfTheCodes) {
  const auto ready = put_file("seller", "a code\nanother", "Application/PDF; x=y");
  EXPECT_EQ(ready.status, 200);
  EXPECT_EQ(ready.body, R"({"state":"ready","pages":1,"barcodes":2})");
  const auto rejected = put_file("seller", "damaged");
  EXPECT_EQ(rejected.status, 200);
  EXPECT_EQ(rejected.body,
            R"({"state":"rejected","pages":0,"barcodes":0,"reason":"file_unreadable"})");
  const auto typed = put_code("seller", R"({"format":"code128","text":"12345"})");
  EXPECT_EQ(typed.status, 200);
  EXPECT_EQ(typed.body, R"({"state":"ready","pages":0,"barcodes":1})");
}

TEST_F(DeliveryApiTest, RefusesInWords) {
  EXPECT_EQ(put_file("", "a code").status, 401);
  EXPECT_EQ(put_file("stranger", "a code").status, 401);
  EXPECT_EQ(
      client_
          .send("PUT", "/api/tickets/" + platform_.next_id() + "/file",
                {.user_id = "seller", .body = "a code", .headers = {{"Content-Type", "image/png"}}})
          .status,
      404);
  for (const char* body : {"{}", R"({"format":"qr"})", R"({"format":"ean","text":"1"})",
                           R"({"format":"qr","text":""})", R"({"format":"qr","text":" \u00a0"})"}) {
    EXPECT_EQ(put_code("seller", body).status, 400) << body;
  }
  EXPECT_EQ(put_code("seller", R"({"format":"qr","text":"code"})").status, 200);
  const std::string other = tickets_.list();
  const auto duplicate =
      client_.send("PUT", "/api/tickets/" + other + "/code",
                   {.user_id = "seller", .body = R"({"format":"qr","text":"code"})"});
  EXPECT_EQ(duplicate.status, 409);
  EXPECT_THAT(duplicate.body, testing::HasSubstr("duplicate_ticket"));
  EXPECT_THAT(duplicate.body, testing::Not(testing::HasSubstr(ticket_)));
}

TEST_F(DeliveryApiTest, RefusesACodeThatItsFormatCannotHold) {
  const auto refusal = [&](const std::string& format, const std::string& text) {
    const auto answer =
        put_code("seller", R"({"format":")" + format + R"(","text":")" + text + "\"}");
    return answer.status == 200 ? std::string() : answer.body;
  };
  EXPECT_EQ(refusal("code128", std::string(80, 'x')), "");
  const std::string too_long = refusal("code128", std::string(81, 'x'));
  EXPECT_THAT(too_long, testing::HasSubstr(R"("code":"too_long","params":{"max":80})"));
  EXPECT_THAT(too_long, testing::HasSubstr(R"("field":"text")"));
  EXPECT_THAT(refusal("code128", "Stra\u00dfe"), testing::HasSubstr("bad_characters"));
  EXPECT_EQ(refusal("qr", std::string(7'089, '7')), "");
  EXPECT_NE(refusal("qr", std::string(2'954, 'x')), "");
}

TEST_F(DeliveryApiTest, ShowsTheBuyerTheCodesAndThenTheFile) {
  EXPECT_EQ(put_file("seller", "code 1\ncode 2", "image/jpeg").status, 200);
  const std::string order = sell();
  EXPECT_EQ(ask("GET", order, "").body, R"({"state":"ready"})");
  const auto too_early = ask("GET", order, "/file");
  EXPECT_EQ(too_early.status, 400);
  EXPECT_THAT(too_early.body, testing::HasSubstr("ticket_not_revealed"));
  const auto shown = ask("POST", order, "/reveal");
  EXPECT_EQ(shown.status, 200);
  EXPECT_EQ(shown.body,
            R"({"barcodes":[{"format":"qr","text":"code 1"},{"format":"qr","text":"code 2"}],)"
            R"("file":{"mediaType":"image/jpeg","bytes":13}})");
  EXPECT_EQ(ask("POST", order, "/reveal").body, shown.body);
  const auto file = ask("GET", order, "/file");
  EXPECT_EQ(file.status, 200);
  EXPECT_EQ(file.body, "code 1\ncode 2");
  EXPECT_EQ(file.headers.find("Content-Type"), "image/jpeg");
  EXPECT_EQ(file.headers.find("Content-Disposition"), "attachment; filename=\"ticket.jpg\"");
  EXPECT_THAT(ask("GET", order, "").body,
              testing::StartsWith(R"({"state":"revealed","revealedAt":")"));
}

TEST_F(DeliveryApiTest, ListsATicketAgainForItsBuyerAlone) {
  EXPECT_EQ(put_file("seller", "code").status, 200);
  const std::string order = sell();
  for (const char* user : {"", "stranger", "seller"})
    EXPECT_EQ(ask("POST", order, "/resale", user).status, 401);
  const auto listed = ask("POST", order, "/resale");
  EXPECT_EQ(listed.status, 200);
  EXPECT_THAT(listed.body, testing::StartsWith(R"({"state":"none","resaleTicketId":")"));
  EXPECT_EQ(ask("GET", order, "").body, listed.body);
  const auto refused = ask("POST", order, "/reveal");
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body, testing::HasSubstr("ticket_resold"));
}

TEST_F(DeliveryApiTest, ShowsOthersNothing) {
  EXPECT_EQ(put_code("seller", R"({"format":"qr","text":"SECRET"})").status, 200);
  const std::string order = sell();
  for (int i = 0; i < 2; ++i) {
    for (const char* path : {"", "/reveal", "/file"}) {
      const std::string method = path == std::string("/reveal") ? "POST" : "GET";
      for (const char* user : {"", "stranger", "seller"}) {
        const auto answer = ask(method, order, path, user);
        const bool is_state = path == std::string() && user == std::string("seller");
        EXPECT_EQ(answer.status, is_state ? 200 : 401) << path << user;
        EXPECT_THAT(answer.body, testing::Not(testing::HasSubstr("SECRET")));
      }
      EXPECT_EQ(ask(method, platform_.next_id(), path).status, 404) << path;
    }
    EXPECT_EQ(ask("POST", order, "/reveal").body,
              R"({"barcodes":[{"format":"qr","text":"SECRET"}]})");
    EXPECT_EQ(ask("GET", order, "/file").status, 404) << "there is a code alone";
  }
}

TEST(TicketStateJson, IsAsTheApisDescriptionSays) {
  fixtures::expect_answer_as_described<assignments::TicketStateAnswer>("TicketState");
}

TEST(UploadJson, IsAsTheApisDescriptionSays) {
  fixtures::expect_answer_as_described<UploadAnswer>("TicketUpload");
}

}  // namespace
}  // namespace ticketing::delivery
