// The HTTPS client with a server that is not trusted, not there, or late.
#include "common/http/client.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "common/base/exceptions.hpp"
#include "fixtures/patience.hpp"
#include "fixtures/run_task.hpp"
#include "stripe/fake_stripe.hpp"

namespace ticketing::http {
namespace {

using test::Fault;

// Outlives every client: their threads hand answers to it.
asio::io_context io;

// Lists nothing, which is enough of an answer.
CallResult ask(Client& client, const std::string& url) {
  Call call{.url = url + "/v1/payment_intents"};
  call.headers.add("Authorization", "Bearer sk_test_fake");
  return run_task(io, client.call(call));
}

TEST(HttpClient, UsesAConnectionAgain) {
  test::FakeStripe stripe;
  const auto client = make_client({.ca_file = stripe.ca_file()});
  for (int i = 0; i < 5; ++i) {
    const auto answer = ask(*client, stripe.url());
    ASSERT_TRUE(answer) << answer.error().reason;
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->headers.find("request-id"), "req_1");
  }
  EXPECT_EQ(stripe.requests(), 5);
  EXPECT_EQ(stripe.connections(), 1);
}

TEST(HttpClient, SendsNothingToAServerWithAnUnknownAuthority) {
  test::FakeStripe stripe;
  test::FakeStripe other;
  const auto client = make_client({.ca_file = other.ca_file()});
  const auto answer = ask(*client, stripe.url());
  ASSERT_FALSE(answer);
  EXPECT_FALSE(answer.error().sent);
  EXPECT_EQ(stripe.requests(), 0);
}

TEST(HttpClient, SendsNothingToAServerOfAnotherName) {
  test::FakeStripe stripe("DNS:api.stripe.example");
  const auto client = make_client({.ca_file = stripe.ca_file()});
  const auto answer = ask(*client, stripe.url());
  ASSERT_FALSE(answer);
  EXPECT_FALSE(answer.error().sent);
  EXPECT_EQ(stripe.requests(), 0);
}

TEST(HttpClient, RefusesPlainHttpUnlessItIsAllowed) {
  const auto client = make_client({});
  const auto answer = ask(*client, "http://127.0.0.1:1");
  ASSERT_FALSE(answer);
  EXPECT_FALSE(answer.error().sent);
}

TEST(HttpClient, ReportsThatNothingWasSentWhenNoServerListens) {
  const auto client = make_client({.connect_timeout = Milliseconds{500}});
  const auto answer = ask(*client, "https://127.0.0.1:1");
  ASSERT_FALSE(answer);
  EXPECT_FALSE(answer.error().sent);
}

TEST(HttpClient, ReportsThatARequestWasSentWhenTheAnswerIsLostOrLate) {
  test::FakeStripe stripe;
  // Enough to send it on a slow machine.
  const Milliseconds time_max = fixtures::patient(Milliseconds{500});
  stripe.set_faults({.slow_for = 3 * time_max});
  const auto client = make_client({.ca_file = stripe.ca_file(), .total_timeout = time_max});
  // libcurl itself asks once more where a connection that it uses again is closed at once.
  for (const Fault fault : {Fault::half_an_answer, Fault::slow}) {
    stripe.next_faults({fault, fault});
    const auto answer = ask(*client, stripe.url());
    ASSERT_FALSE(answer);
    EXPECT_TRUE(answer.error().sent);
  }
}

TEST(HttpClient, ReportsThatARequestWasSentOnceMoreOverANewConnection) {
  test::FakeStripe stripe;
  const auto client = make_client({.ca_file = stripe.ca_file()});
  EXPECT_FALSE(ask(*client, stripe.url())->was_repeated);
  stripe.next_faults({Fault::reset_after});
  EXPECT_TRUE(ask(*client, stripe.url())->was_repeated);
  EXPECT_FALSE(ask(*client, stripe.url())->was_repeated);
  EXPECT_EQ(stripe.requests(), 4);
}

TEST(HttpClient, BoundsAnAnswersSize) {
  test::FakeStripe stripe;
  const auto client = make_client({.ca_file = stripe.ca_file(), .answer_bytes_max = 10});
  const auto answer = ask(*client, stripe.url());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().reason, "the answer is too large");
}

TEST(HttpClient, DoesNotSendMoreCallsThanFit) {
  test::FakeStripe stripe;
  const auto client = make_client({.ca_file = stripe.ca_file(), .calls_max = 0});
  const auto answer = ask(*client, stripe.url());
  ASSERT_FALSE(answer);
  EXPECT_FALSE(answer.error().sent);
}

TEST(HttpClient, DoesNotStartWithoutItsAuthorities) {
  EXPECT_THROW(make_client({.ca_file = "/nowhere.pem"}), ConfigError);
}

}  // namespace
}  // namespace ticketing::http
