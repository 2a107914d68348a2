#include "payments/stripe/settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "common/base/exceptions.hpp"

namespace ticketing::payments::stripe {
namespace {

// What is wrong with an environment, or nothing.
std::string fault_of(std::map<std::string, std::string> values) {
  Environment environment(
      [values = std::move(values)](const std::string& name) -> std::optional<std::string> {
        const auto at = values.find(name);
        if (at == values.end()) return std::nullopt;
        return at->second;
      });
  read_settings(environment);
  try {
    environment.check();
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

TEST(StripeSettings, UseTheSandboxWhenThereIsNoKey) {
  Environment environment([](const std::string&) { return std::nullopt; });
  EXPECT_FALSE(read_settings(environment).uses_stripe());
  EXPECT_EQ(fault_of({}), "");
  EXPECT_EQ(fault_of({{"STRIPE_KEY", "sk_test_1"}}), "");
  EXPECT_EQ(fault_of({{"STRIPE_KEY", "sk_live_1"}, {"MODE", "production"}}), "");
}

TEST(StripeSettings, RefuseAKeyOfTheWrongKindWithoutPrintingIt) {
  using testing::AllOf;
  using testing::HasSubstr;
  using testing::Not;
  const std::map<std::string, std::string> wrong[] = {
      {{"STRIPE_KEY", "sk_live_hush"}},
      {{"STRIPE_KEY", "rk_live_hush"}, {"MODE", "local"}},
      {{"STRIPE_KEY", "sk_test_hush"}, {"MODE", "production"}},
      {{"STRIPE_KEY", "pk_test_hush"}},
      {{"STRIPE_KEY", "hush"}}};
  for (const auto& values : wrong) {
    EXPECT_THAT(fault_of(values), AllOf(HasSubstr("STRIPE_KEY"), Not(HasSubstr("hush"))));
  }
}

TEST(StripeSettings, RefuseTheSandboxInProductionUnlessItIsAllowed) {
  for (const char* key : {"", "sk_test_1"}) {
    EXPECT_THAT(
        fault_of({{"STRIPE_KEY", key}, {"MODE", "production"}}),
        testing::AllOf(testing::HasSubstr("STRIPE_KEY"), testing::HasSubstr("ALLOW_SANDBOX=1")))
        << key;
    EXPECT_EQ(fault_of({{"STRIPE_KEY", key}, {"MODE", "production"}, {"ALLOW_SANDBOX", "1"}}), "")
        << key;
    EXPECT_EQ(fault_of({{"STRIPE_KEY", key}}), "") << key;
  }
}

TEST(StripeSettings, RefuseALivePageInFrontOfTheSandbox) {
  EXPECT_THAT(fault_of({{"STRIPE_PUBLISHABLE_KEY", "pk_live_x"}}),
              testing::HasSubstr("STRIPE_PUBLISHABLE_KEY"));
}

TEST(StripeSettings, RefuseAnAddressWithoutEncryptionInProduction) {
  const auto fault = [](const char* url, const char* mode, const char* key) {
    return fault_of({{"STRIPE_KEY", key}, {"STRIPE_API_URL", url}, {"MODE", mode}});
  };
  EXPECT_EQ(fault("http://127.0.0.1:12111", "local", "sk_test_1"), "");
  EXPECT_EQ(fault("https://127.0.0.1", "production", "sk_live_1"), "");
  EXPECT_THAT(fault("http://127.0.0.1:12111", "production", "sk_live_1"),
              testing::HasSubstr("STRIPE_API_URL"));
  EXPECT_THAT(fault("ftp://127.0.0.1", "local", "sk_test_1"), testing::HasSubstr("STRIPE_API_URL"));
}

}  // namespace
}  // namespace ticketing::payments::stripe
