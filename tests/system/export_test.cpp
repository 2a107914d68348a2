// What users take along: all that every service keeps of them, and nothing of others.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <functional>
#include <map>
#include <set>

#include "fixtures/project.hpp"
#include "system/audit.hpp"
#include "system/deliveries.hpp"

namespace ticketing::system {
namespace {

using testing::HasSubstr;
using testing::Not;

std::vector<std::string> export_paths() {
  std::vector<std::string> paths;
  const auto document =
      boost::json::parse(fixtures::read_file_of_project("src/contracts/openapi.json"));
  for (const auto& path : document.at("paths").as_object())
    if (path.key().ends_with("/export")) paths.emplace_back(path.key());
  return paths;
}

// The path in a Link header, or empty.
std::string next_of(const Answer& answer) {
  const std::string link = answer.header("link");
  const std::size_t end = link.find('>');
  return end == std::string::npos ? "" : link.substr(1, end - 1);
}

// The rows by table, as text. Copies are of the tables of the same name.
using Exported = std::map<std::string, std::vector<std::string>>;

void read_pages(Person& person, std::string path, Exported& all) {
  while (!path.empty()) {
    const Answer answer = answered([&] { return person.http.get(path); });
    ASSERT_EQ(answer.status, 200) << path << answer.body;
    const auto page = json_of(answer);
    auto& rows = all[text_at(page, "table")];
    for (const auto& row : page.at("rows").as_array()) rows.push_back(boost::json::serialize(row));
    path = next_of(answer);
  }
}

Exported exported(Person& person) {
  Exported all;
  for (const std::string& path : export_paths()) read_pages(person, path, all);
  return all;
}

// Of these pages a user may have some hundred a minute: copies are not asked for in a tight loop.
bool wait_for_copies(const std::function<bool()>& are_there) {
  return wait_until(are_there, patient(std::chrono::seconds{60}), std::chrono::seconds{2});
}

// Until it has a row of each of these tables: copies come a moment later.
Exported exported_with(Person& person, const std::set<std::string>& tables) {
  Exported all;
  const bool is_there = wait_for_copies([&] {
    all = exported(person);
    return std::ranges::all_of(tables, [&](const auto& name) { return !all[name].empty(); });
  });
  EXPECT_TRUE(is_there) << testing::PrintToString(all);
  return all;
}

std::string text_of(const Exported& all) {
  std::string text;
  for (const auto& [table, rows] : all)
    for (const std::string& row : rows) text += table + " " + row + "\n";
  return text;
}

TEST(Export, HasWhatEachServiceKeepsOfAUserAndNothingOfOthers) {
  Marketplace& marketplace = shared_marketplace();
  const auto seller = marketplace.person(), buyer = marketplace.person();
  seller->make_show("Taken along " + seller->id);
  const std::string ticket = seller->list_ticket("Seat of " + seller->id);
  ASSERT_EQ(put_code(*seller, ticket, R"({"format":"qr","text":"a code of the seller"})").status,
            200);
  const std::string order = buy(*buyer, ticket);
  ASSERT_EQ(buyer->http.post("/api/orders/calendar", "{}").status, 201);
  ASSERT_EQ(refund(*buyer, order).status, 201);
  EXPECT_EQ(wait_for_rest(marketplace.system(), patient(std::chrono::seconds{30})), "");

  const std::string of_seller = text_of(
      exported_with(*seller, {"users", "sessions", "tickets", "shows", "uploads", "people"}));
  EXPECT_THAT(of_seller, HasSubstr(seller->email));
  EXPECT_THAT(of_seller, HasSubstr("Seat of " + seller->id));
  EXPECT_THAT(of_seller, Not(HasSubstr(buyer->email)));
  EXPECT_THAT(of_seller, Not(HasSubstr(buyer->id)));
  const std::string of_buyer =
      text_of(exported_with(*buyer, {"users", "sessions", "orders", "calendars", "payments",
                                     "refunds", "idempotency_keys", "assignments", "people"}));
  EXPECT_THAT(of_buyer, HasSubstr(order));
  EXPECT_THAT(of_buyer, HasSubstr(buyer->email));
  EXPECT_THAT(of_buyer, Not(HasSubstr(seller->email)));
  for (const std::string& text : {of_seller, of_buyer}) {
    EXPECT_THAT(text, Not(HasSubstr("argon2")));
    EXPECT_THAT(text, Not(HasSubstr("a code of the seller")));
  }
}

// Four services have a row of a ticket for its seller, three one of an order for its buyer.
TEST(Export, HasTheCopiesOfEachService) {
  Marketplace& marketplace = shared_marketplace();
  const auto seller = marketplace.person(), buyer = marketplace.person();
  buyer->reserve(seller->list_ticket());
  EXPECT_EQ(wait_for_rest(marketplace.system(), patient(std::chrono::seconds{30})), "");
  const auto has = [](Person& person, const std::string& table, std::size_t rows) {
    return wait_for_copies([&] { return exported(person)[table].size() == rows; });
  };
  EXPECT_TRUE(has(*seller, "tickets", 4)) << testing::PrintToString(exported(*seller));
  EXPECT_TRUE(has(*buyer, "orders", 3)) << testing::PrintToString(exported(*buyer));
}

TEST(Export, GoesThroughAllPages) {
  Marketplace& marketplace = shared_marketplace();
  const auto seller = marketplace.person();
  for (int lot = 0; lot < 11; ++lot) {
    const Answer made = answered([&] {
      return seller->http.post("/api/tickets", R"({"title":"A seat","price":20,"quantity":10})");
    });
    ASSERT_EQ(made.status, 201) << made.body;
  }
  Exported all;
  read_pages(*seller, "/api/tickets/export", all);
  const auto& tickets = all["tickets"];
  EXPECT_EQ(std::set(tickets.begin(), tickets.end()).size(), 110U);
  EXPECT_EQ(tickets.size(), 110U);
}

TEST(Export, NeedsASessionThatGoesOn) {
  Marketplace& marketplace = shared_marketplace();
  const auto stranger = marketplace.visitor(), owner = marketplace.person();
  for (const std::string& path : export_paths()) {
    EXPECT_EQ(stranger->http.get(path).status, 401) << path;
    const Answer refused = owner->http.get(path + "?cursor=no_table.x");
    EXPECT_EQ(refused.status, 400) << path;
    EXPECT_EQ(text_at(refused, "errors.0.field"), "cursor");
  }
  const auto thief = marketplace.visitor();
  thief->http.cookies() = owner->http.cookies();
  ASSERT_EQ(owner->http.post("/api/users/signout", "{}").status, 200);
  EXPECT_EQ(text_at(thief->http.get("/api/users/export"), "slug"), "session_over");
}

}  // namespace
}  // namespace ticketing::system
