// Shows and the tickets for them, from the first to the last service.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/clock.hpp"
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
  EXPECT_TRUE(wait_until([&] { return available() == "1"; }, std::chrono::seconds{10}));
  EXPECT_EQ(text_at(buyer->http.get(path), "priceFrom"), "20");
  EXPECT_EQ(seller->http.put(path, show_json("Zażółć", 31, R"(,"version":0)")).status, 200);

  const std::string order_id = buyer->reserve(text_at(ticket, "id"));
  EXPECT_TRUE(wait_until([&] { return available() == "0"; }, std::chrono::seconds{10}));
  EXPECT_EQ(buyer->pay(order_id).status, 201);
  const auto refusal = [&] {
    return text_at(seller->http.put(path, show_json("Zażółć", 31)), "slug");
  };
  EXPECT_TRUE(wait_until([&] { return refusal() == "show_has_sales"; }, std::chrono::seconds{10}));
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
