// What becomes of the tickets of orders, on made-up time.
#include "delivery/assignments/operations.hpp"

#include <gmock/gmock.h>

#include "common/base/exceptions.hpp"
#include "delivery/assignments/test_assignments.hpp"

namespace ticketing::delivery::assignments {
namespace {

using testing::HasSubstr;
using testing::Not;

const db::Sql change_meanwhile{"test_change_assignment",
                               "UPDATE assignments SET version = version + 1 WHERE id = $1"};
const db::Sql assign_meanwhile{
    "test_assign_meanwhile",
    "INSERT INTO assignments (id, version, last_event_id, ticket_id, user_id, state, created_at) "
    "VALUES ($1, 0, '', $2, 'buyer', 'assigned', 0)"};
const db::Sql drop_upload{"test_drop_upload", "UPDATE tickets SET upload_id = NULL WHERE id = $1"};
const db::Sql spoil_keys{"test_spoil_keys", "UPDATE uploads SET sealed_key = 'damaged'"};
const db::Sql spoil_codes{"test_spoil_codes", "UPDATE codes SET sealed_text = 'damaged'"};
const db::Sql spoil_files{"test_spoil_files", "DELETE FROM file_parts"};

TEST_F(AssignmentsTest, ABuyerIsShownTheTicketAndAgainTheSame) {
  const std::string order = buy();
  EXPECT_EQ(state(order)->state, TicketState::ready);
  EXPECT_EQ(refusal_of(read_file(order)), "ticket_not_revealed");
  const Timestamp before = platform_.now();
  for (int i = 0; i < 2; ++i) {
    const auto ticket = reveal(order);
    ASSERT_TRUE(ticket);
    ASSERT_EQ(ticket->codes.size(), 2U);
    EXPECT_EQ(ticket->codes[0].text, "code 1");
    EXPECT_EQ(ticket->codes[1].text, "code 2");
    EXPECT_EQ(ticket->codes[0].format, "qr");
    EXPECT_EQ(ticket->upload.media_type, "application/pdf");
  }
  EXPECT_EQ(state(order)->state, TicketState::revealed);
  EXPECT_GE(state(order)->revealed_at, before);
  EXPECT_EQ(read_file(order)->bytes, "code 1\ncode 2");
  const auto told = revealed();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].order_id, order);
  EXPECT_EQ(told[0].ticket_id, ticket_);
  EXPECT_EQ(told[0].revealed_at, state(order)->revealed_at);
  EXPECT_FALSE(told[0].refund_id);
}

TEST_F(AssignmentsTest, ACodeWithoutAFileHasNoFile) {
  ticket_ = tickets_.list();
  ASSERT_TRUE(put_code(ticket_, "typed"));
  const std::string order = sell();
  ASSERT_TRUE(reveal(order));
  EXPECT_EQ(refusal_of(read_file(order)), "not_found");
}

TEST_F(AssignmentsTest, OthersAreRefusedAtEveryTime) {
  const std::string order = buy();
  const auto expect_refusals = [&](const std::string& user, const std::string& of_state) {
    EXPECT_EQ(refusal_of(reveal(order, user)), "not_your_order") << user;
    EXPECT_EQ(refusal_of(read_file(order, user)), "not_your_order") << user;
    EXPECT_EQ(refusal_of(state(order, user)), of_state) << user;
  };
  for (int i = 0; i < 2; ++i) {
    expect_refusals("stranger", "not_your_order");
    expect_refusals("seller", "");
    ASSERT_TRUE(reveal(order));
  }
  EXPECT_EQ(state(order, "seller")->state, TicketState::revealed);
  const std::string unknown = platform_.next_id();
  EXPECT_EQ(refusal_of(reveal(unknown)), "order_not_found");
  EXPECT_EQ(refusal_of(state(unknown)), "order_not_found");
  EXPECT_EQ(refusal_of(read_file(unknown)), "order_not_found");
}

TEST_F(AssignmentsTest, AnOrderIsNothingBeforeItsPaymentIsCaptured) {
  ticket_ = tickets_.list();
  ASSERT_TRUE(put_file(ticket_, "code"));
  const std::string order = platform_.next_id();
  tickets_.set(ticket_, "sold", order);
  platform_.skip(std::chrono::minutes{2});
  EXPECT_EQ(refusal_of(reveal(order)), "order_not_found");
  payments_.capture_without_ticket(order);
  EXPECT_EQ(count("assignments"), 0);
  payments_.capture(order, ticket_);
  payments_.capture(order, ticket_, "another");
  EXPECT_EQ(count("assignments"), 1);
  EXPECT_TRUE(reveal(order));
}

TEST_F(AssignmentsTest, ATicketWithoutFileAndCodeHasNothingToShow) {
  const std::string order = buy("");
  EXPECT_EQ(state(order)->state, TicketState::none);
  EXPECT_EQ(refusal_of(reveal(order)), "nothing_to_reveal");
  EXPECT_EQ(refusal_of(read_file(order)), "nothing_to_reveal");
  payments_.ask_for_refund(order);
  EXPECT_EQ(released().size(), 1U);
  EXPECT_EQ(refusal_of(reveal(order)), "order_refunded");
}

TEST_F(AssignmentsTest, ARefundReleasesATicketThatWasNotShown) {
  const std::string order = buy();
  payments_.ask_for_refund(order, "refund 1");
  EXPECT_EQ(refusal_of(reveal(order)), "order_refunded");
  EXPECT_EQ(refusal_of(read_file(order)), "order_refunded");
  EXPECT_EQ(state(order)->state, TicketState::none);
  payments_.ask_for_refund(order, "refund 2");
  payments_.ask_for_refund(order, "refund 2");
  const auto told = released();
  ASSERT_EQ(told.size(), 3U) << "each time that it is asked";
  EXPECT_EQ(told[0].order_id, order);
  EXPECT_EQ(told[0].refund_id, "refund 1");
  EXPECT_EQ(told[2].refund_id, "refund 2");
  EXPECT_TRUE(revealed().empty());
}

TEST_F(AssignmentsTest, ARefundOfATicketThatWasShownIsToldSo) {
  const std::string order = buy();
  ASSERT_TRUE(reveal(order));
  payments_.ask_for_refund(order, "refund 1");
  const auto told = revealed();
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[1].order_id, order);
  EXPECT_EQ(told[1].refund_id, "refund 1");
  EXPECT_EQ(told[1].revealed_at, told[0].revealed_at);
  EXPECT_TRUE(released().empty());
  EXPECT_TRUE(reveal(order)) << "the buyer keeps the ticket";
}

TEST_F(AssignmentsTest, ACaptureThatComesAfterTheRefundAssignsNothing) {
  ticket_ = tickets_.list();
  ASSERT_TRUE(put_file(ticket_, "code"));
  const std::string order = platform_.next_id();
  tickets_.set(ticket_, "sold", order);
  payments_.ask_for_refund(order);
  payments_.capture(order, ticket_);
  EXPECT_EQ(released().size(), 1U);
  EXPECT_EQ(refusal_of(reveal(order)), "order_refunded");
}

// As after this database was restored to a moment before the refund.
TEST_F(AssignmentsTest, ATicketWhoseMoneyWentBackIsNotShown) {
  for (const bool full : {false, true}) {
    const std::string order = buy(full ? "code 3" : "code 1");
    payments_.refund(order, "refund", full, true);
    EXPECT_EQ(refusal_of(reveal(order)), "order_refunded");
    EXPECT_EQ(state(order)->state, TicketState::none);
  }
  const std::string unknown = platform_.next_id();
  payments_.refund(unknown, "refund", false, false);
  EXPECT_EQ(refusal_of(reveal(unknown)), "not_your_order") << "it is no buyer's yet";
}

TEST_F(AssignmentsTest, OfASaleThatARefundOvertookBuyerAndSellerLearnWhatBecame) {
  for (const bool full : {false, true}) {
    ticket_ = tickets_.list();
    const std::string order = platform_.next_id();
    tickets_.set(ticket_, "sold", order);
    payments_.refund(order, "refund", full, false);
    for (int i = 0; i < 2; ++i) payments_.capture(order, ticket_);
    EXPECT_EQ(refusal_of(reveal(order)), "order_refunded");
    EXPECT_EQ(state(order)->state, TicketState::none);
    EXPECT_EQ(state(order, "seller")->state, TicketState::none);
    EXPECT_EQ(refusal_of(reveal(order, "another")), "not_your_order");
  }
}

TEST_F(AssignmentsTest, ATicketThatWasShownStaysWithItsBuyerWhenAnOperatorRefundsIt) {
  const std::string order = buy("code 1");
  ASSERT_TRUE(reveal(order));
  payments_.refund(order, "refund", true, false);
  EXPECT_EQ(reveal(order)->codes.at(0).text, "code 1");
  EXPECT_EQ(refusal_of(put_code(tickets_.list(), "code 1")), "duplicate_ticket");
}

TEST_F(AssignmentsTest, TheCodesOfATicketThatItsBuyerGaveUpCanBeListedAgain) {
  const std::string order = buy("code 1");
  payments_.ask_for_refund(order);
  EXPECT_EQ(refusal_of(put_code(tickets_.list(), "code 1")), "duplicate_ticket");
  payments_.refund(order, "refund", false, false);
  EXPECT_EQ(refusal_of(put_code(tickets_.list(), "code 1")), "duplicate_ticket") << "a part";
  const std::size_t told = released().size();
  for (int i = 0; i < 2; ++i) payments_.refund(order, "refund", true, false);
  EXPECT_EQ(released().size(), told + 1);
  EXPECT_TRUE(put_code(tickets_.list(), "code 1"));
  erase_after(std::chrono::hours{2});
  EXPECT_EQ(count("uploads"), 1) << "the one before was erased";
}

TEST_F(AssignmentsTest, TheCodesOfATicketThatGoesBackOnSaleStayItsOwn) {
  const std::string order = buy("code 1");
  payments_.ask_for_refund(order);
  payments_.refund(order, "refund", true, true);
  tickets_.set(ticket_, "available");
  EXPECT_EQ(refusal_of(put_code(tickets_.list(), "code 1")), "duplicate_ticket");
  EXPECT_TRUE(reveal(sell("next"), "next"));
}

TEST_F(AssignmentsTest, ATicketThatWasGivenUpBeforeTheNewsOfItsSaleIsFreeAfterThem) {
  ticket_ = tickets_.list();
  ASSERT_TRUE(put_code(ticket_, "code 1"));
  const std::string order = platform_.next_id();
  payments_.capture(order, ticket_);
  payments_.refund(order, "refund", true, false);
  EXPECT_EQ(refusal_of(put_code(tickets_.list(), "code 1")), "duplicate_ticket");
  tickets_.set(ticket_, "sold", order);
  EXPECT_TRUE(put_code(tickets_.list(), "code 1"));
}

TEST_F(AssignmentsTest, ARevealLosesToARefundThatIsFaster) {
  const std::string order = buy();
  lose_race_to(release_meanwhile(order));
  EXPECT_EQ(refusal_of(reveal(order)), "order_refunded");
  EXPECT_TRUE(revealed().empty());
  EXPECT_EQ(platform_.metric("ticket_reveals_total{result=\"refused\"}"), 1);
}

TEST_F(AssignmentsTest, ARefundLosesToARevealThatIsFaster) {
  const std::string order = buy();
  lose_race_to(reveal_meanwhile(order));
  payments_.ask_for_refund(order);
  EXPECT_TRUE(released().empty());
  EXPECT_EQ(revealed().size(), 1U);
}

TEST_F(AssignmentsTest, ARefundOfAnOrderThatIsAssignedMeanwhileReleasesIt) {
  ticket_ = tickets_.list();
  const std::string order = platform_.next_id();
  platform_.pass(std::chrono::seconds{1});
  lose_race_to(assign_meanwhile(order, ticket_));
  payments_.ask_for_refund(order);
  EXPECT_EQ(released().size(), 1U);
  EXPECT_EQ(count("assignments WHERE state = 'released' AND ticket_id IS NOT NULL"), 1);
}

TEST_F(AssignmentsTest, ARevealIsMadeWhenTheRowChangedMeanwhileAndGivesUpWhenItAlwaysDoes) {
  const std::string order = buy();
  lose_race_to(change_meanwhile(order), 3);
  EXPECT_TRUE(reveal(order));
  const std::string other = buy("code 3");
  lose_race_to(change_meanwhile(other), runtime::change_attempts_max);
  EXPECT_THROW(reveal(other), Unavailable);
  EXPECT_EQ(state(other)->state, TicketState::ready);
  EXPECT_EQ(revealed().size(), 1U);
}

TEST_F(AssignmentsTest, ARevealShowsNothingOfAnUploadThatTheTicketLostMeanwhile) {
  const std::string order = buy();
  lose_race_to(drop_upload(ticket_));
  EXPECT_EQ(refusal_of(reveal(order)), "nothing_to_reveal");
  EXPECT_TRUE(revealed().empty());
}

TEST_F(AssignmentsTest, ATicketThatWasReturnedIsShownToItsNextBuyer) {
  const std::string first = buy();
  payments_.ask_for_refund(first);
  tickets_.set(ticket_, "available");
  const std::string second = sell("next");
  EXPECT_EQ(reveal(second, "next")->codes.at(0).text, "code 1");
  EXPECT_EQ(refusal_of(reveal(first)), "order_refunded");
  EXPECT_EQ(refusal_of(reveal(second)), "not_your_order");
}

// No way leads here: the ticket of an order that was shown does not go back on sale.
TEST_F(AssignmentsTest, WhatOneBuyerWasShownIsShownToNoOther) {
  const std::string first = buy();
  ASSERT_TRUE(reveal(first));
  tickets_.set(ticket_, "available");
  const std::string second = sell("next");
  EXPECT_EQ(state(second, "next")->state, TicketState::none);
  EXPECT_EQ(refusal_of(reveal(second, "next")), "nothing_to_reveal");
  EXPECT_EQ(count("assignments WHERE upload_id IS NOT NULL"), 1);
}

TEST_F(AssignmentsTest, TwoRevealsOfOneUploadAtATimeShowItOnce) {
  const std::string first = buy();
  tickets_.set(ticket_, "available");
  const std::string second = sell("next");
  lose_race_to(reveal_meanwhile(first));
  EXPECT_EQ(refusal_of(reveal(second, "next")), "nothing_to_reveal");
}

// The copy of the ticket may be behind: its seller can still replace the file for a moment.
TEST_F(AssignmentsTest, WhatABuyerWasShownStaysAndKeepsItsCodesWhenTheSellerSendsAnother) {
  ticket_ = tickets_.list();
  ASSERT_TRUE(put_file(ticket_, "code 1"));
  const std::string order = platform_.next_id();
  payments_.capture(order, ticket_);
  ASSERT_TRUE(reveal(order));
  ASSERT_TRUE(put_file(ticket_, "code 2"));
  erase_after(std::chrono::hours{2});
  EXPECT_EQ(reveal(order)->codes.at(0).text, "code 1");
  EXPECT_EQ(read_file(order)->bytes, "code 1");
  EXPECT_EQ(refusal_of(put_code(tickets_.list(), "code 1")), "duplicate_ticket");
}

// It could not be shown, so the money can still go back.
TEST_F(AssignmentsTest, AnUploadThatCannotBeOpenedIsNotRevealed) {
  for (const db::Sql* spoil : {&spoil_codes, &spoil_keys}) {
    const std::string order = buy(spoil == &spoil_keys ? "code 1" : "code 2");
    write((*spoil)());
    EXPECT_THROW(reveal(order), Unavailable);
    EXPECT_EQ(state(order)->state, TicketState::ready);
    payments_.ask_for_refund(order);
  }
  EXPECT_EQ(released().size(), 2U);
}

TEST_F(AssignmentsTest, AnUploadWhoseFileIsLostIsNotRevealed) {
  const std::string order = buy();
  write(spoil_files());
  EXPECT_THROW(reveal(order), Unavailable);
  EXPECT_EQ(state(order)->state, TicketState::ready);
  payments_.ask_for_refund(order);
  EXPECT_EQ(released().size(), 1U);
}

TEST_F(AssignmentsTest, AFileThatIsLostIsUnavailable) {
  const std::string order = buy();
  ASSERT_TRUE(reveal(order));
  write(spoil_files());
  EXPECT_THROW(read_file(order), Unavailable);
  EXPECT_EQ(reveal(order)->codes.size(), 2U);
}

TEST_F(AssignmentsTest, EventsAndTablesTellNothingOfACode) {
  const std::string secret = "SECRET-7381-4495";
  const std::string order = buy(secret);
  ASSERT_TRUE(reveal(order));
  platform_.pass(std::chrono::seconds{1});
  for (const std::string& file : platform_.stored_files())
    EXPECT_THAT(file, Not(HasSubstr(secret)));
  for (const bus::Event& event : platform_.events())
    EXPECT_THAT(event.payload, Not(HasSubstr(secret)));
}

}  // namespace
}  // namespace ticketing::delivery::assignments
