#include "delivery/assignments/assignment.hpp"

#include <gtest/gtest.h>

namespace ticketing::delivery::assignments {
namespace {

const Timestamp now = from_millis(1'800'000'000'000);

const RefundMade of_a_part{.id = "refund"};
const RefundMade in_full{.id = "refund", .is_full = true, .ends_sale = true};

OrderedTicket ordered(AssignmentState state = AssignmentState::assigned) {
  return {.assignment = {.id = "order", .ticket_id = "ticket", .user_id = "buyer", .state = state},
          .ticket = TicketCopy{.id = "ticket", .user_id = "seller"},
          .upload = Upload{.id = "upload", .ticket_id = "ticket"}};
}

std::string refusal(const Result<void>& allowed) {
  return allowed ? "" : std::string(allowed.error().slug.name());
}

TEST(Assignment, IsShownToItsBuyerAlone) {
  EXPECT_EQ(refusal(check_reveal(ordered(), "buyer")), "");
  for (const char* user : {"seller", "stranger", ""}) {
    EXPECT_EQ(refusal(check_reveal(ordered(), user)), "not_your_order") << user;
    EXPECT_EQ(refusal(check_file(ordered(AssignmentState::revealed), user)), "not_your_order");
  }
}

TEST(Assignment, HasAStateForItsBuyerAndItsSeller) {
  EXPECT_EQ(refusal(check_state(ordered(), "buyer")), "");
  EXPECT_EQ(refusal(check_state(ordered(), "seller")), "");
  EXPECT_EQ(refusal(check_state(ordered(), "stranger")), "not_your_order");
  OrderedTicket without_copy = ordered();
  without_copy.ticket.reset();
  EXPECT_EQ(refusal(check_state(without_copy, "seller")), "not_your_order");
}

TEST(Assignment, IsRevealedOnceAndNotAfterARelease) {
  const Assignment shown = reveal(ordered().assignment, "upload", now);
  EXPECT_EQ(shown.state, AssignmentState::revealed);
  EXPECT_EQ(shown.upload_id, "upload");
  EXPECT_EQ(shown.revealed_at, now);
  EXPECT_EQ(shown.version, 1);
  EXPECT_EQ(refusal(check_reveal(ordered(AssignmentState::revealed), "buyer")), "");
  EXPECT_EQ(refusal(check_reveal(ordered(AssignmentState::released), "buyer")), "order_refunded");
  EXPECT_EQ(refusal(check_file(ordered(AssignmentState::released), "buyer")), "order_refunded");
  EXPECT_EQ(refusal(check_file(ordered(), "buyer")), "ticket_not_revealed");
}

TEST(Assignment, IsReleasedUnlessItWasRevealed) {
  const Assignment released = release(ordered().assignment, "refund", now);
  EXPECT_EQ(released.state, AssignmentState::released);
  EXPECT_EQ(released.released_at, now);
  const Assignment again = release(released, "another", now + Milliseconds{1});
  EXPECT_EQ(again.refund_id, "another");
  EXPECT_EQ(again.released_at, now);
  EXPECT_EQ(again.version, 2);
  const Assignment shown = release(ordered(AssignmentState::revealed).assignment, "refund", now);
  EXPECT_EQ(shown.state, AssignmentState::revealed);
  EXPECT_FALSE(shown.released_at);
}

TEST(Assignment, IsReadyWhileThereIsSomethingThatNoOtherBuyerWasShown) {
  EXPECT_EQ(state_of(ordered()).state, TicketState::ready);
  EXPECT_EQ(state_of(ordered(AssignmentState::released)).state, TicketState::none);
  OrderedTicket shown = ordered(AssignmentState::revealed);
  shown.assignment.revealed_at = now;
  EXPECT_EQ(state_of(shown).state, TicketState::revealed);
  EXPECT_EQ(state_of(shown).revealed_at, now);
  OrderedTicket empty = ordered(), of_another = ordered();
  empty.upload.reset();
  of_another.shown_to_others = 1;
  for (const OrderedTicket& nothing : {empty, of_another}) {
    EXPECT_EQ(state_of(nothing).state, TicketState::none);
    EXPECT_EQ(refusal(check_reveal(nothing, "buyer")), "nothing_to_reveal");
  }
}

TEST(Assignment, IsDueADayAfterTheSaleOr36HoursBeforeTheShowAndNeverInLessThanAnHour) {
  using std::chrono::hours;
  const auto deadline = [](hours to_show, contracts::ShowPlan plan) {
    return deadline_of(now, now,
                       ShowCopy{.id = "show", .status = plan, .starts_at = now + to_show}) -
           now;
  };
  EXPECT_EQ(deadline_of(now, now, std::nullopt) - now, hours{24});
  EXPECT_EQ(deadline_of(now, now, ShowCopy{.id = "show"}) - now, hours{24});
  EXPECT_EQ(deadline_of(now, now + hours{20}, std::nullopt) - now, hours{24});
  EXPECT_EQ(deadline_of(now, now + hours{50}, std::nullopt) - now, hours{51});
  EXPECT_EQ(deadline(hours{61}, contracts::ShowPlan::scheduled), hours{24});
  EXPECT_EQ(deadline(hours{46}, contracts::ShowPlan::scheduled), hours{10});
  EXPECT_EQ(deadline(hours{36}, contracts::ShowPlan::scheduled), hours{1});
  EXPECT_EQ(deadline(hours{2}, contracts::ShowPlan::cancelled), hours{1});
  EXPECT_EQ(deadline(hours{2}, contracts::ShowPlan::postponed), hours{24});
}

TEST(Assignment, IsOverdueOnceItsTimeIsOverAndNothingIsThere) {
  OrderedTicket due = ordered();
  due.upload.reset();
  EXPECT_FALSE(is_overdue(due, now)) << "nothing was promised";
  due.assignment.due_at = now;
  EXPECT_EQ(state_of(due).state, TicketState::due);
  EXPECT_FALSE(is_overdue(due, now - Milliseconds{1}));
  EXPECT_TRUE(is_overdue(due, now));
  OrderedTicket given = due;
  given.upload = ordered().upload;
  EXPECT_FALSE(is_overdue(given, now));
  EXPECT_EQ(state_of(given).state, TicketState::ready);
  const Assignment missed = miss(due.assignment, now);
  EXPECT_EQ(missed.state, AssignmentState::overdue);
  EXPECT_EQ(missed.version, 1);
  const Assignment paid_back = release(missed, "refund", now);
  EXPECT_EQ(paid_back.state, AssignmentState::released);
  EXPECT_EQ(paid_back.released_at, now);
  EXPECT_TRUE(note_refund(missed, in_full, now)->is_given_up);
}

TEST(Assignment, StaysDueUntilAllOfThePriceIsBack) {
  OrderedTicket due = ordered();
  due.upload.reset();
  due.assignment.due_at = now;
  for (const auto& after : {release(due.assignment, "refund", now),
                            note_refund(due.assignment, of_a_part, now).value()}) {
    EXPECT_EQ(after.state, AssignmentState::released);
    due.assignment = after;
    EXPECT_EQ(state_of(due).state, TicketState::none) << "its seller cannot give it any more";
    EXPECT_TRUE(is_overdue(due, now));
    EXPECT_FALSE(note_refund(after, of_a_part, now)) << "known";
  }
  OrderedTicket missed = due;
  missed.assignment = release(miss(due.assignment, now), "refund", now);
  EXPECT_FALSE(is_overdue(missed, now)) << "once";
  const RefundMade relisted{.id = "refund", .is_full = true};
  for (const auto& refund : {in_full, relisted}) {
    OrderedTicket paid_back = due;
    paid_back.assignment = note_refund(due.assignment, refund, now).value();
    EXPECT_FALSE(is_overdue(paid_back, now));
    EXPECT_FALSE(note_refund(paid_back.assignment, refund, now)) << "known";
  }
}

TEST(Assignment, IsNotShownAndNotListedAgainOnceItsUploadIsErased) {
  for (const auto state : {AssignmentState::assigned, AssignmentState::revealed}) {
    OrderedTicket erased = ordered(state);
    erased.upload->erased_at = now;
    EXPECT_EQ(refusal(check_reveal(erased, "buyer")), "ticket_erased");
    EXPECT_EQ(refusal(check_file(erased, "buyer")), "ticket_erased");
    EXPECT_EQ(state_of(erased).erased_at, now);
    EXPECT_EQ(refusal(check_reveal(erased, "seller")), "not_your_order");
  }
  OrderedTicket erased = ordered();
  EXPECT_EQ(refusal(check_resale(erased, "buyer")), "");
  erased.upload->erased_at = now;
  EXPECT_EQ(state_of(erased).state, TicketState::none);
  EXPECT_EQ(refusal(check_resale(erased, "buyer")), "ticket_erased");
  erased.assignment.state = AssignmentState::released;
  EXPECT_EQ(refusal(check_reveal(erased, "buyer")), "order_refunded");
  EXPECT_FALSE(state_of(erased).erased_at);
}

}  // namespace
}  // namespace ticketing::delivery::assignments
