#include "tickets/ticket.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <vector>

namespace ticketing::tickets {
namespace {

Ticket ticket() {
  return {.id = "t", .version = 3, .title = "Row 7", .price = Money{2000}, .user_id = "seller"};
}

TEST(Ticket, IsEditedByItsSellerAndMovesOneVersionOn) {
  const auto edited = edit(ticket(), {.title = "Row 8", .price = Money{2500}}, "seller");
  ASSERT_TRUE(edited);
  EXPECT_EQ(edited->version, 4);
  EXPECT_EQ(edited->title, "Row 8");
  EXPECT_EQ(edited->price, Money{2500});
}

TEST(Ticket, RefusesEditsByOthersAndWhileAnOrderHoldsIt) {
  Ticket held = ticket();
  EXPECT_EQ(edit(held, {}, "stranger").error().slug, "not_your_ticket");
  held.status = TicketStatus::reserved;
  EXPECT_EQ(edit(held, {}, "seller").error().slug, "ticket_reserved");
  held.status = TicketStatus::sold;
  EXPECT_EQ(edit(held, {}, "seller").error().slug, "ticket_sold");
}

TEST(Ticket, IsNotEditedFromAnotherVersionThanTheOneSeen) {
  EXPECT_TRUE(edit(ticket(), {.title = "Row 8", .price = Money{2500}}, "seller", 3));
  for (const std::int64_t seen : {2, 4}) {
    const auto refused = edit(ticket(), {.title = "Row 8", .price = Money{2500}}, "seller", seen);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().slug, "ticket_changed");
    EXPECT_EQ(refused.error().fields.at(0).field, "version");
    EXPECT_EQ(refused.error().fields.at(0).current, "3");
  }
  // Who it belongs to and whether it can be changed at all come first.
  EXPECT_EQ(edit(ticket(), {}, "stranger", 2).error().slug, "not_your_ticket");
  Ticket held = ticket();
  held.status = TicketStatus::reserved;
  EXPECT_EQ(edit(held, {}, "seller", 2).error().slug, "ticket_reserved");
}

TEST(Ticket, NeedsATitleThatCanBeSeenAndIsWhatItLooksLike) {
  const char* root = std::getenv("TICKETING_SOURCE");
  std::ifstream file(std::string(root ? root : ".") + "/tests/cases/titles.json");
  ASSERT_TRUE(file);
  const auto cases = boost::json::parse(std::string{std::istreambuf_iterator<char>(file), {}});
  for (const char* kind : {"invisible", "deceptive", "fine"}) {
    for (const auto& title : cases.at(kind).as_array()) {
      const auto fault = title_fault(std::string(title.as_string()));
      EXPECT_EQ(fault.has_value(), kind != std::string_view("fine")) << title << fault.value_or("");
    }
  }
  EXPECT_EQ(title_fault(""), "must not be empty");
  EXPECT_EQ(title_fault(std::string(201, 'x')), "must have at most 200 characters");
  EXPECT_FALSE(title_fault(std::string(200, 'x')));
}

TEST(Ticket, IsReservedThenSoldThenFreeAsItsOrderGoes) {
  Ticket t = follow_order(ticket(), {"o1", OrderStatus::created}, std::nullopt);
  EXPECT_EQ(t.status, TicketStatus::reserved);
  EXPECT_EQ(t.order_id, "o1");
  t = follow_order(t, {"o1", OrderStatus::complete}, std::nullopt);
  EXPECT_EQ(t.status, TicketStatus::sold);
  t = follow_order(t, {"o1", OrderStatus::cancelled}, std::nullopt);
  EXPECT_EQ(t.status, TicketStatus::available);
  EXPECT_FALSE(t.order_id);
  EXPECT_EQ(t.version, 6);
}

// Plays the events of three orders, each in its own order, in every interleaving.
TEST(Ticket, EndsTheSameWhicheverWayTheEventsOfItsOrdersInterleave) {
  const std::map<std::string, std::vector<OrderStatus>> histories = {
      {"o1", {OrderStatus::created, OrderStatus::cancelled}},
      {"o2", {OrderStatus::created, OrderStatus::cancelled}},
      {"o3", {OrderStatus::created, OrderStatus::complete}}};
  std::vector<std::string> turns = {"o1", "o1", "o2", "o2", "o3", "o3"};
  int interleavings = 0;
  do {
    Ticket t = ticket();
    std::map<std::string, OrderStatus> seen;
    std::map<std::string, std::size_t> at;
    for (const std::string& id : turns) {
      const OrderStatus status = histories.at(id)[at[id]++];
      std::optional<OrderState> newest_other;
      for (const auto& [other, state] : seen) {
        if (other != id && state != OrderStatus::cancelled) newest_other = OrderState{other, state};
      }
      t = follow_order(t, {id, status}, newest_other);
      seen[id] = status;
    }
    EXPECT_EQ(t.status, TicketStatus::sold);
    EXPECT_EQ(t.order_id, "o3");
    EXPECT_EQ(t.version, 9);
    ++interleavings;
  } while (std::ranges::next_permutation(turns).found);
  EXPECT_EQ(interleavings, 90);
}

}  // namespace
}  // namespace ticketing::tickets
