// Shows and the tickets for them, from the first to the last service.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/clock.hpp"
#include "fixtures/project.hpp"
#include "system/audit.hpp"
#include "system/marketplace.hpp"

namespace ticketing::system {
namespace {

using testing::HasSubstr;

std::string show_json(const std::string& name, int days, const std::string& more = "") {
  const Timestamp starts_at = SystemClock{}.now() + std::chrono::days{days};
  return fmt::format(
      R"({{"name":"{}","category":"concert","startsAt":"{}","venue":{{"name":"Filharmonia",)"
      R"("city":"Łódź","country":"PL","timeZone":"Europe/Warsaw"}}{}}})",
      name, to_iso8601(starts_at), more);
}

std::string seat_json(const std::string& show_id) {
  return fmt::format(
      R"({{"title":"Opera","price":20,"showId":"{}","section":"Balcony","row":" 7 ","seat":"12",)"
      R"("faceValue":"18.50","restrictions":"Limited view"}})",
      show_id);
}

TEST(Shows, AreFoundAndCountTheirTickets) {
  Marketplace& marketplace = shared_marketplace();
  const auto seller = marketplace.person(), buyer = marketplace.person();
  const Answer made = seller->http.post("/api/shows", show_json("Zażółć/Gęślą 2026", 30));
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string id = text_at(made, "id"), path = "/api/shows/" + id;
  const Answer again = buyer->http.post("/api/shows", show_json("zazolc gesla 2026", 30));
  EXPECT_EQ(again.status, 200) << again.body;
  EXPECT_EQ(text_at(again, "id"), id);
  EXPECT_EQ(text_at(buyer->http.get("/api/shows?q=zazolcgesla+lodz"), "0.id"), id);
  EXPECT_EQ(buyer->http.get(path).body, made.body);
  EXPECT_EQ(buyer->http.get(path + ".ics").header("content-type"), "text/calendar; charset=utf-8");

  const Answer ticket = seller->http.post("/api/tickets", seat_json(id));
  ASSERT_EQ(ticket.status, 201) << ticket.body;
  const auto available = [&] { return text_at(buyer->http.get(path), "ticketsAvailable"); };
  EXPECT_TRUE(wait_until([&] { return available() == "1"; }, patient(std::chrono::seconds{30})));
  EXPECT_EQ(text_at(buyer->http.get(path), "priceFrom"), "20");
  EXPECT_EQ(seller->http.put(path, show_json("Zażółć", 31, R"(,"version":0)")).status, 200);

  const std::string order_id = buyer->reserve(text_at(ticket, "id"));
  EXPECT_TRUE(wait_until([&] { return available() == "0"; }, patient(std::chrono::seconds{30})));
  buyer->buy(order_id);
  const auto refusal = [&] {
    return text_at(seller->http.put(path, show_json("Zażółć", 31)), "slug");
  };
  EXPECT_TRUE(
      wait_until([&] { return refusal() == "show_has_sales"; }, patient(std::chrono::seconds{30})));
}

TEST(Shows, HaveAPictureInThreeSizesAtAddressesThatStay) {
  Marketplace& marketplace = shared_marketplace();
  const auto maker = marketplace.person(), other = marketplace.person();
  const std::string path =
      "/api/shows/" + text_at(maker->http.post("/api/shows", show_json("Pictured", 30)), "id");
  const auto put = [&](Person& person, std::string body, const std::string& type) {
    return person.http.send({.method = "PUT",
                             .target = path + "/poster",
                             .body = std::move(body),
                             .headers = {{"Content-Type", type}}});
  };
  const std::string picture = fixtures::read_file_of_project("client/app/preview.png");
  const Answer made = answered([&] { return put(*maker, picture, "image/png"); });
  ASSERT_EQ(made.status, 200) << made.body;
  std::size_t last_size = 0;
  for (const char* size : {"small", "medium", "large"}) {
    const Answer shown = other->http.get(text_at(made, std::string("poster.") + size));
    EXPECT_EQ(shown.status, 200);
    EXPECT_EQ(shown.header("content-type"), "image/webp");
    EXPECT_EQ(shown.header("cache-control"), "public, max-age=31536000, immutable");
    EXPECT_EQ(shown.header("x-content-type-options"), "nosniff");
    EXPECT_GT(shown.body.size(), last_size);
    last_size = shown.body.size();
  }
  EXPECT_EQ(put(*other, picture, "image/png").status, 401);
  EXPECT_EQ(put(*maker, "GIF89a", "image/gif").status, 415);
  EXPECT_EQ(text_at(put(*maker, std::string(100'000, 'x'), "image/jpeg"), "slug"),
            "image_unreadable");
  const Answer large = put(*maker, std::string(5 * 1024 * 1024 + 1, 'x'), "image/jpeg");
  EXPECT_EQ(large.status, 413);
  EXPECT_EQ(text_at(large, "slug"), "body_too_large");
  EXPECT_EQ(text_at(other->http.get(path), "poster.small"), text_at(made, "poster.small"));
}

TEST(Shows, ThatChangeAreNamedInTheStreamOfTickets) {
  const auto maker = shared_marketplace().person();
  const Answer made = maker->http.post("/api/shows", show_json("Moved", 60));
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string id = text_at(made, "id");
  EventStream stream(maker->http, "/api/tickets/stream");
  ASSERT_EQ(stream.status(), 200);
  const std::string postponed = show_json("Moved", 61, R"(,"status":"postponed")");
  ASSERT_EQ(maker->http.put("/api/shows/" + id, postponed).status, 200);
  // The marketplace is shared: others change their shows, too.
  for (;;) {
    const auto message = stream.next(patient(std::chrono::seconds{30}));
    ASSERT_TRUE(message) << "the stream did not say that the show changed";
    const std::string changed = R"({"id":")" + id + R"(","version":1,"startsAt":")";
    if (message->event == "show" && message->data.starts_with(changed)) break;
  }
}

TEST(Calendars, AreReadAtASecretAddressUntilItEnds) {
  Marketplace& marketplace = shared_marketplace();
  const auto seller = marketplace.person(), buyer = marketplace.person();
  const auto program = marketplace.visitor();  // of a calendar: it has no session
  const std::string show_id =
      text_at(seller->http.post("/api/shows", show_json("In a calendar", 45)), "id");
  const Answer ticket = seller->http.post("/api/tickets", seat_json(show_id));
  ASSERT_EQ(ticket.status, 201) << ticket.body;
  const auto open = [](Person& person) {
    const Answer opened = person.http.post("/api/orders/calendar", "");
    EXPECT_EQ(opened.status, 201) << opened.body;
    return text_at(opened, "path");
  };
  const std::string path = open(*buyer), of_seller = open(*seller);
  buyer->buy(buyer->reserve(text_at(ticket, "id")));
  const auto has_show = [&](const std::string& address) {
    const Answer file = program->http.get(address);
    EXPECT_EQ(file.status, 200) << file.body;
    return file.body.find("UID:" + show_id) != std::string::npos;
  };
  EXPECT_TRUE(wait_until([&] { return has_show(path); }, patient(std::chrono::seconds{30})));
  EXPECT_FALSE(has_show(of_seller));

  const Answer file = program->http.get(path);
  EXPECT_EQ(file.header("content-type"), "text/calendar; charset=utf-8");
  EXPECT_EQ(file.header("cache-control"), "private, max-age=900");
  EXPECT_EQ(program->http
                .send({.method = "GET",
                       .target = path,
                       .headers = {{"If-None-Match", file.header("etag")}}})
                .status,
            304);
  const std::string other = open(*buyer);
  EXPECT_EQ(program->http.get(path).status, 404) << "another address took its place";
  EXPECT_TRUE(has_show(other));
  EXPECT_EQ(buyer->http.remove("/api/orders/calendar").status, 204);
  EXPECT_EQ(program->http.get(other).status, 404);
}

TEST(Tickets, SayWhichSeatTheyAreForAndTheirOrdersKeepIt) {
  Marketplace& marketplace = shared_marketplace();
  const auto seller = marketplace.person(), buyer = marketplace.person();
  const std::string show_id =
      text_at(seller->http.post("/api/shows", show_json("Seats", 40)), "id");
  const Answer made = seller->http.post("/api/tickets", seat_json(show_id));
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string seat =
      fmt::format(R"("section":"Balcony","showId":"{}","row":"7","seat":"12","faceValue":18.5,)"
                  R"("restrictions":"Limited view")",
                  show_id);
  EXPECT_THAT(made.body, HasSubstr(seat));
  const std::string path = "/api/tickets/" + text_at(made, "id");
  const Answer kept = seller->http.put(path, R"({"title":"Opera","price":21})");
  EXPECT_THAT(kept.body, HasSubstr(seat)) << "it was left out";
  const Answer order = buyer->order(text_at(made, "id"));
  EXPECT_THAT(order.body, HasSubstr(seat));
  const Answer bare = seller->http.post("/api/tickets", R"({"title":"Opera","price":20})");
  const Answer cleared = seller->http.put(
      "/api/tickets/" + text_at(bare, "id"),
      R"({"title":"Opera","price":20,"row":null,"seat":"","faceValue":null,"restrictions":null})");
  EXPECT_EQ(cleared.status, 200) << cleared.body;
  for (const char* wrong : {R"("showId":"x")", R"("faceValue":0)", R"("row":"a\nb")"}) {
    const Answer refused = seller->http.post(
        "/api/tickets", fmt::format(R"({{"title":"Opera","price":20,{}}})", wrong));
    EXPECT_EQ(refused.status, 400) << wrong;
    EXPECT_THAT(wrong, HasSubstr('"' + text_at(refused, "errors.0.field") + '"'));
  }
}

TEST(Tickets, AreForShowsThatExist) {
  const auto seller = shared_marketplace().person();
  const std::string unknown = "01939f41-1f6b-7a3c-b7d5-9e8f7a6b5c03";
  const Answer refused = seller->http.post("/api/tickets", seat_json(unknown));
  EXPECT_EQ(refused.status, 400) << refused.body;
  EXPECT_EQ(text_at(refused, "slug"), "show_not_found");
  // Its event is on the way to tickets.
  for (int i = 0; i < 5; ++i) {
    const Answer show = seller->http.post("/api/shows", show_json(fmt::format("New {}", i), 50));
    const Answer listed = seller->http.post("/api/tickets", seat_json(text_at(show, "id")));
    EXPECT_EQ(listed.status, 201) << listed.body;
  }
}

}  // namespace
}  // namespace ticketing::system
