// What becomes of the listings of a deleted account.
#include "contracts/auth_events.hpp"
#include "tickets/test_tickets.hpp"

namespace ticketing::tickets {
namespace {

const db::Sql test_open_erasures{"test_open_erasures",
                                 "SELECT id FROM erased_users WHERE ended_at IS NULL"};

class SellerErasureTest : public TicketsTest {
 protected:
  void erase(std::int64_t version = 1) {
    platform_.publish_as(
        "auth",
        contracts::UserErased{.id = "seller", .version = version, .erased_at = platform_.now()});
    sweep();
  }
  void sweep() { run(operations_.erasure().sweep()); }
  bool is_asked(const std::string& id) { return show(id).withdrawal_version.has_value(); }
  std::size_t open() { return run(data_.database().query(test_open_erasures())).rows.size(); }
};

TEST_F(SellerErasureTest, WithdrawsWhatIsOffered) {
  const std::string id = make_ticket(), other = make_ticket();
  erase();
  EXPECT_TRUE(last_update().withdrawal_requested);
  EXPECT_TRUE(is_asked(other));
  const std::int64_t version = *show(id).withdrawal_version;
  sweep();
  EXPECT_EQ(show(id).withdrawal_version, version) << "it is asked for once";
  orders_.decide(id, version, true);
  EXPECT_EQ(show(id).status, TicketStatus::withdrawn);
}

TEST_F(SellerErasureTest, ComesOnceMoreWithoutHarm) {
  const std::string id = make_ticket();
  erase();
  const std::int64_t version = show(id).version;
  erase();
  EXPECT_EQ(show(id).version, version);
}

TEST_F(SellerErasureTest, WithdrawsWhatIsReservedWhenItsOrderEndsWithoutASale) {
  const std::string id = make_ticket(), order_id = orders_.make(id);
  erase();
  EXPECT_EQ(show(id).status, TicketStatus::reserved);
  orders_.cancel(order_id, id);
  EXPECT_TRUE(is_asked(id)) << "in the same change";
  EXPECT_EQ(last_update().withdrawal_version, show(id).version);
}

TEST_F(SellerErasureTest, LeavesWhatIsSoldToItsBuyer) {
  const std::string id = make_ticket(), order_id = orders_.make(id);
  orders_.complete(order_id, id);
  erase();
  EXPECT_EQ(show(id).status, TicketStatus::sold);
  EXPECT_EQ(show(id).title, "Row 7");
  orders_.cancel(order_id, id, 2);  // refunded, long afterwards perhaps
  EXPECT_TRUE(is_asked(id));
}

TEST_F(SellerErasureTest, WithdrawsWhatASessionListsThatIsStillGood) {
  erase();
  const std::string id = make_ticket();
  sweep();
  EXPECT_TRUE(is_asked(id));
}

TEST_F(SellerErasureTest, AsksOnceMoreWhereAnOrderWasFaster) {
  const std::string id = make_ticket();
  erase();
  orders_.decide(id, *show(id).withdrawal_version, false);
  EXPECT_FALSE(is_asked(id));
  sweep();
  EXPECT_TRUE(is_asked(id));
}

TEST_F(SellerErasureTest, GoesOnWhileSomethingIsUnsold) {
  const std::string id = make_ticket();
  erase();
  platform_.skip(runtime::Erasure::late_max);
  sweep();
  EXPECT_EQ(open(), 1U);
  orders_.decide(id, *show(id).withdrawal_version, true);
  sweep();
  EXPECT_EQ(open(), 0U);
}

TEST_F(SellerErasureTest, ForgetsTheAnswersToRequests) {
  create("Row 7", Money{2'000}, db::IdempotencyKey{"seller", "key", "hash"});
  create("Row 8", Money{2'000}, db::IdempotencyKey{"another", "key", "hash"});
  erase();
  static const db::Sql keys{"test_keys", "SELECT user_id FROM idempotency_keys"};
  const auto found = run(data_.database().query(keys()));
  ASSERT_EQ(found.rows.size(), 1U);
  EXPECT_EQ(found.rows.front().text("user_id"), "another");
}

}  // namespace
}  // namespace ticketing::tickets
