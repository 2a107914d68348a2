#include "payments/stripe/form.hpp"

#include <gtest/gtest.h>

namespace ticketing::payments::stripe {
namespace {

TEST(Form, EncodesNamesAndValues) {
  Form form;
  EXPECT_TRUE(form.empty());
  form.add("amount", 2'000).add("metadata[order_id]", "a b&c=d/ü");
  EXPECT_EQ(form.text(), "amount=2000&metadata%5Border_id%5D=a%20b%26c%3Dd%2F%C3%BC");
}

TEST(Form, LeavesUnreservedCharactersAlone) {
  EXPECT_EQ(percent_encode("azAZ09-._~"), "azAZ09-._~");
  EXPECT_EQ(percent_encode("+%\n"), "%2B%25%0A");
}

}  // namespace
}  // namespace ticketing::payments::stripe
