// Buyers who list their tickets again.
#include <gmock/gmock.h>

#include "common/base/exceptions.hpp"
#include "delivery/assignments/test_assignments.hpp"

namespace ticketing::delivery::assignments {
namespace {

class ResaleTest : public AssignmentsTest {
 protected:
  Result<TicketStateAnswer> resell(const std::string& order_id, const std::string& user = "buyer") {
    return run(assignments_.resell(order_id, user));
  }
  // The ticket that the buyer of the order makes of it, listed.
  std::string list_again(const std::string& order_id, const std::string& user = "buyer") {
    const auto begun = resell(order_id, user);
    EXPECT_TRUE(begun);
    const std::string id = begun->resale_ticket_id.value();
    tickets_.list_resale(id, user);
    return id;
  }
  std::string sell_to(const std::string& buyer, const std::string& ticket_id) {
    ticket_ = ticket_id;
    return sell(buyer);
  }
  std::string refusal_of_code(const std::string& text, const std::string& user) {
    return refusal_of(put_code(tickets_.list(user), text, user));
  }
  std::vector<contracts::ResaleBegun> begun() {
    std::vector<contracts::ResaleBegun> all;
    for (const bus::Event& event : events("delivery.resale_begun"))
      all.push_back(*contracts::decode<contracts::ResaleBegun>(event.payload));
    return all;
  }
};

TEST_F(ResaleTest, TheBuyerIsNotShownWhatTheyListAgainAndHasNoMoneyBack) {
  const std::string order = buy(), sold = ticket_;
  const auto answer = resell(order);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->state, TicketState::none);
  EXPECT_EQ(resell(order)->resale_ticket_id, answer->resale_ticket_id) << "the same again";
  EXPECT_EQ(state(order)->resale_ticket_id, answer->resale_ticket_id);
  EXPECT_EQ(refusal_of(reveal(order)), "ticket_resold");
  EXPECT_EQ(refusal_of(read_file(order)), "ticket_resold");
  payments_.ask_for_refund(order, "refund 1");
  payments_.refund(order, "refund 1", true, false);
  EXPECT_TRUE(released().empty());
  const auto told = begun();
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].order_id, order);
  EXPECT_EQ(told[0].ticket_id, sold);
  EXPECT_EQ(told[0].resale_id, answer->resale_ticket_id);
  EXPECT_EQ(told[0].user_id, "buyer");
  EXPECT_FALSE(told[0].refund_id);
  EXPECT_TRUE(told[0].has_file);
  EXPECT_EQ(told[1].refund_id, "refund 1");
}

TEST_F(ResaleTest, IsTheBuyersAloneAndOnlyBeforeARevealOrARefund) {
  const std::string order = buy("code 1");
  for (const char* user : {"stranger", "seller"})
    EXPECT_EQ(refusal_of(resell(order, user)), "not_your_order");
  EXPECT_EQ(refusal_of(resell(platform_.next_id())), "order_not_found");
  ASSERT_TRUE(reveal(order));
  EXPECT_EQ(refusal_of(resell(order)), "ticket_revealed");
  const std::string refunded = buy("code 2");
  payments_.ask_for_refund(refunded);
  EXPECT_EQ(refusal_of(resell(refunded)), "order_refunded");
  EXPECT_TRUE(begun().empty());
}

TEST_F(ResaleTest, WaitsForTheNewsOfTheSale) {
  ticket_ = tickets_.list();
  ASSERT_TRUE(put_code(ticket_, "code"));
  const std::string order = platform_.next_id();
  payments_.capture(order, ticket_);
  EXPECT_THROW(resell(order), Unavailable);
  tickets_.set(ticket_, "sold", order);
  EXPECT_TRUE(resell(order));
}

TEST_F(ResaleTest, LosesToARevealAndToARefundThatAreFaster) {
  const std::string first = buy("code 1");
  lose_race_to(reveal_meanwhile(first));
  EXPECT_EQ(refusal_of(resell(first)), "ticket_revealed");
  const std::string second = buy("code 2");
  lose_race_to(release_meanwhile(second));
  EXPECT_EQ(refusal_of(resell(second)), "order_refunded");
  EXPECT_EQ(count("tickets"), 2);
}

TEST_F(ResaleTest, TheNextBuyerIsShownTheSameCodeAndFileAndNoOther) {
  const std::string first = buy("code 1");
  const std::string second = sell_to("second", list_again(first));
  EXPECT_EQ(state(second, "second")->state, TicketState::ready);
  EXPECT_EQ(refusal_of(reveal(second)), "not_your_order");
  EXPECT_EQ(reveal(second, "second")->codes.at(0).text, "code 1");
  EXPECT_EQ(read_file(second, "second")->bytes, "code 1");
  EXPECT_EQ(refusal_of(reveal(first)), "ticket_resold");
  EXPECT_EQ(refusal_of(read_file(first)), "ticket_resold");
  EXPECT_EQ(state(second)->state, TicketState::revealed) << "its seller sees that it was shown";
  EXPECT_EQ(count("assignments WHERE upload_id IS NOT NULL"), 1);
  erase_after(std::chrono::hours{700});
  EXPECT_TRUE(reveal(second, "second"));
}

TEST_F(ResaleTest, OfAResaleWorksAsWell) {
  const std::string first = buy("code 1");
  const std::string second = sell_to("second", list_again(first));
  const std::string third = sell_to("third", list_again(second, "second"));
  EXPECT_EQ(refusal_of(reveal(second, "second")), "ticket_resold");
  EXPECT_EQ(reveal(third, "third")->codes.at(0).text, "code 1");
}

TEST_F(ResaleTest, OnlyItsTicketHasTheCodeAtAnyTime) {
  const auto expect_taken = [&](const char* when) {
    for (const char* user : {"seller", "buyer", "second", "stranger"})
      EXPECT_EQ(refusal_of_code("code 1", user), "duplicate_ticket") << user << when;
  };
  const std::string first = buy("code 1");
  expect_taken(" when it is sold");
  const std::string resale = list_again(first);
  expect_taken(" when it is listed again");
  const std::string second = sell_to("second", resale);
  expect_taken(" when it is sold again");
  ASSERT_TRUE(reveal(second, "second"));
  expect_taken(" when it was shown");
}

TEST_F(ResaleTest, KeepsItsFile) {
  const std::string resale = list_again(buy("code 1"));
  EXPECT_EQ(refusal_of(put_code(resale, "another", "buyer")), "resale_keeps_file");
  EXPECT_EQ(refusal_of(put_file(resale, "another", "buyer")), "resale_keeps_file");
  EXPECT_EQ(reader_->calls, 1) << "the one that was bought";
}

TEST_F(ResaleTest, ThatEndsUnsoldGivesTheBuyerTheTicketBack) {
  for (const std::string status : {"withdrawn", "lapsed"}) {
    const std::string order = buy(status);
    for (int i = 0; i < 2; ++i) {
      tickets_.set(list_again(order), status);
      EXPECT_EQ(state(order)->state, TicketState::ready);
      EXPECT_FALSE(state(order)->resale_ticket_id);
      EXPECT_EQ(refusal_of_code(status, "stranger"), "duplicate_ticket");
    }
    EXPECT_EQ(reveal(order)->codes.at(0).text, status);
  }
  erase_after(std::chrono::hours{700});
  EXPECT_EQ(count("uploads WHERE sealed_key <> '' AND unused_at IS NULL"), 2);
}

TEST_F(ResaleTest, WhoseBuyerGivesItUpGivesTheTicketBack) {
  const std::string first = buy("code 1");
  const std::string resale = list_again(first);
  const std::string second = sell_to("second", resale);
  payments_.ask_for_refund(second);
  EXPECT_EQ(refusal_of(reveal(first)), "ticket_resold");
  payments_.refund(second, "refund", true, false);
  EXPECT_EQ(refusal_of(reveal(second, "second")), "order_refunded");
  EXPECT_EQ(reveal(first)->codes.at(0).text, "code 1");
}

TEST_F(ResaleTest, WhoseBuyerReturnsItStaysForSale) {
  const std::string first = buy("code 1");
  const std::string resale = list_again(first);
  const std::string second = sell_to("second", resale);
  payments_.ask_for_refund(second);
  payments_.refund(second, "refund", true, true);
  tickets_.set(resale, "available");
  EXPECT_EQ(refusal_of(reveal(first)), "ticket_resold");
  EXPECT_TRUE(reveal(sell_to("third", resale), "third"));
}

TEST_F(ResaleTest, OfATicketWithoutAFileMayGetOne) {
  const std::string first = buy("");
  const std::string resale = list_again(first);
  EXPECT_FALSE(begun().back().has_file);
  EXPECT_TRUE(put_code(resale, "code 1", "buyer"));
  EXPECT_EQ(reveal(sell_to("second", resale), "second")->codes.at(0).text, "code 1");
}

}  // namespace
}  // namespace ticketing::delivery::assignments
