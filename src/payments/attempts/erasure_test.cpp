// What payments keeps of a deleted account: the amounts, and by what the gateway gives money back.
#include "contracts/auth_events.hpp"
#include "payments/test_payments.hpp"

namespace ticketing::payments::attempts {
namespace {

struct KeptOfPayment {
  std::string source;
  bool has_secret = false;
  bool has_stripe_id = false;
  Money amount;
  std::string user_id;
};
BOOST_DESCRIBE_STRUCT(KeptOfPayment, (), (source, has_secret, has_stripe_id, amount, user_id))
const db::Sql test_kept_of_payment{
    "test_kept_of_payment",
    "SELECT source, CASE WHEN client_secret IS NULL THEN 0 ELSE 1 END AS has_secret, "
    "CASE WHEN stripe_id IS NULL THEN 0 ELSE 1 END AS has_stripe_id, amount_cents, user_id "
    "FROM payments WHERE order_id = $1",
    db::Columns<KeptOfPayment>()};
const db::Sql test_open_payers{"test_open_payers",
                               "SELECT id FROM erased_users WHERE ended_at IS NULL"};

class PayerErasureTest : public PaymentsTest {
 protected:
  void erase() {
    platform_.publish_as(
        "auth", contracts::UserErased{.id = "buyer", .version = 1, .erased_at = platform_.now()});
    sweep();
  }
  void sweep() { run(attempts_.erasure().sweep()); }
  KeptOfPayment kept(const std::string& order_id) {
    return run(data_.database().query(test_kept_of_payment(order_id)))
        .rows.at(0)
        .as<KeptOfPayment>();
  }
};

TEST_F(PayerErasureTest, ForgetsTheCardAndKeepsTheBooks) {
  const std::string order_id = make_captured_order();
  EXPECT_EQ(kept(order_id).source, "tok_visa");
  erase();
  EXPECT_EQ(kept(order_id).source, "");
  EXPECT_TRUE(kept(order_id).has_stripe_id);
  EXPECT_EQ(kept(order_id).amount, Money{2'000});
  EXPECT_EQ(kept(order_id).user_id, "buyer") << "a number that leads to no person";
  erase();
  EXPECT_EQ(payment(order_id).status, "captured");
}

TEST_F(PayerErasureTest, WaitsForAPaymentThatGoesOn) {
  const std::string order_id = make_order();
  gateway_.delay = Milliseconds{0};
  static_cast<void>(pay(order_id));
  EXPECT_EQ(payment(order_id).status, "authorized");
  erase();
  EXPECT_EQ(kept(order_id).source, "tok_visa");
  platform_.skip(runtime::Erasure::late_max);
  sweep();
  EXPECT_EQ(run(data_.database().query(test_open_payers())).rows.size(), 1U);
  cancel(order_id);
  process_attempts();
  EXPECT_EQ(payment(order_id).status, "voided");
  sweep();
  EXPECT_EQ(kept(order_id).source, "");
  EXPECT_TRUE(run(data_.database().query(test_open_payers())).rows.empty());
}

TEST_F(PayerErasureTest, LeavesThePaymentsOfOthers) {
  const std::string order_id = make_captured_order();
  platform_.publish_as(
      "auth", contracts::UserErased{.id = "seller", .version = 1, .erased_at = platform_.now()});
  sweep();
  EXPECT_EQ(kept(order_id).source, "tok_visa");
}

}  // namespace
}  // namespace ticketing::payments::attempts
