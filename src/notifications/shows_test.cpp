// Mails to those who have tickets of a show that has changed.
#include "notifications/test_sales.hpp"

namespace ticketing::notifications {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

// Services' events come in any order.
TEST_F(SaleMails, TellABuyerOfAShowThatWasCancelledBeforeTheSaleIsKnown) {
  for (const int last : {0, 1, 2}) {
    const std::string id = "order " + std::to_string(last);
    for (const char* user_id : {"ada", "grace"}) hear(user(user_id));
    contracts::TicketCreated seat = ticket("seat of " + id);
    seat.show_id = "show of " + id;
    contracts::PaymentCaptured paid = payment(id);
    paid.ticket_id = seat.id;
    const auto hear_of = [&](int which) {
      if (which == 0) hear(seat, "tickets");
      if (which == 1) hear(order(id, "grace", seat.id), "orders");
      if (which == 2) hear(paid, "payments");
    };
    hear(show<contracts::ShowCreated>(0, "scheduled", *seat.show_id), "shows");
    for (const int which : {0, 1, 2}) {
      if (which != last) hear_of(which);
    }
    sent();
    hear(show(1, "cancelled", *seat.show_id), "shows");
    EXPECT_THAT(sent(), IsEmpty()) << last;
    hear_of(last);
    EXPECT_THAT(sent(),
                testing::Contains("grace@example.com: A show of yours is cancelled: Carmen & Co"))
        << last;
    platform_.skip(std::chrono::hours{1});
    hear_of(last);
    hear(paid, "payments");
    EXPECT_THAT(sent(), testing::Each(testing::Not(HasSubstr("cancelled")))) << last;
  }
}

class ShowMails : public SaleMails {
 protected:
  ShowMails() {
    know_all();
    hear(payment(), "payments");
    sent();
  }
  Task<> follow(const ShowCopy& after, const bus::Event& event) {
    co_await operations_.follow_show(after, event);
  }
  // Another ticket of the show, which is paid.
  void buy(const std::string& id, const std::string& buyer, const std::string& show_id = "opera") {
    contracts::TicketCreated seat = ticket("ticket of " + id);
    seat.show_id = show_id;
    hear(seat, "tickets");
    hear(order(id, buyer, "ticket of " + id), "orders");
    hear(payment(id, buyer), "payments");
    sent();
  }
};

TEST_F(ShowMails, TellEachHolderOnceWhatHasChanged) {
  buy("second", "grace");
  buy("third", "linus");
  hear(ticket("unsold"), "tickets");
  hear(order("unpaid", "ada", "unsold"), "orders");
  hear(show(1, "postponed"), "shows");
  EXPECT_THAT(sent(),
              UnorderedElementsAre("grace@example.com: A show of yours is postponed: Carmen & Co",
                                   "linus@example.com: A show of yours is postponed: Carmen & Co"));
  EXPECT_THAT(last_[0].text, HasSubstr("“Carmen & Co” at Hall, Graz"));
  EXPECT_THAT(last_[0].text, HasSubstr("https://shop.example/shows/opera\n"));
  hear(show(2), "shows");
  EXPECT_THAT(sent(), UnorderedElementsAre(
                          "grace@example.com: A show of yours has a new time: Carmen & Co",
                          "linus@example.com: A show of yours has a new time: Carmen & Co"));
  hear(show(3, "cancelled"), "shows");
  EXPECT_EQ(sent().size(), 2U);
  EXPECT_EQ(last_[0].subject, "A show of yours is cancelled: Carmen & Co");
}

TEST_F(ShowMails, TellNothingWhenNothingChangesForHolders) {
  contracts::ShowUpdated renamed = show(1);
  renamed.name = "Carmen";
  hear(renamed, "shows");
  hear_copy(show(2, "cancelled"), "shows");
  hear(show(2, "postponed"), "shows");  // the copy has this version
  hear(show(1, "postponed"), "shows");  // late
  EXPECT_THAT(sent(), IsEmpty());
}

TEST_F(ShowMails, AreNotForWhoGotTheMoneyBack) {
  buy("second", "linus");
  hear(refund(true), "payments");
  sent();
  hear(show(1, "cancelled"), "shows");
  EXPECT_THAT(sent(), ElementsAre("linus@example.com: A show of yours is cancelled: Carmen & Co"));
}

// The tickets of a show that was merged say its own id.
TEST_F(ShowMails, TellHoldersOfAShowThatAnotherStandsFor) {
  hear(show<contracts::ShowCreated>(0, "scheduled", "other"), "shows");
  contracts::ShowUpdated merged = show(1);
  merged.merged_into = "other";
  hear(merged, "shows");
  EXPECT_THAT(sent(), IsEmpty());
  hear(show(1, "cancelled", "other"), "shows");
  ASSERT_THAT(sent(), ElementsAre("grace@example.com: A show of yours is cancelled: Carmen & Co"));
  EXPECT_THAT(last_[0].text, HasSubstr("https://shop.example/shows/other\n"));
}

TEST_F(ShowMails, TellHoldersOfAShowThatIsMergedIntoOneThatDiffers) {
  for (const char* plan : {"cancelled", "postponed", "scheduled"}) {
    const std::string id = std::string("the ") + plan;
    const std::string double_id = "double of " + id;
    for (const std::string& show_id : {double_id, id})
      hear(show<contracts::ShowCreated>(0, "scheduled", show_id), "shows");
    buy("order of " + id, "grace", double_id);
    contracts::ShowUpdated changed = show(1, plan, id);
    changed.starts_at += std::chrono::hours{1};
    hear(changed, "shows");
    platform_.skip(std::chrono::hours{100});
    sent();
    contracts::ShowUpdated merged = show(1, "scheduled", double_id);
    merged.merged_into = id;
    for (int i = 0; i < 2; ++i) hear(merged, "shows");
    ASSERT_EQ(sent().size(), 1U) << plan;
    EXPECT_EQ(last_[0].to, "grace@example.com");
    EXPECT_THAT(last_[0].subject,
                HasSubstr(std::string(plan) == "scheduled" ? "a new time" : plan));
    EXPECT_THAT(last_[0].text, HasSubstr("https://shop.example/shows/" + id + "\n"));
  }
}

TEST_F(ShowMails, TellOnceOfTwoShowsThatAreCancelledAndThenMerged) {
  hear(show<contracts::ShowCreated>(0, "scheduled", "other"), "shows");
  hear(show(1, "cancelled"), "shows");
  EXPECT_EQ(sent().size(), 1U);
  hear(show(1, "cancelled", "other"), "shows");
  contracts::ShowUpdated merged = show(2, "cancelled");
  merged.merged_into = "other";
  hear(merged, "shows");
  EXPECT_THAT(sent(), IsEmpty());
}

TEST_F(ShowMails, WaitForTheShowThatStandsForAnother) {
  const bus::Event event = platform_.event_from("shows", show(1));
  const ShowCopy merged{.id = "opera",
                        .version = 1,
                        .name = "Carmen & Co",
                        .starts_at = first_ + std::chrono::hours{48},
                        .merged_into = "other"};
  EXPECT_EQ(run(operations_.follow_show(merged, event)), bus::Verdict::retry_later);
  hear(show<contracts::ShowCreated>(0, "cancelled", "other"), "shows");
  EXPECT_EQ(run(operations_.follow_show(merged, event)), bus::Verdict::done);
  EXPECT_THAT(sent(), ElementsAre("grace@example.com: A show of yours is cancelled: Carmen & Co"));
}

TEST_F(ShowMails, TellOfAChangeThatComesBeforeTheShow) {
  buy("early", "linus", "new");
  const bus::Event event = platform_.event_from("shows", show(1, "cancelled", "new"));
  const ShowCopy cancelled{.id = "new",
                           .version = 1,
                           .name = "Carmen & Co",
                           .venue = "Hall",
                           .city = "Graz",
                           .status = contracts::ShowPlan::cancelled,
                           .starts_at = first_ + std::chrono::hours{48}};
  EXPECT_EQ(run(operations_.follow_show(cancelled, event)), bus::Verdict::retry_later);
  hear(show<contracts::ShowCreated>(0, "scheduled", "new"), "shows");
  EXPECT_EQ(run(operations_.follow_show(cancelled, event)), bus::Verdict::done);
  EXPECT_THAT(sent(), ElementsAre("linus@example.com: A show of yours is cancelled: Carmen & Co"));
}

TEST_F(ShowMails, DoNotWaitForAShowThatNeverComes) {
  const bus::Event event = platform_.event_from("shows", show(1));
  platform_.skip(std::chrono::minutes{5});
  const ShowCopy merged{.id = "opera", .version = 1, .merged_into = "other"};
  EXPECT_EQ(run(operations_.follow_show(merged, event)), bus::Verdict::done);
}

TEST_F(ShowMails, AreNotForWhoOrderedAfterTheChange) {
  contracts::ShowUpdated moved = show(1);
  moved.starts_at += std::chrono::hours{24};
  hear(moved, "shows");
  EXPECT_EQ(sent().size(), 1U);
  hear(ticket("late"), "tickets");
  hear(order("late order", "linus", "late"), "orders");
  contracts::PaymentCaptured paid = payment("late order", "linus");
  paid.ticket_id = "late";
  hear(paid, "payments");
  EXPECT_THAT(sent(), testing::Each(testing::Not(HasSubstr("A show of yours"))));
}

// Another delivery of the same event is faster.
TEST_F(ShowMails, ComeOnceWhenTwoProcessesHearOfTheSameChange) {
  const bus::Event event = platform_.event_from("shows", show(1, "postponed"));
  const ShowCopy after{.id = "opera",
                       .version = 1,
                       .name = "Carmen & Co",
                       .venue = "Hall",
                       .city = "Graz",
                       .status = contracts::ShowPlan::postponed,
                       .starts_at = first_ + std::chrono::hours{48}};
  platform_.database().before_next_commit([&] { return follow(after, event); });
  run(operations_.follow_show(after, event));
  EXPECT_THAT(sent(), ElementsAre("grace@example.com: A show of yours is postponed: Carmen & Co"));
}

}  // namespace
}  // namespace ticketing::notifications
