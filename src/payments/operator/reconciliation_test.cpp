#include "payments/operator/reconciliation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ticketing::payments::operator_ {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

LedgerLine line(std::string payment, std::string stripe, std::string status, std::int64_t captured,
                std::int64_t refunded = 0) {
  return {.payment_id = std::move(payment),
          .stripe_id = std::move(stripe),
          .status = std::move(status),
          .amount_cents = 2'000,
          .captured_cents = captured,
          .refunded_cents = refunded};
}

TEST(Reconciliation, FindsNothingBetweenLedgersThatAgree) {
  EXPECT_THAT(compare({line("p1", "pi_1", "captured", 2'000, 500), line("p2", "pi_2", "voided", 0),
                       line("p3", "", "declined", 0), line("p4", "pi_4", "authorized", 0)},
                      {line("p1", "pi_1", "taken", 2'000, 500), line("p2", "pi_2", "released", 0),
                       line("p4", "pi_4", "held", 0)}),
              IsEmpty());
}

TEST(Reconciliation, NamesAChargeThatOursLack) {
  EXPECT_THAT(compare({}, {line("", "pi_9", "taken", 2'000)}),
              ElementsAre(HasSubstr("pi_9 (taken, 20): at the gateway, not with us")));
}

TEST(Reconciliation, NamesASecondChargeOfAPayment) {
  EXPECT_THAT(compare({line("p1", "pi_1", "captured", 2'000)},
                      {line("p1", "pi_1", "taken", 2'000), line("p1", "pi_2", "taken", 2'000)}),
              ElementsAre(HasSubstr("pi_2 (taken, 20): at the gateway, not with us")));
}

TEST(Reconciliation, NamesAPaymentThatTheGatewayLacks) {
  EXPECT_THAT(compare({line("p1", "pi_1", "captured", 2'000)}, {}),
              ElementsAre(HasSubstr("p1 (pi_1, captured): with us, not at the gateway")));
}

TEST(Reconciliation, NamesWhatDiffersToTheCent) {
  EXPECT_THAT(
      compare({line("p1", "pi_1", "captured", 2'000, 0)}, {line("p1", "pi_1", "taken", 2'000, 1)}),
      ElementsAre(HasSubstr("given back 0 with us, 0.01 at the gateway")));
  EXPECT_THAT(compare({line("p1", "pi_1", "voided", 0)}, {line("p1", "pi_1", "taken", 2'000)}),
              ElementsAre(HasSubstr("voided with us, taken at the gateway"),
                          HasSubstr("taken 0 with us, 20 at the gateway")));
}

TEST(Reconciliation, FindsAnAttemptWithoutAGatewayIdByItsOwnId) {
  EXPECT_THAT(compare({line("p1", "", "authorizing", 0)}, {line("p1", "pi_1", "held", 0)}),
              IsEmpty());
  EXPECT_THAT(compare({line("p1", "", "authorizing", 0)}, {line("p1", "pi_1", "taken", 2'000)}),
              ElementsAre(HasSubstr("taken 0 with us, 20 at the gateway")));
}

}  // namespace
}  // namespace ticketing::payments::operator_
