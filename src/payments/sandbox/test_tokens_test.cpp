#include "payments/sandbox/test_tokens.hpp"

#include <gtest/gtest.h>

namespace ticketing::payments::sandbox {
namespace {

TEST(TestTokens, GoodCardsAreAccepted) {
  for (const char* token :
       {"tok_visa", "tok_mastercard", "tok_amex", "tok_discover", "tok_jcb", "pm_card_visa"}) {
    const auto behaviour = behaviour_of(token);
    ASSERT_TRUE(behaviour) << token;
    EXPECT_FALSE(behaviour->decline_code) << token;
  }
}

TEST(TestTokens, DeclinesCarryTheCodeThatStripeDocuments) {
  struct Case {
    const char* token;
    const char* code;
  };
  for (const Case& c : {Case{"tok_chargeDeclined", "generic_decline"},
                        Case{"tok_chargeDeclinedInsufficientFunds", "insufficient_funds"},
                        Case{"tok_chargeDeclinedExpiredCard", "expired_card"},
                        Case{"tok_chargeDeclinedIncorrectCvc", "incorrect_cvc"},
                        Case{"tok_chargeDeclinedProcessingError", "processing_error"},
                        Case{"tok_chargeDeclinedFraudulent", "fraudulent"},
                        Case{"pm_card_visa_chargeDeclinedLostCard", "lost_card"}}) {
    const auto behaviour = behaviour_of(c.token);
    ASSERT_TRUE(behaviour && behaviour->decline_code) << c.token;
    EXPECT_EQ(*behaviour->decline_code, c.code);
  }
}

TEST(TestTokens, OthersDoNotExist) {
  for (const char* token : {"", "visa", "tok_", "tok_VISA", "tok_visa ", "4242424242424242"}) {
    EXPECT_FALSE(behaviour_of(token)) << token;
  }
}

}  // namespace
}  // namespace ticketing::payments::sandbox
