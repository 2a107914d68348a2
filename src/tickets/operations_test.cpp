// What sellers do with tickets.
#include "tickets/operations.hpp"

#include <gmock/gmock.h>

#include "common/runtime/change.hpp"
#include "tickets/test_tickets.hpp"

namespace ticketing::tickets {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using CreateTicketTest = TicketsTest;

TEST_F(CreateTicketTest, ListsATicketAndPublishesAnEvent) {
  const auto made = create();
  ASSERT_TRUE(made);
  EXPECT_EQ(show(made->id).status, TicketStatus::available);
  EXPECT_EQ(show(made->id).created_at, platform_.now());
  const auto all = events("ticket.created");
  ASSERT_EQ(all.size(), 1U);
  const auto told = contracts::decode<contracts::TicketCreated>(all.front().payload);
  EXPECT_EQ(told->id, made->id);
  EXPECT_EQ(told->version, 0);
  EXPECT_EQ(told->title, "Row 7");
  EXPECT_EQ(told->price, Money{2'000});
  EXPECT_EQ(told->user_id, "seller");
}

TEST_F(CreateTicketTest, MakesOneTicketOfAKey) {
  const db::IdempotencyKey key{.user_id = "seller", .key = "key", .body_hash = "hash"};
  EXPECT_TRUE(create("Row 7", Money{2'000}, key));
  EXPECT_FALSE(create("Row 7", Money{2'000}, key));
  EXPECT_EQ(run(operations_.list_tickets({}, {.limit = 10})).items.size(), 1U);
  EXPECT_EQ(events("ticket.created").size(), 1U);
}

TEST_F(CreateTicketTest, PublishesOneEventForATicketWhoseAnswerWasLost) {
  platform_.database().fail_next_commit(fixtures::TestDatabase::Failure::answer_lost);
  EXPECT_THROW(create(), OutcomeUnknown);
  EXPECT_EQ(events("ticket.created").size(), 1U);
  platform_.database().fail_next_commit(fixtures::TestDatabase::Failure::unavailable);
  EXPECT_THROW(create(), Unavailable);
  EXPECT_EQ(events("ticket.created").size(), 1U);
}

TEST_F(CreateTicketTest, IsRefusedForAShowThatDoesNotExist) {
  const std::string id = platform_.next_id();
  platform_.skip(std::chrono::minutes{2});
  const auto refused = create_for(id);
  EXPECT_EQ(refusal_of(refused), "show_not_found");
  EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
  EXPECT_EQ(refused.error().retry_after, std::chrono::seconds{0});
  EXPECT_EQ(events("ticket.created").size(), 0U);
}

TEST_F(CreateTicketTest, WaitsForTheCopyOfANewShow) {
  const std::string id = platform_.next_id();
  std::optional<Result<std::optional<Ticket>>> answer;
  asio::co_spawn(
      platform_.get().executor,
      operations_.create_ticket({.details = {.title = "Row 7", .price = Money{2'000}},
                                 .show_id = id,
                                 .user_id = "seller",
                                 .idempotency_key = std::nullopt}),
      [&](std::exception_ptr, Result<std::optional<Ticket>> given) { answer = std::move(given); });
  platform_.pass(Milliseconds{500});
  EXPECT_FALSE(answer);
  shows_.create(id);
  platform_.run_until([&] { return answer.has_value(); });
  ASSERT_TRUE(*answer);
  EXPECT_EQ((**answer)->show_id, id);
}

TEST_F(CreateTicketTest, GivesTheTimeToTryAgainForAShowThatMayBeNew) {
  const Timestamp begun = platform_.now();
  const auto refused = create_for(platform_.next_id());
  EXPECT_EQ(refusal_of(refused), "show_not_found");
  EXPECT_EQ(refused.error().retry_after, std::chrono::seconds{1});
  EXPECT_GE(platform_.now() - begun, std::chrono::seconds{3});
}

TEST_F(CreateTicketTest, IsRefusedForAShowThatHasBegun) {
  const std::string begun = shows_.make(), postponed = shows_.make();
  platform_.skip(std::chrono::hours{18} - Milliseconds{1});
  EXPECT_TRUE(create_for(begun));
  platform_.skip(Milliseconds{1});
  shows_.plan(postponed, "postponed");
  EXPECT_EQ(refusal_of(create_for(begun)), "show_over");
  EXPECT_TRUE(create_for(postponed));
}

TEST_F(CreateTicketTest, IsRefusedForAShowThatWasCancelled) {
  const std::string id = shows_.make();
  shows_.plan(id, "cancelled");
  EXPECT_EQ(refusal_of(create_for(id)), "show_cancelled");
  shows_.plan(id, "scheduled", 2);
  EXPECT_TRUE(create_for(id));
}

TEST_F(CreateTicketTest, IsForTheShowThatStandsForTheOneNamed) {
  const std::string named = shows_.make();
  platform_.skip(std::chrono::hours{12});
  const std::string standing = platform_.next_id();
  shows_.merge(named, standing);
  EXPECT_TRUE(create_for(named)) << "also before the copy of the other has come";
  shows_.create(standing);
  platform_.skip(std::chrono::hours{17});
  EXPECT_TRUE(create_for(named));
  platform_.skip(std::chrono::hours{1});
  EXPECT_EQ(refusal_of(create_for(named)), "show_over");
}

TEST_F(CreateTicketTest, IsRefusedAboveTheCapOfItsShow) {
  const std::string show_id = shows_.make_capped(110);
  EXPECT_TRUE(create_priced(show_id, Money{2'200}, Money{2'000}));
  EXPECT_EQ(refusal_of(create_priced(show_id, Money{2'201}, Money{2'000})), "price_above_cap");
  EXPECT_EQ(refusal_of(create_priced(show_id, Money{2'200}, std::nullopt)), "face_value_missing");
  EXPECT_TRUE(create_priced(shows_.make(), Money{9'000}, Money{2'000})) << "it has no cap";
  EXPECT_TRUE(create("Row 7", Money{9'000})) << "it is for no show";
  EXPECT_EQ(events("ticket.created").size(), 3U);
}

class CreateLotTest : public TicketsTest {
 protected:
  std::vector<Ticket> create_lot(std::int64_t quantity,
                                 std::optional<db::IdempotencyKey> key = std::nullopt) {
    return run(operations_.create_lot({.details = {.title = "Row 7", .price = Money{2'000}},
                                       .user_id = "seller",
                                       .idempotency_key = std::move(key),
                                       .quantity = quantity}))
        .value();
  }
};

TEST_F(CreateLotTest, ListsTicketsThatAreEachSoldForItself) {
  const auto lot = create_lot(3);
  ASSERT_EQ(lot.size(), 3U);
  EXPECT_EQ(events("ticket.created").size(), 3U);
  for (const Ticket& ticket : lot) {
    EXPECT_EQ(show(ticket.id).lot_id, lot[0].lot_id);
    EXPECT_EQ(show(ticket.id).version, 0);
  }
  orders_.make(lot[1].id);
  EXPECT_EQ(show(lot[0].id).status, TicketStatus::available);
  EXPECT_EQ(show(lot[1].id).status, TicketStatus::reserved);
  EXPECT_EQ(show(lot[1].id).lot_id, lot[0].lot_id);
}

TEST_F(CreateLotTest, MakesOneLotOfAKey) {
  const db::IdempotencyKey key{.user_id = "seller", .key = "key", .body_hash = "hash"};
  EXPECT_EQ(create_lot(2, key).size(), 2U);
  EXPECT_EQ(create_lot(2, key).size(), 0U);
  EXPECT_EQ(run(operations_.list_tickets({}, {.limit = 10})).items.size(), 2U);
  EXPECT_EQ(events("ticket.created").size(), 2U);
}

TEST_F(CreateLotTest, PublishesEachTicketOnceWhenItsAnswerWasLost) {
  platform_.database().fail_next_commit(fixtures::TestDatabase::Failure::answer_lost);
  EXPECT_THROW(create_lot(3), OutcomeUnknown);
  EXPECT_EQ(events("ticket.created").size(), 3U);
  platform_.database().fail_next_commit(fixtures::TestDatabase::Failure::unavailable);
  EXPECT_THROW(create_lot(3), Unavailable);
  EXPECT_EQ(run(operations_.list_tickets({}, {.limit = 10})).items.size(), 3U);
}

using UpdateTicketTest = TicketsTest;

TEST_F(UpdateTicketTest, IsRefusedAboveTheCapOfTheShow) {
  const std::string show_id = shows_.make_capped(110), other = shows_.make_capped(200);
  const std::string id = create_priced(show_id, Money{2'000}, Money{2'000}).value()->id;
  const auto edit_to = [&](Money price, std::optional<Money> face_value) {
    TicketDetails details{.title = "Row 7", .price = price};
    details.face_value = face_value;
    return run(operations_.update_ticket({.id = id, .details = details, .user_id = "seller"}));
  };
  EXPECT_TRUE(edit_to(Money{2'200}, Money{2'000}));
  EXPECT_EQ(refusal_of(edit_to(Money{2'201}, Money{2'000})), "price_above_cap");
  EXPECT_EQ(refusal_of(edit_to(Money{2'200}, Money{1'999})), "price_above_cap");
  EXPECT_EQ(refusal_of(edit_to(Money{2'200}, std::nullopt)), "face_value_missing");
  EXPECT_EQ(updates(), 1U);
  shows_.merge(show_id, other);
  EXPECT_TRUE(edit_to(Money{4'000}, Money{2'000})) << "the cap of the show that stands for it";
}

TEST_F(UpdateTicketTest, FollowsACapThatCameAfterTheTicket) {
  const std::string show_id = shows_.make();
  const std::string id = create_for(show_id).value()->id;
  EXPECT_TRUE(update(id));
  shows_.cap(show_id, 110, 0);  // another setting: the version stays
  EXPECT_EQ(refusal_of(update(id)), "face_value_missing");
  shows_.cap(show_id, std::nullopt);
  EXPECT_TRUE(update(id));
}

TEST_F(UpdateTicketTest, ChangesTheTicketAndPublishesAnEvent) {
  const std::string id = make_ticket();
  const auto updated = update(id);
  ASSERT_TRUE(updated);
  EXPECT_EQ(updated->version, 1);
  EXPECT_EQ(show(id).title, "Row 8");
  EXPECT_EQ(show(id).price, Money{3'000});
  const auto told = last_update();
  EXPECT_EQ(told.version, 1);
  EXPECT_EQ(told.title, "Row 8");
  EXPECT_EQ(told.price, Money{3'000});
  EXPECT_EQ(told.order_id, std::nullopt);
  EXPECT_FALSE(told.withdrawal_requested);
}

TEST_F(UpdateTicketTest, TellsWhatIsPromisedOfEachTicket) {
  TicketDetails details{.title = "Row 7", .price = Money{2'000}};
  details.file_promised = std::optional(true);
  const auto lot = run(operations_.create_lot(
      {.details = details, .user_id = "seller", .idempotency_key = std::nullopt, .quantity = 2}));
  ASSERT_TRUE(lot);
  for (const bus::Event& event : events("ticket.created"))
    EXPECT_TRUE(contracts::decode<contracts::TicketCreated>(event.payload)->file_promised);
  const std::string id = lot->front().id;
  ASSERT_TRUE(update(id));
  EXPECT_TRUE(show(id).file_promised);
  EXPECT_TRUE(last_update().file_promised);
  details.file_promised = std::optional(false);
  ASSERT_TRUE(run(operations_.update_ticket({.id = id, .details = details, .user_id = "seller"})));
  EXPECT_FALSE(show(id).file_promised);
  EXPECT_FALSE(last_update().file_promised);
  EXPECT_TRUE(show(lot->back().id).file_promised) << "each for itself";
}

TEST_F(UpdateTicketTest, IsRefusedToOthers) {
  const std::string id = make_ticket();
  EXPECT_EQ(refusal_of(update(id, "another")), "not_your_ticket");
  EXPECT_EQ(refusal_of(update("no such")), "ticket_not_found");
  EXPECT_EQ(updates(), 0U);
}

TEST_F(UpdateTicketTest, IsRefusedWhileAnOrderHasTheTicket) {
  const std::string id = make_ticket(), order_id = orders_.make(id);
  EXPECT_EQ(refusal_of(update(id)), "ticket_reserved");
  orders_.complete(order_id, id);
  EXPECT_EQ(refusal_of(update(id)), "ticket_sold");
  EXPECT_EQ(show(id).title, "Row 7");
}

TEST_F(UpdateTicketTest, IsRefusedWhenTheTicketIsNotAsTheSellerSawIt) {
  const std::string id = make_ticket();
  EXPECT_TRUE(update(id, "seller", 0));
  const auto refused = update(id, "seller", 0);
  EXPECT_EQ(refusal_of(refused), "ticket_changed");
  EXPECT_EQ(refused.error().fields.at(0).code.params().at(0).json, "1");
  EXPECT_TRUE(update(id, "seller", 1));
}

TEST_F(UpdateTicketTest, IsAppliedAfterALostRace) {
  const std::string id = make_ticket();
  lose_race_to(test_touch_ticket(id));
  EXPECT_EQ(update(id)->version, 2);
  EXPECT_EQ(updates(), 1U);
}

TEST_F(UpdateTicketTest, IsRefusedWhenALostRaceChangedWhatTheSellerSaw) {
  const std::string id = make_ticket();
  lose_race_to(test_touch_ticket(id));
  EXPECT_EQ(refusal_of(update(id, "seller", 0)), "ticket_changed");
  EXPECT_EQ(updates(), 0U);
}

TEST_F(UpdateTicketTest, GivesUpWhenItLosesEveryRace) {
  const std::string id = make_ticket();
  lose_race_to(test_touch_ticket(id), runtime::change_attempts_max);
  EXPECT_THROW(update(id), Unavailable);
  EXPECT_EQ(updates(), 0U);
}

class WithdrawTicketTest : public TicketsTest {
 protected:
  Task<Result<Ticket>> withdraw_task(std::string id, std::string user_id) {
    co_return co_await operations_.withdraw_ticket(id, user_id);
  }
  // The answer while orders decides after 20 ms; without a decision: while nothing happens.
  Result<Ticket> withdraw(const std::string& id, std::optional<bool> granted,
                          const std::string& user_id = "seller") {
    std::optional<Result<Ticket>> answer;
    asio::co_spawn(platform_.get().executor, withdraw_task(id, user_id),
                   [&](std::exception_ptr, Result<Ticket> given) { answer = std::move(given); });
    platform_.pass(Milliseconds{20});
    if (granted) orders_.decide(id, show(id).version, *granted);
    platform_.run_until([&] { return answer.has_value(); });
    return *answer;
  }
};

TEST_F(WithdrawTicketTest, RequestsAWithdrawalAndWaitsForTheDecision) {
  const std::string id = make_ticket();
  const Timestamp begun = platform_.now();
  const auto withdrawn = withdraw(id, true);
  ASSERT_TRUE(withdrawn);
  EXPECT_EQ(withdrawn->status, TicketStatus::withdrawn);
  EXPECT_LT(platform_.now() - begun, Milliseconds{100});
  const auto all = events("ticket.updated");
  ASSERT_EQ(all.size(), 2U);
  EXPECT_TRUE(contracts::decode<contracts::TicketUpdated>(all[0].payload)->withdrawal_requested);
  EXPECT_FALSE(contracts::decode<contracts::TicketUpdated>(all[1].payload)->withdrawal_requested);
}

TEST_F(WithdrawTicketTest, IsRefusedWhenOrdersRefuses) {
  const std::string id = make_ticket();
  // Because of an order whose event has not come here yet.
  EXPECT_EQ(refusal_of(withdraw(id, false)), "ticket_reserved");
  EXPECT_EQ(show(id).status, TicketStatus::available);
  EXPECT_EQ(show(id).withdrawal_version, std::nullopt);
  EXPECT_TRUE(update(id));
}

TEST_F(WithdrawTicketTest, IsUndecidedWhenOrdersDoesNotAnswerInTime) {
  const std::string id = make_ticket();
  const Timestamp begun = platform_.now();
  const auto waiting = withdraw(id, std::nullopt);
  ASSERT_TRUE(waiting);
  EXPECT_EQ(waiting->status, TicketStatus::available);
  EXPECT_EQ(waiting->withdrawal_version, 1);
  EXPECT_GE(platform_.now() - begun, std::chrono::seconds{3});
  EXPECT_LT(platform_.now() - begun, std::chrono::seconds{4});
  EXPECT_EQ(withdraw(id, true)->status, TicketStatus::withdrawn);
}

TEST_F(WithdrawTicketTest, ChangesNothingWhenItIsWithdrawnAlready) {
  const std::string id = make_ticket();
  ASSERT_TRUE(withdraw(id, true));
  const std::size_t before = updates();
  EXPECT_EQ(withdraw(id, std::nullopt)->status, TicketStatus::withdrawn);
  EXPECT_EQ(updates(), before);
  EXPECT_EQ(refusal_of(update(id)), "ticket_withdrawn");
}

TEST_F(WithdrawTicketTest, IsRefusedToOthersAndWhileAnOrderHasTheTicket) {
  const std::string id = make_ticket();
  EXPECT_EQ(refusal_of(withdraw(id, std::nullopt, "another")), "not_your_ticket");
  const std::string order_id = orders_.make(id);
  EXPECT_EQ(refusal_of(withdraw(id, std::nullopt)), "ticket_reserved");
  orders_.complete(order_id, id);
  EXPECT_EQ(refusal_of(withdraw(id, std::nullopt)), "ticket_sold");
  EXPECT_EQ(refusal_of(run(operations_.withdraw_ticket("no such", "seller"))), "ticket_not_found");
}

TEST_F(WithdrawTicketTest, IsRequestedAfterALostRace) {
  const std::string id = make_ticket();
  lose_race_to(test_touch_ticket(id));
  EXPECT_EQ(withdraw(id, true)->status, TicketStatus::withdrawn);
}

using ListTicketsTest = WithdrawTicketTest;

TEST_F(ListTicketsTest, ShowsPagesNewestFirst) {
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(make_ticket());
  const auto first = run(operations_.list_tickets({}, {.limit = 3}));
  EXPECT_THAT(ids_of(first), ElementsAre(ids[4], ids[3], ids[2]));
  const auto second = run(operations_.list_tickets({}, {.limit = 3, .cursor = first.next}));
  EXPECT_THAT(ids_of(second), ElementsAre(ids[1], ids[0]));
  EXPECT_FALSE(second.next);
}

TEST_F(ListTicketsTest, ShowsWithdrawnOnesToTheirSellerOnly) {
  const std::string available = make_ticket(), reserved = make_ticket(), withdrawn = make_ticket();
  orders_.make(reserved);
  ASSERT_TRUE(withdraw(withdrawn, true));
  const auto list = [&](const TicketFilter& filter) {
    return ids_of(run(operations_.list_tickets(filter, {.limit = 10})));
  };
  const std::optional<std::string> seller = "seller", other = "other";
  EXPECT_THAT(list({}), ElementsAre(reserved, available));
  EXPECT_THAT(list({.status = TicketStatus::reserved}), ElementsAre(reserved));
  EXPECT_THAT(list({.seller_id = seller}), ElementsAre(withdrawn, reserved, available));
  EXPECT_THAT(list({.status = TicketStatus::withdrawn, .seller_id = seller}),
              ElementsAre(withdrawn));
  EXPECT_THAT(list({.seller_id = other}), IsEmpty());
}

TEST_F(ListTicketsTest, ShowsThoseOfAShowByPriceAndThoseOfNone) {
  const std::string show = shows_.make(), other = shows_.make();
  const auto list_one = [&](std::int64_t cents, const std::optional<std::string>& show_id) {
    return run(operations_.create_ticket(
                   {.details = {.title = "Row 7", .price = Money{cents}}, .show_id = show_id}))
        .value()
        .value()
        .id;
  };
  const std::string dear = list_one(3'000, show), cheap = list_one(1'000, show),
                    twin = list_one(1'000, show), none = list_one(500, std::nullopt);
  list_one(100, other);
  orders_.make(dear);
  const auto list = [&](TicketFilter filter) {
    return ids_of(run(operations_.list_tickets(filter, {.limit = 10})));
  };
  EXPECT_THAT(list({.show_id = show}), ElementsAre(twin, cheap, dear));
  EXPECT_THAT(list({.status = TicketStatus::available, .show_id = show}), ElementsAre(twin, cheap));
  EXPECT_THAT(list({.show_id = ""}), ElementsAre(none));
  EXPECT_THAT(list({.status = TicketStatus::reserved, .show_id = ""}), IsEmpty());
  const TicketFilter by_price{.show_id = show, .is_by_price = true};
  EXPECT_THAT(list(by_price), ElementsAre(cheap, twin, dear));
  EXPECT_THAT(list({.status = TicketStatus::available, .show_id = show, .is_by_price = true}),
              ElementsAre(cheap, twin));

  const auto first = run(operations_.list_tickets(by_price, {.limit = 1}));
  const auto second = run(operations_.list_tickets(by_price, {.limit = 1, .cursor = first.next}));
  const auto third = run(operations_.list_tickets(by_price, {.limit = 1, .cursor = second.next}));
  EXPECT_THAT(ids_of(second), ElementsAre(twin));
  EXPECT_THAT(ids_of(third), ElementsAre(dear));
  EXPECT_FALSE(third.next);
  const auto back = run(operations_.list_tickets(by_price, {.limit = 1, .cursor = third.previous}));
  EXPECT_THAT(ids_of(back), ElementsAre(twin));
}

using SalesTest = TicketsTest;

TEST_F(SalesTest, HaveThePriceOfTheOrderAndTheTimeOfItsEvent) {
  const std::string id = make_ticket();
  const std::string order_id = orders_.make(id, Money{1'500});  // made before the ticket's edit
  platform_.pass(std::chrono::minutes{5});
  const Timestamp sold_at = platform_.now();
  orders_.complete(order_id, id);
  const auto sales = run(operations_.list_sales("seller", {.limit = 10}));
  ASSERT_EQ(sales.items.size(), 1U);
  EXPECT_EQ(sales.items[0].order_id, order_id);
  EXPECT_EQ(sales.items[0].price, Money{1'500});
  EXPECT_EQ(sales.items[0].sold_at, sold_at);
  EXPECT_EQ(sales.items[0].ticket.price, Money{2'000});
  EXPECT_THAT(run(operations_.list_sales("another", {.limit = 10})).items, IsEmpty());
}

TEST_F(SalesTest, AreNewestFirstWithoutThoseThatWereUndone) {
  const std::string first = make_ticket(), second = make_ticket(), undone = make_ticket();
  const std::string second_order = orders_.make(second), first_order = orders_.make(first),
                    undone_order = orders_.make(undone);
  orders_.complete(second_order, second);
  orders_.complete(first_order, first);
  orders_.complete(undone_order, undone);
  orders_.cancel(undone_order, undone, 2);
  const auto sales = run(operations_.list_sales("seller", {.limit = 10}));
  ASSERT_EQ(sales.items.size(), 2U);
  EXPECT_EQ(sales.items[0].ticket.id, first);
  EXPECT_EQ(sales.items[1].ticket.id, second);
}

}  // namespace
}  // namespace ticketing::tickets
