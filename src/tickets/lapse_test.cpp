// The end of a listing when its show begins.
#include <gmock/gmock.h>

#include "tickets/test_tickets.hpp"

namespace ticketing::tickets {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class LapseTest : public TicketsTest {
 protected:
  std::string list_for(const std::string& show_id) { return create_for(show_id).value()->id; }
  TicketStatus status_of(const std::string& id) { return show(id).status; }
  std::int64_t sweep() { return run(operations_.sweep()); }
  // The show begins; nothing else happens.
  void begin() { platform_.skip(std::chrono::hours{18}); }
};

TEST_F(LapseTest, EndsTheListingsOfAShowThatBegins) {
  const std::string show_id = shows_.make(), other = shows_.make();
  const std::string listed = list_for(show_id), reserved = list_for(show_id),
                    of_other = list_for(other), of_none = make_ticket();
  orders_.make(reserved);
  shows_.plan(other, "postponed");
  const Timestamp starts_at = platform_.now() + std::chrono::hours{18};
  begin();
  shows_.begin(show_id, starts_at);
  EXPECT_EQ(status_of(listed), TicketStatus::lapsed);
  EXPECT_EQ(last_update().status, "lapsed");
  EXPECT_EQ(status_of(reserved), TicketStatus::reserved);
  EXPECT_EQ(status_of(of_other), TicketStatus::available);
  EXPECT_EQ(status_of(of_none), TicketStatus::available);
  const std::size_t before = updates();
  shows_.begin(show_id, starts_at);
  EXPECT_EQ(updates(), before);
}

// The clock of expiration may be ahead of this one.
TEST_F(LapseTest, TakesTheWordOfAClockThatIsAhead) {
  const std::string show_id = shows_.make();
  const std::string id = list_for(show_id);
  shows_.begin(show_id, platform_.now() + std::chrono::hours{18});
  EXPECT_EQ(status_of(id), TicketStatus::lapsed);
}

TEST_F(LapseTest, LeavesTheListingsOfAShowThatWasMoved) {
  const std::string show_id = shows_.make();
  const std::string id = list_for(show_id);
  const Timestamp before = platform_.now() + std::chrono::hours{18};
  begin();
  shows_.plan(show_id, "scheduled");
  shows_.begin(show_id, before);
  EXPECT_EQ(sweep(), 0);
  EXPECT_EQ(status_of(id), TicketStatus::available);
  begin();
  EXPECT_EQ(sweep(), 1);
  EXPECT_EQ(status_of(id), TicketStatus::lapsed);
}

TEST_F(LapseTest, IsDoneByTheSweepWhenNoEventComes) {
  const std::string show_id = shows_.make();
  std::vector<std::string> ids;
  for (int i = 0; i < 101; ++i) ids.push_back(list_for(show_id));  // more than a page
  EXPECT_EQ(sweep(), 0);
  begin();
  EXPECT_EQ(sweep(), 101);
  EXPECT_EQ(status_of(ids.back()), TicketStatus::lapsed);
  EXPECT_EQ(sweep(), 0);
}

TEST_F(LapseTest, FollowsTheShowThatStandsForAnother) {
  const std::string show_id = shows_.make();
  const std::string id = list_for(show_id);
  platform_.skip(std::chrono::hours{12});
  const std::string standing = shows_.make();
  shows_.merge(show_id, standing);
  platform_.skip(std::chrono::hours{6});
  EXPECT_EQ(sweep(), 0) << "the one that stands for it begins later";
  platform_.skip(std::chrono::hours{12});
  EXPECT_EQ(sweep(), 1);
  EXPECT_EQ(status_of(id), TicketStatus::lapsed);
}

TEST_F(LapseTest, TakesATicketThatIsFreedAfterTheBeginning) {
  const std::string show_id = shows_.make();
  const std::string id = list_for(show_id), order_id = orders_.make(id);
  orders_.complete(order_id, id);
  begin();
  platform_.skip(std::chrono::hours{48});
  sweep();
  orders_.cancel(order_id, id, 2);  // refunded
  EXPECT_EQ(status_of(id), TicketStatus::lapsed);
  EXPECT_EQ(show(id).order_id, std::nullopt);
}

// The request saw the show just before its beginning, and the sweep was faster.
TEST_F(LapseTest, TakesATicketThatWasListedInTheLastMoment) {
  const std::string show_id = shows_.make();
  begin();
  sweep();
  platform_.skip(-Milliseconds{1});
  const std::string late = list_for(show_id);
  platform_.skip(std::chrono::minutes{1});
  EXPECT_EQ(sweep(), 1);
  EXPECT_EQ(status_of(late), TicketStatus::lapsed);
}

TEST_F(LapseTest, LosesTheRaceToAnOrder) {
  const std::string show_id = shows_.make();
  const std::string id = list_for(show_id);
  begin();
  lose_race_to(test_reserve_ticket(id));
  EXPECT_EQ(sweep(), 0);
  EXPECT_EQ(status_of(id), TicketStatus::reserved);
}

TEST_F(LapseTest, IsForSellersOnlyAndForEver) {
  const std::string show_id = shows_.make();
  const std::string id = list_for(show_id);
  begin();
  sweep();
  shows_.plan(show_id, "scheduled");
  EXPECT_EQ(refusal_of(update(id)), "ticket_lapsed");
  EXPECT_EQ(refusal_of(run(operations_.withdraw_ticket(id, "seller"))), "ticket_lapsed");
  const auto list = [&](const TicketFilter& filter) {
    return ids_of(run(operations_.list_tickets(filter, {.limit = 10})));
  };
  EXPECT_THAT(list({}), IsEmpty());
  EXPECT_THAT(list({.show_id = show_id}), IsEmpty());
  EXPECT_THAT(list({.status = TicketStatus::lapsed, .seller_id = std::string("seller")}),
              ElementsAre(id));
}

}  // namespace
}  // namespace ticketing::tickets
