// Mails about tickets and money, whose addresses and names come from copies.
#include "notifications/store.hpp"
#include "notifications/test_sales.hpp"

namespace ticketing::notifications {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

const std::string to_seller = "ada@example.com: Your ticket is sold: Row <7>";
const std::string to_buyer = "grace@example.com: You have bought a ticket: Row <7>";

TEST_F(SaleMails, TellSellerAndBuyerOfASaleOnce) {
  know_all();
  const bus::Event event = platform_.event_from("payments", payment());
  for (int i = 0; i < 2; ++i) run(operations_.follow_payment(payment(), event));
  ASSERT_THAT(sent(), UnorderedElementsAre(to_seller, to_buyer));
  for (const mail::Message& mail : last_) {
    EXPECT_THAT(mail.text, HasSubstr("$20.50"));
    EXPECT_THAT(mail.text, HasSubstr("“Row <7>” for “Carmen & Co” at Hall, Graz"));
    EXPECT_THAT(mail.html, HasSubstr("“Row &lt;7&gt;” for “Carmen &amp; Co” at Hall, Graz"));
    EXPECT_THAT(mail.text,
                HasSubstr(mail.to == "grace@example.com" ? "https://shop.example/orders/order\n"
                                                         : "https://shop.example/sell\n"));
  }
  EXPECT_THAT(sent(), IsEmpty());
}

// Services' events come in any order.
TEST_F(SaleMails, WaitForTheEventsThatSayWhoAndWhat) {
  hear(payment(), "payments");
  hear(user("grace"));
  EXPECT_THAT(sent(), IsEmpty());
  hear(order(), "orders");
  hear(ticket(), "tickets");
  platform_.skip(std::chrono::minutes{1});
  EXPECT_THAT(sent(), ElementsAre(to_buyer)) << "the seller's address is not known";
  hear(user("ada"));
  platform_.skip(std::chrono::minutes{5});
  EXPECT_THAT(sent(), ElementsAre(to_seller));
  EXPECT_THAT(states(), ElementsAre("sent", "sent"));
}

TEST_F(SaleMails, AreGivenUpWhenNoEventSaysWhoForThreeDays) {
  hear(payment(), "payments");
  for (int i = 0; i < 80; ++i) {
    send();
    platform_.skip(std::chrono::hours{1});
  }
  EXPECT_THAT(states(), ElementsAre("given_up", "given_up"));
  EXPECT_EQ(sender_.asked, 0);
}

TEST_F(SaleMails, TellNothingOfWhatIsPublishedOnceMore) {
  know_all();
  hear_copy(payment(), "payments");
  hear_copy(refund(true), "payments");
  EXPECT_THAT(sent(), IsEmpty());
  EXPECT_THAT(states(), IsEmpty());
}

// A listener that is new gets all events that the stream has: of a week.
TEST_F(SaleMails, TellNothingOfWhatIsLongPast) {
  know_all();
  for (const auto& [age, mails] :
       {std::pair{std::chrono::hours{72}, 0}, {std::chrono::hours{71}, 2}}) {
    bus::Event event = platform_.event_from("payments", payment());
    event.time -= age;
    run(operations_.follow_payment(payment(), event));
    EXPECT_EQ(sent().size(), mails) << age;
  }
}

TEST_F(SaleMails, AreNotSentOfASaleWhoseMoneyGoesBack) {
  know_all();
  contracts::PaymentCaptured captured = payment();
  captured.ticket_id.reset();
  captured.user_id.reset();
  hear(captured, "payments");
  EXPECT_THAT(sent(), IsEmpty());
}

TEST_F(SaleMails, TellTheBuyerOfMoneyThatGoesBack) {
  know_all();
  hear(refund(false), "payments");
  ASSERT_THAT(sent(), ElementsAre("grace@example.com: You get money back: Row <7>"));
  EXPECT_THAT(last_[0].text, HasSubstr("$5.00 of what you have paid for “Row <7>”"));
  EXPECT_THAT(last_[0].text, HasSubstr("https://shop.example/orders/order\n"));
}

TEST_F(SaleMails, TellTheSellerWhatIsDueAndThatItWasNotGiven) {
  know_all();
  contracts::DeliveryDue due{.order_id = "order",
                             .ticket_id = "ticket",
                             .user_id = "grace",
                             .seller_id = "ada",
                             .due_at = Timestamp{std::chrono::seconds{1'827'334'800}}};
  hear(due, "delivery");
  ASSERT_THAT(sent(), ElementsAre("ada@example.com: Give your buyer the ticket: Row <7>"));
  EXPECT_THAT(last_[0].text, HasSubstr("27 November 2027 at 17:00 UTC"));
  EXPECT_THAT(last_[0].text, HasSubstr("https://shop.example/tickets/ticket\n"));
  hear(contracts::DeliveryOverdue{.order_id = "order",
                                  .ticket_id = "ticket",
                                  .user_id = "grace",
                                  .seller_id = "ada",
                                  .overdue_at = due.due_at},
       "delivery");
  ASSERT_THAT(sent(), ElementsAre("ada@example.com: Your sale has ended: Row <7>"));
  EXPECT_THAT(last_[0].text, HasSubstr("https://shop.example/sell\n"));
}

TEST_F(SaleMails, TellNoSellerOfATimeThatIsOver) {
  know_all();
  hear(contracts::DeliveryDue{.order_id = "order",
                              .ticket_id = "ticket",
                              .user_id = "grace",
                              .seller_id = "ada",
                              .due_at = platform_.now() + std::chrono::hours{1}},
       "delivery");
  platform_.skip(std::chrono::hours{1});
  EXPECT_THAT(sent(), IsEmpty());
  EXPECT_THAT(states(), ElementsAre("late"));
}

TEST_F(SaleMails, AskNoSellerForWhatWasGivenMeanwhile) {
  know_all();
  hear(payment(), "payments");
  sent();
  hear(contracts::DeliveryDue{.order_id = "order",
                              .ticket_id = "ticket",
                              .user_id = "grace",
                              .seller_id = "ada",
                              .due_at = platform_.now() + std::chrono::hours{24}},
       "delivery");
  hear(contracts::DeliveryReady{.ticket_id = "ticket"}, "delivery");
  EXPECT_THAT(sent(), ElementsAre("grace@example.com: Your ticket is here: Row <7>"));
}

TEST_F(SaleMails, WaitForThoseAboutAccounts) {
  know_all();
  hear(payment(), "payments");
  hear(contracts::DeviceAdded{.user_id = "linus",
                              .email = "linus@example.com",
                              .device = "Firefox on Linux",
                              .added_at = platform_.now()},
       "auth");
  const auto lines = sent();
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_THAT(lines[0], HasSubstr("linus@example.com: A new device"));
}

TEST_F(SaleMails, TellABuyerWhoWaitedThatTheTicketIsThere) {
  know_all();
  const contracts::DeliveryReady ready{.ticket_id = "ticket"};
  hear(ready, "delivery");  // before the sale
  hear(payment(), "payments");
  sent();
  hear(contracts::DeliveryDue{.order_id = "order",
                              .ticket_id = "ticket",
                              .user_id = "grace",
                              .seller_id = "ada",
                              .due_at = platform_.now() + std::chrono::hours{24}},
       "delivery");
  sent();
  hear_copy(ready, "delivery");
  EXPECT_THAT(sent(), IsEmpty());
  hear(ready, "delivery");
  ASSERT_THAT(sent(), ElementsAre("grace@example.com: Your ticket is here: Row <7>"));
  EXPECT_THAT(last_[0].text, HasSubstr("https://shop.example/orders/order\n"));
  hear(ready, "delivery");  // another file in its place
  EXPECT_THAT(sent(), IsEmpty());
}

TEST_F(SaleMails, TellABuyerWhoGotTheMoneyBackOfNoTicket) {
  know_all();
  hear(payment(), "payments");
  hear(contracts::DeliveryDue{.order_id = "order",
                              .ticket_id = "ticket",
                              .user_id = "grace",
                              .seller_id = "ada",
                              .due_at = platform_.now() + std::chrono::hours{24}},
       "delivery");
  hear(refund(true), "payments");
  sent();
  hear(contracts::DeliveryReady{.ticket_id = "ticket"}, "delivery");
  EXPECT_THAT(sent(), IsEmpty());
}

TEST_F(SaleMails, NameATicketAsItWasWhenItWasSold) {
  know_all();
  contracts::TicketUpdated edited{.id = "ticket",
                                  .version = 1,
                                  .title = "Row 8",
                                  .price = {2'050},
                                  .user_id = "ada",
                                  .status = "available"};
  hear(edited, "tickets");
  edited.version = 3;
  edited.status = "sold";
  edited.order_id = "order";
  hear_copy(edited, "tickets");
  hear(ticket(), "tickets");  // late
  hear(payment(), "payments");
  ASSERT_EQ(sent().size(), 2U);
  EXPECT_THAT(last_[0].text, HasSubstr("“Row 8”"));
  EXPECT_THAT(last_[0].text, testing::Not(HasSubstr("Carmen"))) << "it is of no show any more";
}

TEST_F(SaleMails, GoToTheAddressThatAPersonHasNow) {
  know_all();
  contracts::UserCreated later = user("grace");
  later.version = 2;
  later.email = "hopper@example.com";
  hear_copy(later, "auth");
  hear_copy(user("grace"), "auth");  // late
  hear(payment(), "payments");
  EXPECT_THAT(sent(), UnorderedElementsAre(
                          to_seller, "hopper@example.com: You have bought a ticket: Row <7>"));
}

TEST_F(SaleMails, AreNotSentToAnAddressThatDoesNotExist) {
  know_all();
  sender_.answers = {mail::Outcome::no_mailbox};
  hear(contracts::DeviceAdded{.user_id = "grace",
                              .email = "grace@example.com",
                              .device = std::nullopt,
                              .added_at = platform_.now()});
  sent();
  hear(payment(), "payments");
  EXPECT_THAT(sent(), ElementsAre(to_seller));
  EXPECT_THAT(states(), UnorderedElementsAre("refused", "sent", "suppressed"));
}

TEST_F(SaleMails, TellOfANewDeviceOnce) {
  hear(contracts::DeviceAdded{.user_id = "ada",
                              .email = "ada@example.com",
                              .device = "Firefox on Linux",
                              .added_at = platform_.now()});
  ASSERT_THAT(sent(), ElementsAre("ada@example.com: A new device is signed in to your account"));
  EXPECT_THAT(last_[0].text, HasSubstr("Firefox on Linux"));
  EXPECT_THAT(last_[0].text, HasSubstr("https://shop.example/forgot\n"));
}

TEST_F(SaleMails, TellABuyerWhoWaitedWhenTheTicketOvertakesThatItIsDue) {
  know_all();
  hear(payment(), "payments");
  sent();
  const bus::Event due = platform_.event_from(
      "delivery", contracts::DeliveryDue{.order_id = "order",
                                         .ticket_id = "ticket",
                                         .user_id = "grace",
                                         .seller_id = "ada",
                                         .due_at = platform_.now() + std::chrono::hours{24}});
  platform_.pass(std::chrono::seconds{1});
  hear(contracts::DeliveryReady{.ticket_id = "ticket"}, "delivery");
  EXPECT_THAT(sent(), IsEmpty());
  for (int i = 0; i < 2; ++i) {
    run(platform_.bus().publish(due));
    platform_.pass(std::chrono::seconds{1});
  }
  EXPECT_THAT(sent(), ElementsAre("grace@example.com: Your ticket is here: Row <7>"))
      << "and the seller is not asked for it";
}

// The export has them by their user.
TEST_F(SaleMails, AreOfTheUserWhomTheyWereSentTo) {
  know_all();
  hear(payment(), "payments");
  hear(refund(false), "payments");
  EXPECT_EQ(sent().size(), 3U);
  const auto kept_of = [&](const std::string& user_id) {
    const auto found = run(
        data_.database().query(store::kept_mails({.user_id = user_id, .after = "", .limit = 100})));
    std::vector<Template> kept;
    for (const db::Row& row : found.rows) kept.push_back(row.as<store::KeptMail>().which);
    return kept;
  };
  EXPECT_THAT(kept_of("ada"), ElementsAre(Template::sold));
  EXPECT_THAT(kept_of("grace"), UnorderedElementsAre(Template::paid, Template::refunded));
}

}  // namespace
}  // namespace ticketing::notifications
