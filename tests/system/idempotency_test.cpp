// I14: the same key gets the same answer and has one effect; another body under it is refused.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <barrier>
#include <thread>

#include "system/audit.hpp"
#include "system/marketplace.hpp"

namespace ticketing::system {
namespace {

// Does `ask` from many connections of one person at the same moment. What a busy service refuses
// with 503 is sent again, which is what the key is for.
std::vector<Answer> at_once(Marketplace& marketplace, Person& person, int callers,
                            const std::function<Answer(Person&)>& ask) {
  std::vector<Answer> answers(callers);
  std::barrier together(callers);
  std::vector<std::thread> threads;
  for (Answer& answer : answers) {
    threads.emplace_back([&] {
      Person window(marketplace.system());
      window.http.cookies() = person.http.cookies();
      window.http.get("/healthz");
      together.arrive_and_wait();
      answer = answered([&] { return ask(window); });
    });
  }
  for (std::thread& thread : threads) thread.join();
  return answers;
}

int count_tickets_of(Marketplace& marketplace, const Person& seller) {
  const std::string count = "SELECT count(*) FROM tickets WHERE user_id = ";
  return std::stoi(*marketplace.system().query("tickets", count + "'" + seller.id + "'")[0][0]);
}

TEST(Idempotency, AnOrderSentAgainGetsItsFirstAnswer) {
  Marketplace& marketplace = shared_marketplace();
  const auto buyer = marketplace.person();
  const std::string ticket = buyer->list_ticket();
  const Answer first = buyer->order(ticket, "key-1"), second = buyer->order(ticket, "key-1");
  EXPECT_EQ(first.status, 201);
  EXPECT_EQ(second.status, 201);
  EXPECT_EQ(second.body, first.body);
  EXPECT_EQ(second.header("idempotent-replayed"), "true");
  ASSERT_EQ(buyer->cancel(text_at(first, "id")).status, 204);
  EXPECT_EQ(buyer->order(ticket, "key-1").body, first.body) << "the answer is what it was";
  EXPECT_EQ(buyer->order(ticket).status, 201);
}

TEST(Idempotency, ATicketListedAgainIsTheSameTicket) {
  Marketplace& marketplace = shared_marketplace();
  const auto seller = marketplace.person(), other = marketplace.person();
  const std::string body = R"({"title":"Opera","price":20})";
  const auto list = [&body](Person& person, const std::string& key) {
    return person.http.post("/api/tickets", body, {{"Idempotency-Key", key}});
  };
  const Answer first = list(*seller, "key-1"), second = list(*seller, "key-1");
  EXPECT_EQ(first.status, 201) << first.body;
  EXPECT_EQ(second.status, 201);
  EXPECT_EQ(second.body, first.body);
  EXPECT_EQ(second.header("idempotent-replayed"), "true");
  EXPECT_NE(list(*seller, "key-2").body, first.body);
  EXPECT_NE(list(*other, "key-1").body, first.body) << "keys are each user's own";
  const Answer reused = seller->http.post("/api/tickets", R"({"title":"Opera","price":21})",
                                          {{"Idempotency-Key", "key-1"}});
  EXPECT_EQ(reused.status, 422);
  EXPECT_EQ(text_at(reused, "slug"), "idempotency_key_reused");
  EXPECT_EQ(list(*seller, "no spaces").status, 400);
  EXPECT_EQ(count_tickets_of(marketplace, *seller), 2);
  EXPECT_EQ(count_tickets_of(marketplace, *other), 1);
}

TEST(Idempotency, ManyListingsWithOneKeyAtOnceAreOneTicket) {
  Marketplace& marketplace = shared_marketplace();
  const auto seller = marketplace.person();
  const int rounds = scaled(100, 10);
  for (int round = 0; round < rounds; ++round) {
    const auto answers = at_once(marketplace, *seller, 6, [&](Person& window) {
      return window.http.post("/api/tickets", R"({"title":"Opera","price":20})",
                              {{"Idempotency-Key", fmt::format("key-{}", round)}});
    });
    for (const Answer& answer : answers) {
      EXPECT_EQ(answer.status, 201) << answer.body;
      EXPECT_EQ(answer.body, answers.front().body);
    }
  }
  EXPECT_EQ(count_tickets_of(marketplace, *seller), rounds);
  EXPECT_EQ(wait_for_rest(marketplace.system(), patient(std::chrono::seconds{30})), "");
  EXPECT_EQ(audit_report(marketplace.system()), "");
}

TEST(Idempotency, AnotherBodyUnderAKeyIsRefused) {
  Marketplace& marketplace = shared_marketplace();
  const auto buyer = marketplace.person();
  const std::string one = buyer->list_ticket(), other = buyer->list_ticket();
  const std::string order = text_at(buyer->order(one, "key-1"), "id");
  const Answer refused = buyer->order(other, "key-1");
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(text_at(refused, "slug"), "idempotency_key_reused");
  const std::string second = buyer->reserve(other);
  ASSERT_EQ(buyer->pay(order, "tok_visa", "pay-1").status / 100, 2);
  EXPECT_EQ(buyer->pay(second, "tok_visa", "pay-1").status, 422);
  EXPECT_EQ(buyer->pay(order, "tok_amex", "pay-1").status, 422);
}

TEST(Idempotency, ManyOrdersWithOneKeyAtOnceAreOneOrder) {
  Marketplace& marketplace = shared_marketplace();
  const auto buyer = marketplace.person();
  for (int round = 0; round < scaled(20, 3); ++round) {
    const std::string ticket = buyer->list_ticket(), key = fmt::format("key-{}", round);
    const auto answers =
        at_once(marketplace, *buyer, 8, [&](Person& window) { return window.order(ticket, key); });
    for (const Answer& answer : answers) {
      EXPECT_EQ(answer.status, 201) << answer.body;
      EXPECT_EQ(answer.body, answers[0].body);
    }
  }
}

// The slower of two found an attempt under way and said so instead of giving the attempt's answer.
TEST(Idempotency, ManyPaymentsWithOneKeyAtOnceAreOnePayment) {
  Marketplace marketplace({{"TEST_GATEWAY_DELAY_MAX_MS", "50"}});
  const auto buyer = marketplace.person();
  for (int round = 0; round < scaled(20, 3); ++round) {
    const std::string order = buyer->reserve(buyer->list_ticket());
    const std::string key = fmt::format("pay-{}", round);
    const auto answers = at_once(
        marketplace, *buyer, 6, [&](Person& window) { return window.pay(order, "tok_visa", key); });
    Answer last;
    EXPECT_TRUE(
        wait_until([&] { return (last = buyer->pay(order, "tok_visa", key)).status == 201; },
                   patient(std::chrono::seconds{30})))
        << last.body;
    for (const Answer& answer : answers) {
      EXPECT_THAT(answer.status, testing::AnyOf(201, 202)) << answer.body;
      EXPECT_EQ(text_at(answer, "id"), text_at(last, "id"));
    }
  }
  EXPECT_EQ(wait_for_rest(marketplace.system(), patient(std::chrono::seconds{30})), "");
  EXPECT_EQ(audit_report(marketplace.system()), "");
}

}  // namespace
}  // namespace ticketing::system
