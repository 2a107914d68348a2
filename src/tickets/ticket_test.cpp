#include "tickets/ticket.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <vector>

#include "fixtures/project.hpp"

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

TEST(Ticket, IsOfAPromisedFileUntilItsSellerTakesThatBack) {
  TicketDetails details{.title = "Row 7", .price = Money{2000}};
  EXPECT_FALSE(edit(ticket(), details, "seller")->file_promised);
  details.file_promised = std::optional(true);
  const Ticket promised = *edit(ticket(), details, "seller");
  EXPECT_TRUE(promised.file_promised);
  EXPECT_TRUE(edit(promised, {.title = "Row 8", .price = Money{2500}}, "seller")->file_promised)
      << "it was left out";
  for (const std::optional<bool> none : {std::optional(false), std::optional<bool>()}) {
    details.file_promised = none;
    EXPECT_FALSE(edit(promised, details, "seller")->file_promised);
  }
  EXPECT_EQ(
      edit(follow_order(promised, {"o1", OrderStatus::created}, std::nullopt), details, "seller")
          .error()
          .slug,
      "ticket_reserved");
}

TEST(Ticket, RefusesEditsByOthersAndWhileAnOrderHoldsIt) {
  Ticket held = ticket();
  EXPECT_EQ(edit(held, {}, "another user").error().slug, "not_your_ticket");
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
    EXPECT_EQ(refused.error().fields.at(0).code.params().at(0).json, "3");
  }
  // Who it belongs to and whether it can be changed at all come first.
  EXPECT_EQ(edit(ticket(), {}, "another user", 2).error().slug, "not_your_ticket");
  Ticket held = ticket();
  held.status = TicketStatus::reserved;
  EXPECT_EQ(edit(held, {}, "seller", 2).error().slug, "ticket_reserved");
}

TEST(Ticket, LapsesOnlyWhileItIsAvailable) {
  const auto lapsed = lapse(ticket());
  ASSERT_TRUE(lapsed);
  EXPECT_EQ(lapsed->status, TicketStatus::lapsed);
  EXPECT_EQ(lapsed->version, 4);
  for (const auto status : {TicketStatus::reserved, TicketStatus::sold, TicketStatus::withdrawn,
                            TicketStatus::lapsed}) {
    Ticket other = ticket();
    other.status = status;
    EXPECT_FALSE(lapse(other)) << name_of(status);
  }
}

// An order that was made in time is told after the listing has lapsed.
TEST(Ticket, IsStillTakenByAnOrderAfterItLapsed) {
  Ticket t = *lapse(ticket());
  t = follow_order(t, {"o1", OrderStatus::created}, std::nullopt, {.show_has_begun = true});
  EXPECT_EQ(t.status, TicketStatus::reserved);
  t = follow_order(t, {"o1", OrderStatus::cancelled}, std::nullopt, {.show_has_begun = true});
  EXPECT_EQ(t.status, TicketStatus::lapsed);
  EXPECT_EQ(t.order_id, std::nullopt);
}

TEST(Ticket, IsNeitherEditedNorWithdrawnAfterItLapsed) {
  const Ticket lapsed = *lapse(ticket());
  EXPECT_EQ(edit(lapsed, {}, "seller").error().slug, "ticket_lapsed");
  EXPECT_EQ(request_withdrawal(lapsed, "seller").error().slug, "ticket_lapsed");
  EXPECT_EQ(edit(lapsed, {}, "another user").error().slug, "not_your_ticket");
}

TEST(Ticket, NeedsATitleThatCanBeSeenAndIsWhatItLooksLike) {
  const auto cases = boost::json::parse(fixtures::read_file_of_project("tests/cases/titles.json"));
  for (const char* kind : {"invisible", "hidden", "deceptive", "fine"}) {
    for (const auto& title : cases.at(kind).as_array()) {
      const auto fault = shown_text_fault(std::string(title.as_string()), 200);
      EXPECT_EQ(fault.has_value(), kind != std::string_view("fine"))
          << title << (fault ? fault->message : "");
    }
  }
  EXPECT_EQ(shown_text_fault("", 200)->message, "must not be empty");
  EXPECT_EQ(shown_text_fault(std::string(201, 'x'), 200)->message,
            "must have at most 200 characters");
  EXPECT_FALSE(shown_text_fault(std::string(200, 'x'), 200));
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
TEST(Ticket, EndsTheSameForEveryInterleavingOfTheEventsOfItsOrders) {
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

TEST(Ticket, IsWithdrawnOnceItsSellerAskedAndOrdersGrantedIt) {
  const auto asked = request_withdrawal(ticket(), "seller");
  ASSERT_TRUE(asked && *asked);
  EXPECT_EQ((*asked)->version, 4);
  EXPECT_EQ((*asked)->withdrawal_version, 4);
  EXPECT_EQ((*asked)->status, TicketStatus::available) << "until orders has decided";
  const auto withdrawn = decide_withdrawal(**asked, 4, true);
  ASSERT_TRUE(withdrawn);
  EXPECT_EQ(withdrawn->version, 5);
  EXPECT_EQ(withdrawn->status, TicketStatus::withdrawn);
  EXPECT_FALSE(withdrawn->withdrawal_version);
  EXPECT_FALSE(decide_withdrawal(*withdrawn, 4, true));
  EXPECT_FALSE(decide_withdrawal(*withdrawn, 4, false));
}

TEST(Ticket, IsNotWithdrawnByOthersNorFromAnOrderAndTwiceIsAsOnce) {
  EXPECT_EQ(request_withdrawal(ticket(), "another user").error().slug, "not_your_ticket");
  Ticket t = ticket();
  t.status = TicketStatus::reserved;
  EXPECT_EQ(request_withdrawal(t, "seller").error().slug, "ticket_reserved");
  t.status = TicketStatus::sold;
  EXPECT_EQ(request_withdrawal(t, "seller").error().slug, "ticket_sold");
  t.status = TicketStatus::withdrawn;
  const auto again = request_withdrawal(t, "seller");
  ASSERT_TRUE(again);
  EXPECT_FALSE(*again);
  EXPECT_EQ(request_withdrawal(t, "another user").error().slug, "not_your_ticket");
  EXPECT_EQ(edit(t, {}, "seller").error().slug, "ticket_withdrawn");
}

TEST(Ticket, TakesARefusalOnlyForWhatWasAskedLastAndAGrantForGood) {
  const Ticket first = **request_withdrawal(ticket(), "seller");
  const Ticket second = **request_withdrawal(first, "seller");
  EXPECT_EQ(second.withdrawal_version, 5);
  EXPECT_FALSE(decide_withdrawal(second, 4, false)) << "an answer to the first";
  const auto refused = decide_withdrawal(second, 5, false);
  ASSERT_TRUE(refused);
  EXPECT_FALSE(refused->withdrawal_version);
  EXPECT_EQ(refused->status, TicketStatus::available);
  EXPECT_FALSE(decide_withdrawal(second, 9, false)->withdrawal_version)
      << "a republished decision answers all that was asked up to its version";
  EXPECT_EQ(decide_withdrawal(second, 4, true)->status, TicketStatus::withdrawn);
  EXPECT_EQ(decide_withdrawal(*refused, 4, true)->status, TicketStatus::withdrawn);
}

// Events of one entity come in order, those of several entities in any order.
struct Event {
  std::string entity;  // an order's id, or "withdrawal"
  OrderStatus status = OrderStatus::created;
  bool granted = false;
};

// Plays `history` in every interleaving that keeps the order of each entity's events. The last
// event of "withdrawal" decides on what was asked at version 4.
void expect_ends_as(const std::map<std::string, std::vector<Event>>& history, TicketStatus status,
                    const std::optional<std::string>& order_id) {
  std::vector<std::string> turns;
  for (const auto& [entity, events] : history) turns.insert(turns.end(), events.size(), entity);
  std::int64_t interleavings = 0;
  do {
    Ticket t = **request_withdrawal(ticket(), "seller");
    std::map<std::string, OrderStatus> seen;
    std::map<std::string, std::size_t> at;
    for (const std::string& entity : turns) {
      const Event& event = history.at(entity)[at[entity]++];
      if (entity == "withdrawal") {
        t = decide_withdrawal(t, 4, event.granted).value_or(t);
        continue;
      }
      std::optional<OrderState> newest_other;
      for (const auto& [other, state] : seen) {
        if (other != entity && state != OrderStatus::cancelled)
          newest_other = OrderState{.id = other, .status = state};
      }
      t = follow_order(t, {.id = entity, .status = event.status}, newest_other);
      seen[entity] = event.status;
    }
    EXPECT_EQ(t.status, status);
    EXPECT_EQ(t.order_id, order_id);
    EXPECT_FALSE(t.withdrawal_version);
    ++interleavings;
  } while (std::ranges::next_permutation(turns).found);
  EXPECT_GE(interleavings, 15);
}

TEST(Ticket, EndsWithdrawnOrHeldAsOrdersDecidedForEveryInterleaving) {
  const auto created = [](const std::string& id) { return Event{id, OrderStatus::created}; };
  const auto cancelled = [](const std::string& id) { return Event{id, OrderStatus::cancelled}; };
  const auto complete = [](const std::string& id) { return Event{id, OrderStatus::complete}; };
  const Event granted{.entity = "withdrawal", .granted = true}, refused{.entity = "withdrawal"};
  // Granted: every order that there was had ended before.
  expect_ends_as({{"o1", {created("o1"), cancelled("o1")}},
                  {"o2", {created("o2"), complete("o2"), cancelled("o2")}},
                  {"withdrawal", {granted, granted}}},
                 TicketStatus::withdrawn, std::nullopt);
  // Refused because of o2, which was paid, or still is to be, or ended later.
  expect_ends_as({{"o1", {created("o1"), cancelled("o1")}},
                  {"o2", {created("o2"), complete("o2")}},
                  {"withdrawal", {refused, refused}}},
                 TicketStatus::sold, "o2");
  expect_ends_as({{"o1", {created("o1"), cancelled("o1")}},
                  {"o2", {created("o2")}},
                  {"withdrawal", {refused, refused}}},
                 TicketStatus::reserved, "o2");
  expect_ends_as({{"o1", {created("o1"), cancelled("o1")}},
                  {"o2", {created("o2"), cancelled("o2")}},
                  {"withdrawal", {refused}}},
                 TicketStatus::available, std::nullopt);
}

TEST(Ticket, OfAResaleIsTheBuyersAndForSale) {
  const Ticket sold{.id = "sold",
                    .version = 7,
                    .title = "Row 7",
                    .price = Money{3'000},
                    .seat = "12",
                    .lot_id = "lot",
                    .user_id = "seller",
                    .has_file = true,
                    .file_promised = true,
                    .status = TicketStatus::sold,
                    .order_id = "order",
                    .created_at = Timestamp{}};
  const Timestamp now{Milliseconds{5}};
  const Ticket resale = resale_of(sold, Money{2'500}, "resale", "buyer", now);
  EXPECT_EQ(resale.id, "resale");
  EXPECT_EQ(resale.version, 0);
  EXPECT_EQ(resale.title, "Row 7");
  EXPECT_EQ(resale.seat, "12");
  EXPECT_EQ(resale.price.cents, 2'500);
  EXPECT_EQ(resale.user_id, "buyer");
  EXPECT_TRUE(resale.has_file);
  EXPECT_FALSE(resale.file_promised);
  EXPECT_EQ(resale.status, TicketStatus::available);
  EXPECT_FALSE(resale.order_id);
  EXPECT_FALSE(resale.lot_id);
  EXPECT_EQ(resale.created_at, now);
}

}  // namespace
}  // namespace ticketing::tickets
