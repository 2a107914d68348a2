// Tickets that are sold before their sellers have given file or code, on made-up time.
#include <gmock/gmock.h>

#include "contracts/shows_events.hpp"
#include "delivery/assignments/test_assignments.hpp"

namespace ticketing::delivery::assignments {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

const db::Sql take_upload{
    "test_take_upload",
    "UPDATE tickets SET upload_id = (SELECT u.id FROM uploads u) WHERE id = $1"};

class DueTest : public AssignmentsTest {
 protected:
  explicit DueTest(bool requires_proof = true) : AssignmentsTest(requires_proof) {}

  // A ticket with nothing to show, bought by "buyer".
  std::string buy_nothing() { return buy(""); }
  std::string buy_seat(Timestamp starts_at, const std::string& status = "scheduled") {
    const std::string show = platform_.next_id();
    tell_of_show(show, starts_at, status);
    ticket_ = tickets_.list("seller", show);
    return sell();
  }
  void tell_of_show(const std::string& id, Timestamp starts_at, const std::string& status) {
    contracts::ShowUpdated show;
    show.id = id;
    show.name = "AC/DC";
    show.status = status;
    show.starts_at = starts_at;
    show.over_at = starts_at + hours{3};
    platform_.publish_as("shows", show);
  }
  contracts::PaymentCaptured captured(const std::string& order, const std::string& ticket) {
    contracts::PaymentCaptured payment{{.id = "payment", .order_id = order}};
    payment.ticket_id = ticket;
    payment.user_id = "buyer";
    payment.file_promised = payments_.file_promised;
    return payment;
  }
  void republish() {
    run(data_.republisher().request({.service = "delivery",
                                     .event_subject = std::nullopt,
                                     .since = std::nullopt,
                                     .lost_before = std::nullopt,
                                     .requested_by = "test"}));
    platform_.pass(std::chrono::seconds{10});
  }
  void sweep_after(Milliseconds time) {
    platform_.skip(time);
    run(assignments_.note_overdue());
  }
  template <class Contract>
  std::vector<Contract> told() {
    std::vector<Contract> all;
    for (const bus::Event& event : events(std::string(Contract::subject)))
      all.push_back(*contracts::decode<Contract>(event.payload));
    return all;
  }
  // Gives until when.
  Timestamp expect_due_for_a_day(const std::string& order, Timestamp sold_at) {
    EXPECT_EQ(state(order)->state, TicketState::due);
    const Timestamp due_at = state(order)->due_at.value();
    EXPECT_GE(due_at, sold_at + hours{24});
    EXPECT_LT(due_at, sold_at + hours{24} + minutes{1});
    return due_at;
  }
  std::size_t overdue_events() { return told<contracts::DeliveryOverdue>().size(); }
};

TEST_F(DueTest, ATicketWithoutFileAndCodeIsDueForADay) {
  const Timestamp sold_at = platform_.now();
  const std::string order = buy_nothing();
  const Timestamp due_at = expect_due_for_a_day(order, sold_at);
  EXPECT_EQ(state(order, "seller")->due_at, due_at);
  EXPECT_EQ(refusal_of(reveal(order)), "nothing_to_reveal");
  EXPECT_EQ(refusal_of(run(assignments_.resell(order, "buyer"))), "nothing_to_reveal");
  const auto news = told<contracts::DeliveryDue>();
  ASSERT_EQ(news.size(), 1U);
  EXPECT_EQ(news[0].order_id, order);
  EXPECT_EQ(news[0].ticket_id, ticket_);
  EXPECT_EQ(news[0].user_id, "buyer");
  EXPECT_EQ(news[0].seller_id, "seller");
  EXPECT_EQ(news[0].due_at, due_at);
  payments_.capture(order, ticket_);
  EXPECT_EQ(told<contracts::DeliveryDue>().size(), 1U) << "once";
}

TEST_F(DueTest, ATicketWithACodeIsNotDue) {
  const std::string order = buy();
  EXPECT_EQ(state(order)->state, TicketState::ready);
  EXPECT_TRUE(told<contracts::DeliveryDue>().empty());
  sweep_after(hours{48});
  EXPECT_EQ(state(order)->state, TicketState::ready);
  EXPECT_TRUE(reveal(order));
}

TEST_F(DueTest, WaitsForTheNewsOfTheTicket) {
  const auto payment = captured(platform_.next_id(), platform_.next_id());
  EXPECT_EQ(run(assignments_.assign(payment, platform_.now())), bus::Verdict::retry_later);
  EXPECT_EQ(count("assignments"), 0);
}

TEST_F(DueTest, WaitsForTheNewsOfTheShow) {
  const Timestamp sold_at = platform_.now();
  ticket_ = tickets_.list("seller", "show");
  const auto payment = captured(platform_.next_id(), ticket_);
  EXPECT_EQ(run(assignments_.assign(payment, sold_at)), bus::Verdict::retry_later);
  EXPECT_EQ(count("assignments"), 0);
  tell_of_show("show", sold_at + hours{40}, "scheduled");
  EXPECT_EQ(run(assignments_.assign(payment, sold_at)), bus::Verdict::done);
  EXPECT_EQ(state(payment.order_id)->due_at, sold_at + hours{4});
}

TEST_F(DueTest, ATicketWithACodeDoesNotWaitForTheNewsOfTheShow) {
  ticket_ = tickets_.list("seller", "show");
  ASSERT_TRUE(put_code(ticket_, "code 1"));
  EXPECT_EQ(state(sell())->state, TicketState::ready);
}

TEST_F(DueTest, DoesNotWaitForAShowThatNeverComes) {
  const Timestamp sold_at = platform_.now();
  ticket_ = tickets_.list("seller", "show");
  const auto payment = captured(platform_.next_id(), ticket_);
  platform_.skip(minutes{5} - Milliseconds{1});
  EXPECT_EQ(run(assignments_.assign(payment, sold_at)), bus::Verdict::retry_later);
  platform_.skip(Milliseconds{1});
  EXPECT_EQ(run(assignments_.assign(payment, sold_at)), bus::Verdict::done);
  EXPECT_EQ(state(payment.order_id)->due_at, sold_at + hours{24});
}

TEST_F(DueTest, CountsFromTheSaleHoweverLateItsNewsAre) {
  ticket_ = tickets_.list();
  const std::string order = platform_.next_id();
  bus::Event news = platform_.event_from("payments", captured(order, ticket_));
  const Timestamp sold_at = news.time;
  platform_.skip(hours{20});
  run(platform_.bus().publish(news));
  EXPECT_EQ(state(order)->due_at, sold_at + hours{24});
}

// Of a sale that a lost database did not have, for example.
TEST_F(DueTest, ItsSellerHasAnHourAfterTheNewsOfAnOldSale) {
  ticket_ = tickets_.list();
  const auto payment = captured(platform_.next_id(), ticket_);
  const Timestamp sold_at = platform_.now();
  platform_.skip(hours{100});
  ASSERT_EQ(run(assignments_.assign(payment, sold_at)), bus::Verdict::done);
  EXPECT_EQ(state(payment.order_id)->due_at, platform_.now() + hours{1});
}

TEST_F(DueTest, ItsSellerStillGivesItUntilThen) {
  const std::string order = buy_nothing();
  platform_.skip(hours{24} - minutes{2});
  EXPECT_EQ(refusal_of(put_code(ticket_, "code 1", "buyer")), "not_your_ticket");
  EXPECT_EQ(refusal_of(put_code(ticket_, "code 1", "stranger")), "not_your_ticket");
  ASSERT_TRUE(put_file(ticket_, "code 1"));
  EXPECT_EQ(state(order)->state, TicketState::ready);
  EXPECT_FALSE(state(order)->due_at);
  EXPECT_EQ(events("delivery.ready").size(), 1U);
  EXPECT_EQ(refusal_of(put_code(ticket_, "code 2")), "ticket_sold") << "what is given stays";
  sweep_after(hours{48});
  EXPECT_EQ(overdue_events(), 0U);
  EXPECT_EQ(reveal(order)->codes.at(0).text, "code 1");
}

TEST_F(DueTest, WhatItsSellerGivesBeforeTheNewsOfTheSaleIsGiven) {
  ticket_ = tickets_.list();
  const std::string order = platform_.next_id();
  payments_.capture(order, ticket_);
  EXPECT_EQ(state(order)->state, TicketState::due);
  ASSERT_TRUE(put_code(ticket_, "code 1"));
  EXPECT_EQ(state(order)->state, TicketState::ready);
  tickets_.set(ticket_, "sold", order);
  EXPECT_EQ(count("assignments WHERE due_at IS NULL"), 1);
  EXPECT_EQ(refusal_of(put_code(ticket_, "code 2")), "ticket_sold");
  EXPECT_EQ(count("uploads"), 1) << "it is refused before it is stored";
  EXPECT_EQ(reveal(order)->codes.at(0).text, "code 1");
}

TEST_F(DueTest, ItsSellerGivesItAlsoWhileItIsKnownAsReserved) {
  ticket_ = tickets_.list();
  const std::string order = platform_.next_id();
  tickets_.set(ticket_, "reserved", order);
  EXPECT_EQ(refusal_of(put_code(ticket_, "code 1")), "ticket_reserved") << "it is not paid for";
  payments_.capture(order, ticket_);
  EXPECT_EQ(refusal_of(put_code(ticket_, "code 1", "buyer")), "not_your_ticket");
  ASSERT_TRUE(put_code(ticket_, "code 1"));
  EXPECT_EQ(refusal_of(put_code(ticket_, "code 2")), "ticket_reserved") << "what is given stays";
  tickets_.set(ticket_, "sold", order);
  EXPECT_EQ(reveal(order)->codes.at(0).text, "code 1");
}

TEST_F(DueTest, MissedItIsPaidBackOnce) {
  const std::string order = buy_nothing();
  const Timestamp due_at = state(order)->due_at.value();
  sweep_after(due_at - platform_.now() - Milliseconds{1});
  EXPECT_EQ(state(order)->state, TicketState::due);
  EXPECT_EQ(overdue_events(), 0U);
  for (int i = 0; i < 3; ++i) sweep_after(minutes{1});
  const auto missed = told<contracts::DeliveryOverdue>();
  ASSERT_EQ(missed.size(), 1U);
  EXPECT_EQ(missed[0].order_id, order);
  EXPECT_EQ(missed[0].ticket_id, ticket_);
  EXPECT_EQ(missed[0].user_id, "buyer");
  EXPECT_EQ(missed[0].seller_id, "seller");
  EXPECT_EQ(state(order)->state, TicketState::none);
  EXPECT_EQ(refusal_of(reveal(order)), "order_refunded");
  EXPECT_EQ(refusal_of(run(assignments_.resell(order, "buyer"))), "order_refunded");
  EXPECT_EQ(refusal_of(put_code(ticket_, "code 1")), "ticket_sold");
  payments_.ask_for_refund(order, "refund");
  ASSERT_EQ(released().size(), 1U);
  EXPECT_EQ(released()[0].refund_id, "refund");
  EXPECT_EQ(count("assignments WHERE state = 'released'"), 1);
}

TEST_F(DueTest, ABuyerWhoReturnsItFirstIsNotPaidBackAgain) {
  for (const bool relist : {false, true}) {
    const std::string order = buy_nothing();
    payments_.ask_for_refund(order);
    payments_.refund(order, "refund", true, relist);
    sweep_after(hours{48});
    EXPECT_EQ(overdue_events(), 0U);
    EXPECT_EQ(state(order)->state, TicketState::none);
    EXPECT_EQ(refusal_of(put_code(ticket_, "code 1")), "ticket_sold");
  }
}

// Of a part of the price, a refusal of the gateway, a dispute.
TEST_F(DueTest, WhatIsLeftAfterARefundIsStillPaidBackOnce) {
  const std::string in_part = buy_nothing(), refused = buy_nothing();
  payments_.ask_for_refund(in_part, "of a part");
  payments_.refund(in_part, "of a part", false, false);
  payments_.ask_for_refund(refused, "refused");
  EXPECT_EQ(state(in_part)->state, TicketState::none);
  EXPECT_EQ(refusal_of(put_code(ticket_, "code 1")), "ticket_sold") << "money went back";
  sweep_after(hours{23});
  EXPECT_EQ(overdue_events(), 0U);
  for (int i = 0; i < 3; ++i) sweep_after(hours{1});
  EXPECT_EQ(overdue_events(), 2U);
  payments_.ask_for_refund(in_part, "of the rest");
  EXPECT_EQ(released().back().refund_id, "of the rest");
  payments_.refund(in_part, "of the rest", true, false);
  sweep_after(hours{1});
  EXPECT_EQ(overdue_events(), 2U);
}

// The events are of two subjects, which wait for nothing of each other.
TEST_F(DueTest, ARefundThatOvertakesTheSaleLeavesWhatIsDue) {
  for (const bool is_told_of_payment : {false, true}) {
    ticket_ = tickets_.list();
    const std::string order = platform_.next_id();
    tickets_.set(ticket_, "sold", order);
    payments_.ask_for_refund(order, "of a part");
    if (is_told_of_payment) payments_.refund(order, "of a part", false, false);
    EXPECT_EQ(released().back().refund_id, "of a part");
    for (int i = 0; i < 2; ++i) payments_.capture(order, ticket_);
    EXPECT_EQ(refusal_of(reveal(order)), "order_refunded");
    EXPECT_EQ(refusal_of(put_code(ticket_, "code 1")), "ticket_sold") << "money goes back";
    EXPECT_TRUE(told<contracts::DeliveryDue>().empty()) << "its seller cannot give it any more";
    const std::size_t before = overdue_events();
    sweep_after(hours{23});
    EXPECT_EQ(overdue_events(), before);
    for (int i = 0; i < 3; ++i) sweep_after(hours{1});
    ASSERT_EQ(overdue_events(), before + 1);
    EXPECT_EQ(told<contracts::DeliveryOverdue>().back().order_id, order);
    EXPECT_EQ(told<contracts::DeliveryOverdue>().back().seller_id, "seller");
  }
}

// Of the gateway, that delivery was not asked for: its event does not say whose the order is.
TEST_F(DueTest, WhatIsDueAfterARefundThatOvertookTheSaleIsItsBuyers) {
  ticket_ = tickets_.list();
  const std::string order = platform_.next_id();
  tickets_.set(ticket_, "sold", order);
  payments_.refund(order, "of a part", false, false);
  for (int i = 0; i < 2; ++i) payments_.capture(order, ticket_);
  sweep_after(hours{25});
  ASSERT_EQ(overdue_events(), 1U);
  EXPECT_EQ(told<contracts::DeliveryOverdue>()[0].user_id, "buyer");
  EXPECT_EQ(told<contracts::DeliveryOverdue>()[0].ticket_id, ticket_);
}

TEST_F(DueTest, ARefundOfAllThatOvertakesTheSaleLeavesNothing) {
  for (const bool relist : {false, true}) {
    ticket_ = tickets_.list();
    const std::string order = platform_.next_id();
    tickets_.set(ticket_, "sold", order);
    payments_.ask_for_refund(order);
    payments_.refund(order, "refund", true, relist);
    for (int i = 0; i < 2; ++i) payments_.capture(order, ticket_);
    sweep_after(hours{48});
    EXPECT_EQ(overdue_events(), 0U);
  }
}

TEST_F(DueTest, ARefundThatOvertakesTheSaleOfATicketWithACodeLeavesNothing) {
  ticket_ = tickets_.list();
  ASSERT_TRUE(put_code(ticket_, "code 1"));
  const std::string order = platform_.next_id();
  payments_.ask_for_refund(order, "of a part");
  tickets_.set(ticket_, "sold", order);
  payments_.capture(order, ticket_);
  sweep_after(hours{48});
  EXPECT_EQ(overdue_events(), 0U);
}

TEST_F(DueTest, MoneyThatGoesBackAfterwardsIsNoNews) {
  const std::string order = buy_nothing();
  sweep_after(hours{25});
  payments_.refund(order, "refund", true, false);
  EXPECT_EQ(count("assignments WHERE state = 'released' AND is_given_up = 1"), 1);
  EXPECT_EQ(overdue_events(), 1U);
}

TEST_F(DueTest, LosesToASellerWhoIsFaster) {
  const std::string order = buy_nothing();
  ASSERT_TRUE(put_code(tickets_.list("other"), "code 1", "other"));
  platform_.pass(std::chrono::seconds{1});  // what is to be published has been
  platform_.skip(hours{25});
  lose_race_to(take_upload(ticket_));
  run(assignments_.note_overdue());
  EXPECT_EQ(overdue_events(), 0U);
  EXPECT_EQ(state(order)->state, TicketState::ready);
}

Task<> nothing_else() { co_return; }

TEST_F(DueTest, ASellerLosesToTheSweep) {
  const std::string order = buy_nothing();
  platform_.pass(std::chrono::seconds{1});  // what is to be published has been
  platform_.skip(hours{25});
  platform_.database().before_next_commit([] { return nothing_else(); });  // of the upload's rows
  platform_.database().before_next_commit([this] { return assignments_.note_overdue(); });
  EXPECT_EQ(refusal_of(put_code(ticket_, "code 1")), "ticket_sold");
  EXPECT_EQ(state(order)->state, TicketState::none);
  EXPECT_EQ(overdue_events(), 1U);
  EXPECT_EQ(count("listed_codes"), 0);
}

// Of two replicas.
TEST_F(DueTest, TwoSweepsAtATimeTellOfItOnce) {
  buy_nothing();
  platform_.pass(std::chrono::seconds{1});  // what is to be published has been
  platform_.skip(hours{25});
  platform_.database().before_next_commit([this] { return assignments_.note_overdue(); });
  run(assignments_.note_overdue());
  EXPECT_EQ(overdue_events(), 1U);
  EXPECT_EQ(count("assignments WHERE state = 'overdue' AND version = 1"), 1);
}

TEST_F(DueTest, IsSoonerWhereTheShowIsSoon) {
  const Timestamp begun = platform_.now();
  const auto due_in = [&](const std::string& order) {
    return state(order)->due_at.value() - begun;
  };
  EXPECT_LT(due_in(buy_seat(begun + hours{40})), hours{4} + minutes{1});
  EXPECT_GE(due_in(buy_seat(begun + hours{2})), hours{1}) << "a seller has an hour at least";
  EXPECT_GE(due_in(buy_seat(begun + hours{2}, "postponed")), hours{24});
  EXPECT_GE(due_in(buy_seat(begun + hours{100})), hours{24});
}

TEST_F(DueTest, AFileWithoutACodeIsRejected) {
  const std::string ticket = tickets_.list();
  const auto answer = put_file(ticket, "\n");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->state, UploadState::rejected);
  EXPECT_EQ(answer->reason, "no_code_found");
  EXPECT_EQ(count("uploads"), 0);
}

// A service that is new learns what is due and what was missed.
TEST_F(DueTest, IsPublishedOnceMore) {
  const std::string order = buy_nothing();
  republish();
  const auto due = told<contracts::DeliveryDue>();
  ASSERT_EQ(due.size(), 2U);
  EXPECT_EQ(due[1].seller_id, "seller");
  EXPECT_EQ(due[1].due_at, due[0].due_at);
  sweep_after(hours{25});
  republish();
  const auto missed = told<contracts::DeliveryOverdue>();
  ASSERT_EQ(missed.size(), 2U);
  EXPECT_EQ(missed[1].overdue_at, missed[0].overdue_at);
  payments_.ask_for_refund(order);
  payments_.refund(order, "refund", true, false);
  const std::size_t answers = released().size();
  republish();
  EXPECT_EQ(told<contracts::DeliveryOverdue>().size(), 3U) << "payments may have lost its refund";
  EXPECT_EQ(told<contracts::DeliveryOverdue>()[2].overdue_at, missed[0].overdue_at);
  EXPECT_EQ(released().size(), answers + 1);
}

class OptionalProofTest : public AssignmentsTest {};

TEST_F(OptionalProofTest, NothingIsDue) {
  const std::string order = buy("");
  EXPECT_EQ(state(order)->state, TicketState::none);
  EXPECT_FALSE(state(order)->due_at);
  EXPECT_EQ(refusal_of(put_code(ticket_, "code 1")), "ticket_sold");
  platform_.skip(hours{48});
  run(assignments_.note_overdue());
  EXPECT_TRUE(events("delivery.overdue").empty());
}

// Where proof is optional: due is what its seller had promised when the order was made.
class PromisedFileTest : public DueTest {
 protected:
  PromisedFileTest() : DueTest(false) { payments_.file_promised = true; }
};

TEST_F(PromisedFileTest, IsDueForADayAndPaidBackOnceWhenItIsMissed) {
  const Timestamp sold_at = platform_.now();
  const std::string order = buy_nothing();
  const Timestamp due_at = expect_due_for_a_day(order, sold_at);
  ASSERT_EQ(told<contracts::DeliveryDue>().size(), 1U);
  EXPECT_EQ(told<contracts::DeliveryDue>()[0].due_at, due_at);
  EXPECT_EQ(refusal_of(run(assignments_.resell(order, "buyer"))), "nothing_to_reveal");
  for (int i = 0; i < 3; ++i) sweep_after(hours{25});
  EXPECT_EQ(overdue_events(), 1U);
  EXPECT_EQ(refusal_of(reveal(order)), "order_refunded");
  republish();
  EXPECT_EQ(overdue_events(), 2U);
}

TEST_F(PromisedFileTest, IsDueSoonerWhereTheShowIsSoon) {
  const Timestamp begun = platform_.now();
  EXPECT_LT(state(buy_seat(begun + hours{40}))->due_at.value(), begun + hours{4} + minutes{1});
}

TEST_F(PromisedFileTest, IsGivenByACodeOrAFileEvenWithoutACode) {
  const std::string coded = buy_nothing();
  ASSERT_TRUE(put_code(ticket_, "code 1"));
  EXPECT_EQ(state(coded)->state, TicketState::ready);
  const std::string drawn = buy_nothing();
  EXPECT_EQ(put_file(ticket_, "\n")->state, UploadState::ready);
  EXPECT_EQ(state(drawn)->state, TicketState::ready);
  EXPECT_FALSE(state(drawn)->due_at);
  sweep_after(hours{48});
  EXPECT_EQ(overdue_events(), 0U);
  EXPECT_TRUE(reveal(coded));
  EXPECT_TRUE(reveal(drawn));
}

TEST_F(PromisedFileTest, IsNotDueWhereItWasGivenBefore) {
  const std::string order = buy();
  EXPECT_EQ(state(order)->state, TicketState::ready);
  EXPECT_TRUE(told<contracts::DeliveryDue>().empty());
}

// The order says it, so it does not matter what the copy of the ticket has by then.
TEST_F(PromisedFileTest, WaitsForALateCopyOfItsTicket) {
  const auto payment = captured(platform_.next_id(), platform_.next_id());
  EXPECT_EQ(run(assignments_.assign(payment, platform_.now())), bus::Verdict::retry_later);
  EXPECT_EQ(count("assignments"), 0);
}

TEST_F(PromisedFileTest, IsStillPaidBackAfterARefundThatOvertookTheSale) {
  ticket_ = tickets_.list();
  const std::string order = platform_.next_id();
  tickets_.set(ticket_, "sold", order);
  payments_.ask_for_refund(order, "of a part");
  payments_.capture(order, ticket_);
  sweep_after(hours{25});
  EXPECT_EQ(overdue_events(), 1U);
}

TEST_F(PromisedFileTest, IsNotDueForAnOrderThatWasMadeWithoutThePromise) {
  payments_.file_promised = false;
  const std::string order = buy_nothing();
  EXPECT_EQ(state(order)->state, TicketState::none);
  sweep_after(hours{48});
  EXPECT_EQ(overdue_events(), 0U);
}

}  // namespace
}  // namespace ticketing::delivery::assignments
