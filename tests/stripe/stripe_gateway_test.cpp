// The Stripe gateway against the fake, one fault at a time: each call has one effect at most, and
// the outcome claims no more than is known.
#include "payments/stripe/stripe_gateway.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include <thread>

#include "common/runtime/embedded_platform.hpp"
#include "fixtures/patience.hpp"
#include "fixtures/run_task.hpp"
#include "stripe/fake_stripe.hpp"

namespace ticketing::payments {
namespace {

using test::FakeStripe;
using test::Fault;

class StripeGateway : public testing::Test {
 protected:
  StripeGateway() {
    host_.data_dir = folder_.file("");
    embedded_ = std::make_unique<runtime::EmbeddedPlatform>(io_.get_executor(), host_);
    fake_.set_faults({.slow_for = 3 * answer_time_max_});
    gateway_ = make();
  }

  std::unique_ptr<PaymentGateway> make(int failures_max = 1'000) {
    return stripe::make_gateway(
        embedded_->platform(),
        {.secret_key = "sk_test_fake",
         .api_url = fake_.url(),
         .ca_file = fake_.ca_file(),
         .total_timeout = answer_time_max_,
         .retry = {.shortest = Milliseconds{2}, .longest = Milliseconds{128}},
         .breaker = {.failures_max = failures_max,
                     .open_for = {.shortest = open_for_, .longest = Milliseconds{60'000}}},
         .search_lag_max = Milliseconds{60'000}});
  }

  AuthorizeRequest request(std::string source = "pm_card_visa") const {
    return {.payment_id = "p1",
            .order_id = "o1",
            .source = std::move(source),
            .amount = Money{2'000},
            .idempotency_key = "p1-authorize",
            .created_at = SystemClock{}.now()};
  }
  AuthorizeOutcome authorize(const AuthorizeRequest& request) {
    return run_task(io_, gateway_->authorize(request));
  }
  std::string held() { return std::get<Authorized>(authorize(request())).stripe_id; }
  RefundOutcome refund(const std::string& id, std::int64_t cents, const std::string& refund_id) {
    return run_task(io_, gateway_->refund({.payment_id = "p1",
                                           .refund_id = refund_id,
                                           .stripe_id = id,
                                           .amount = Money{cents},
                                           .idempotency_key = refund_id + "-refund",
                                           .begun_at = SystemClock{}.now()}));
  }

  // No answer is late that is not to be, also on a slow machine.
  const Milliseconds answer_time_max_ = fixtures::patient(Milliseconds{500});
  const Milliseconds open_for_{1'000};
  FakeStripe fake_;
  TemporaryFolder folder_;
  asio::io_context io_;
  runtime::HostSettings host_;
  std::unique_ptr<runtime::EmbeddedPlatform> embedded_;
  std::unique_ptr<PaymentGateway> gateway_;
};

TEST_F(StripeGateway, HoldsCapturesAndRefundsToTheCent) {
  const std::string id = held();
  EXPECT_EQ(fake_.intents().at(0).status, "requires_capture");
  EXPECT_TRUE(std::holds_alternative<Captured>(run_task(io_, gateway_->capture(id, "p1-capture"))));
  EXPECT_TRUE(std::holds_alternative<Refunded>(refund(id, 1, "r1")));
  EXPECT_TRUE(std::holds_alternative<Refunded>(refund(id, 1'999, "r2")));
  EXPECT_TRUE(std::holds_alternative<Refused>(refund(id, 1, "r3")));
  const auto intent = fake_.intents().at(0);
  EXPECT_EQ(intent.captured, 2'000);
  EXPECT_EQ(intent.refunded, 2'000);
  EXPECT_EQ(intent.order_id, "o1");
}

TEST_F(StripeGateway, MakesAPaymentMethodOfAToken) {
  EXPECT_TRUE(std::holds_alternative<Authorized>(authorize(request("tok_visa"))));
  EXPECT_EQ(std::get<Declined>(authorize([&] {
              AuthorizeRequest other = request("tok_chargeDeclinedInsufficientFunds");
              other.idempotency_key = "p2-authorize";
              return other;
            }()))
                .code,
            "insufficient_funds");
}

TEST_F(StripeGateway, HasOneEffectForEveryWayToLoseTheAnswer) {
  for (const Fault fault : {Fault::none, Fault::reset_before, Fault::reset_after,
                            Fault::half_an_answer, Fault::unstored_failure, Fault::conflict,
                            Fault::throttled, Fault::throttled_retry, Fault::slow}) {
    AuthorizeRequest one = request();
    one.idempotency_key = "key-" + std::to_string(static_cast<int>(fault));
    const int before = fake_.effects();
    fake_.next_faults({fault});
    EXPECT_TRUE(std::holds_alternative<Authorized>(authorize(one))) << static_cast<int>(fault);
    EXPECT_TRUE(std::holds_alternative<Authorized>(authorize(one)));
    EXPECT_EQ(fake_.effects(), before + 1) << static_cast<int>(fault);
  }
}

TEST_F(StripeGateway, FindsWhatHappenedBehindAStoredFailure) {
  fake_.next_faults({Fault::failed_after});
  EXPECT_TRUE(std::holds_alternative<Authorized>(authorize(request())));
  EXPECT_EQ(fake_.effects(), 1);
}

TEST_F(StripeGateway, AcceptsAStoredFailureOnlyAfterTheDelayOfTheSearch) {
  fake_.next_faults({Fault::failed_before});
  AuthorizeRequest one = request();
  EXPECT_TRUE(std::holds_alternative<Unknown>(authorize(one)));
  one.created_at -= std::chrono::minutes{2};
  EXPECT_EQ(std::get<Declined>(authorize(one)).code, "gateway_unavailable");
  EXPECT_EQ(fake_.effects(), 0);
}

TEST_F(StripeGateway, LooksUpAnAttemptThatIsOlderThanItsKey) {
  held();
  AuthorizeRequest old = request();
  old.idempotency_key = "forgotten";
  old.created_at -= std::chrono::hours{48};
  EXPECT_TRUE(std::holds_alternative<Authorized>(authorize(old)));
  EXPECT_EQ(fake_.effects(), 1);
}

TEST_F(StripeGateway, ReportsNotSentOnlyWhenNothingCanHaveHappened) {
  fake_.next_faults({Fault::throttled, Fault::throttled, Fault::throttled});
  EXPECT_TRUE(std::holds_alternative<NotSent>(authorize(request())));
  fake_.next_faults({Fault::throttled, Fault::half_an_answer, Fault::throttled});
  EXPECT_TRUE(std::holds_alternative<Unknown>(authorize(request())));
  fake_.next_faults({Fault::conflict, Fault::conflict, Fault::conflict});
  EXPECT_TRUE(std::holds_alternative<Unknown>(authorize(request())));
}

// libcurl sends a request once more by itself where a connection that it uses again was closed.
TEST_F(StripeGateway, DoesNotReportNotSentWhereARepeatHidTheLostAnswer) {
  held();  // its connection is used again
  AuthorizeRequest one = request("pm_threeDSecure2Required");
  one.idempotency_key = "p2-authorize";
  fake_.next_faults({Fault::reset_after, Fault::throttled, Fault::throttled, Fault::throttled});
  EXPECT_TRUE(std::holds_alternative<Unknown>(authorize(one)));
  EXPECT_EQ(fake_.connections(), 2);
  EXPECT_EQ(fake_.effects(), 2);
  EXPECT_TRUE(std::holds_alternative<RequiresAction>(authorize(one)));
}

TEST_F(StripeGateway, CapturesAndReleasesThroughEveryFault) {
  for (const Fault fault : {Fault::reset_after, Fault::half_an_answer, Fault::failed_before,
                            Fault::failed_after, Fault::conflict, Fault::slow}) {
    const std::string name = std::to_string(static_cast<int>(fault));
    AuthorizeRequest one = request();
    one.idempotency_key = "c" + name;
    const std::string taken = std::get<Authorized>(authorize(one)).stripe_id;
    fake_.next_faults({fault});
    EXPECT_TRUE(std::holds_alternative<Captured>(
        run_task(io_, gateway_->capture(taken, "c" + name + "-c"))))
        << name;
    one.idempotency_key = "r" + name;
    const std::string released = std::get<Authorized>(authorize(one)).stripe_id;
    fake_.next_faults({fault});
    EXPECT_TRUE(std::holds_alternative<Released>(
        run_task(io_, gateway_->release(released, "r" + name + "-r"))))
        << name;
  }
  for (const auto& intent : fake_.intents()) {
    EXPECT_EQ(intent.captured, intent.status == "succeeded" ? 2'000 : 0);
  }
}

TEST_F(StripeGateway, RefusesToCaptureWhatIsReleasedAndToReleaseWhatIsTaken) {
  const std::string id = held();
  EXPECT_TRUE(std::holds_alternative<Captured>(run_task(io_, gateway_->capture(id, "a"))));
  EXPECT_TRUE(std::holds_alternative<Refused>(run_task(io_, gateway_->release(id, "b"))));
  AuthorizeRequest two = request();
  two.idempotency_key = "two";
  const std::string other = std::get<Authorized>(authorize(two)).stripe_id;
  EXPECT_TRUE(std::holds_alternative<Released>(run_task(io_, gateway_->release(other, "c"))));
  EXPECT_TRUE(std::holds_alternative<Refused>(run_task(io_, gateway_->capture(other, "d"))));
}

TEST_F(StripeGateway, RefundsOnceThroughLostAnswersAndStoredFailures) {
  const std::string id = held();
  run_task(io_, gateway_->capture(id, "p1-capture"));
  int count = 0;
  for (const Fault fault : {Fault::reset_after, Fault::failed_after, Fault::slow}) {
    fake_.next_faults({fault});
    const std::string refund_id = "r" + std::to_string(++count);
    EXPECT_TRUE(std::holds_alternative<Refunded>(refund(id, 100, refund_id))) << count;
    EXPECT_TRUE(std::holds_alternative<Refunded>(refund(id, 100, refund_id)));
    EXPECT_EQ(fake_.intents().at(0).refunded, 100 * count);
  }
}

TEST_F(StripeGateway, HandsTheSecretOverWhenTheOwnerHasToConfirm) {
  const auto outcome = authorize(request("pm_threeDSecure2Required"));
  const auto& action = std::get<RequiresAction>(outcome);
  EXPECT_EQ(action.client_secret, action.stripe_id + "_secret_x");
  fake_.confirm(action.stripe_id, true);
  const auto found = run_task(io_, gateway_->look_up(action.stripe_id));
  EXPECT_EQ(std::get<Intent>(found).status, IntentStatus::held);
  EXPECT_EQ(std::get<Intent>(found).payment_id, "p1");
  EXPECT_TRUE(std::holds_alternative<NoSuchIntent>(run_task(io_, gateway_->look_up("pi_none"))));
}

TEST_F(StripeGateway, ListsEverythingPageByPage) {
  for (int i = 0; i < 120; ++i) {
    AuthorizeRequest one = request();
    one.idempotency_key = "k" + std::to_string(i);
    ASSERT_TRUE(std::holds_alternative<Authorized>(authorize(one)));
  }
  const Timestamp now = SystemClock{}.now();
  std::optional<std::string> cursor;
  std::size_t seen = 0;
  do {
    const auto outcome = run_task(
        io_, gateway_->list(now - std::chrono::hours{1}, now + std::chrono::hours{1}, cursor));
    const auto& page = std::get<IntentPage>(outcome);
    seen += page.intents.size();
    cursor = page.next;
  } while (cursor);
  EXPECT_EQ(seen, 120U);
}

TEST_F(StripeGateway, StopsCallingAServerThatFailsAndCallsItAgainLater) {
  gateway_ = make(3);
  fake_.next_faults({Fault::unstored_failure, Fault::unstored_failure, Fault::unstored_failure});
  EXPECT_TRUE(std::holds_alternative<Unknown>(authorize(request())));
  const int before = fake_.requests();
  EXPECT_TRUE(std::holds_alternative<NotSent>(authorize(request())));
  EXPECT_EQ(fake_.requests(), before);
  std::this_thread::sleep_for(open_for_ + Milliseconds{50});
  EXPECT_TRUE(std::holds_alternative<Authorized>(authorize(request())));
}

}  // namespace
}  // namespace ticketing::payments
