// The table of docs/limits.md, row by row: an address or a user exhausts what it may have, and
// another one is served as before. In the distributed shape all requests pass nginx, except where a
// test calls a process directly.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

#include "common/base/id.hpp"
#include "common/base/random.hpp"
#include "common/identity/jwt.hpp"
#include "delivery/reading/test_hostile_parts.hpp"
#include "delivery/reading/test_pdf.hpp"
#include "delivery/reading/test_sheet.hpp"
#include "system/audit.hpp"
#include "system/deliveries.hpp"
#include "system/marketplace.hpp"

namespace ticketing::system {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

namespace reading = delivery::reading;

constexpr const char* secret = "the secret of a throwaway system";

class Limits : public testing::Test {
 protected:
  explicit Limits(const Variables& variables = settings()) : marketplace_(variables) {}

  static Variables settings() {
    return {{"TRUSTED_PROXY_HOPS", is_behind_nginx() ? "1" : "0"},
            {"JWT_KEY", secret},
            {"HOLD_SECONDS", "600"},
            {"CONNECTIONS_PER_ADDRESS", "100"},
            {"REQUESTS_AN_ADDRESS", "100"},  // nginx
            {"STREAMS_PER_ADDRESS", "6"},
            {"STREAMS_PER_USER", "3"},
            {"LIVE_ORDERS_MAX", "10"},
            {"LIVE_ORDERS_PER_ADDRESS", "20"},
            {"IDEMPOTENCY_KEYS_MAX", "5"},
            {"DECLINES_PER_USER", "3"},
            {"DECLINES_PER_ADDRESS", "5"},
            {"SESSIONS_MAX", "4"},
            {"TICKET_FILES_MAX", "2"},
            {"TICKET_MEGABYTES_MAX", "1"},
            {"SIGN_UPS_A_MINUTE", "0"}};
  }
  static bool is_behind_nginx() {
    const char* shape = std::getenv("TICKETING_SYSTEM");
    return shape != nullptr && std::string_view(shape) == "distributed";
  }

  // A signed-up user, at 127.0.0.`address`.
  std::unique_ptr<Person> person_at(int address) {
    auto person = marketplace_.person();
    person->http.come_from(address);
    return person;
  }
  // Every process counts for itself.
  int times(int limit) const { return limit * marketplace_.system().replicas(); }

  void expect_refusal(const Answer& answer, int status, const std::string& slug) {
    EXPECT_EQ(answer.status, status) << answer.body;
    EXPECT_EQ(text_at(answer, "slug"), slug);
    if (status != 400) {
      EXPECT_NE(answer.header("retry-after"), "");
    }
  }

  Marketplace marketplace_;
  std::unique_ptr<Person> a_ = person_at(2), b_ = person_at(3);
};

TEST_F(Limits, StreamsOfOneAddress) {
  std::vector<std::unique_ptr<EventStream>> streams;
  for (int i = 0; i <= times(6); ++i) {
    streams.push_back(std::make_unique<EventStream>(a_->http, "/api/tickets/stream"));
    if (streams.back()->status() != 200) break;
  }
  EXPECT_EQ(streams.back()->status(), 429);
  EXPECT_EQ(std::ssize(streams), times(6) + 1);
  EXPECT_EQ(EventStream(b_->http, "/api/tickets/stream").status(), 200);
}

// A browser that connects again and again, faster than the other side notices.
TEST_F(Limits, StreamsThatWereClosedMakeRoom) {
  const std::string path = "/api/orders/" + a_->reserve(a_->list_ticket()) + "/stream";
  for (int i = 0; i < 30 * times(1); ++i) {
    const auto opens = [&] { return EventStream(a_->http, path).status() == 200; };
    ASSERT_TRUE(wait_until(opens, patient(seconds{30}))) << i;
  }
}

TEST_F(Limits, StreamsOfOneUser) {
  const std::string path = "/api/orders/" + a_->reserve(a_->list_ticket()) + "/stream";
  std::vector<std::unique_ptr<EventStream>> streams;
  std::map<int, int> answers;
  for (int i = 0; i <= times(3); ++i) {
    a_->http.come_from(10 + i);
    streams.push_back(std::make_unique<EventStream>(a_->http, path));
    ++answers[streams.back()->status()];
  }
  // Replicas count for themselves, and need not be asked in turn: which stream is refused is open.
  EXPECT_GE(answers[429], 1);
  EXPECT_EQ(answers[200] + answers[429], times(3) + 1);
  const std::string others = "/api/orders/" + b_->reserve(b_->list_ticket()) + "/stream";
  EXPECT_EQ(EventStream(b_->http, others).status(), 200);
}

TEST_F(Limits, AStreamEndsWithItsAccessToken) {
  const std::string order = a_->reserve(a_->list_ticket());
  a_->http.post("/api/users/signout", "{}");
  // Long enough to open the stream with it on a slow machine.
  const milliseconds life = patient(seconds{4});
  const SystemClock clock;
  const identity::SigningKey key(secret);
  const std::string token = key.sign({.user_id = a_->id,
                                      .email = a_->email,
                                      .session_id = "s",
                                      .token_id = "t",
                                      .not_before = clock.now(),
                                      .expires_at = clock.now() + life});
  a_->http.cookies() = {{"session", token}};
  const auto begun = std::chrono::steady_clock::now();
  EventStream stream(a_->http, "/api/orders/" + order + "/stream");
  ASSERT_EQ(stream.status(), 200);
  while (stream.next(patient(seconds{60}))) continue;
  EXPECT_LT(since(begun), life + patient(seconds{4}));
}

// The others list and order as often as they like.
class LimitOfWrites : public Limits {
 protected:
  static Variables few_writes() {
    Variables all = settings();
    all["WRITES_A_MINUTE"] = "4";  // another one is allowed after 15 s
    return all;
  }
  LimitOfWrites() : Limits(few_writes()) {}
};

TEST_F(LimitOfWrites, OfOneUser) {
  Answer answer;
  // Twice as many, because some are allowed again while a slow machine sends them.
  for (int i = 0; i <= 2 * times(4) && answer.status != 429; ++i) {
    answer = a_->http.post("/api/tickets", R"({"title":"A seat","price":1})");
  }
  expect_refusal(answer, 429, "too_many_writes");
  EXPECT_EQ(a_->http.get("/api/orders").status, 200);
  b_->list_ticket();
}

// Also when all come at once, at all replicas.
TEST_F(Limits, UnpaidOrdersOfOneBuyer) {
  std::vector<std::string> tickets;
  for (int i = 0; i < 24; ++i) tickets.push_back(b_->list_ticket());
  std::atomic<int> made{0}, refused{0}, other{0};
  std::vector<std::thread> threads;
  for (const std::string& ticket : tickets) {
    threads.emplace_back([&, ticket] {
      Person same(marketplace_.system());
      same.http.cookies() = a_->http.cookies();
      const Answer answer = answered([&] { return same.order(ticket); });
      const bool is_refused = answer.status == 400 && text_at(answer, "slug") == "too_many_orders";
      ++(answer.status == 201 ? made : is_refused ? refused : other);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(made, 10);
  EXPECT_EQ(refused, 14);
  EXPECT_EQ(other, 0);
  b_->reserve(b_->list_ticket());
  // Cancelling makes room at once, any number of times.
  const auto orders = json_of(a_->http.get("/api/orders"));
  std::string id = text_at(orders.at(0), "id");
  const std::string ticket = text_at(orders.at(0), "ticket.id");
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(a_->cancel(id).status, 204);
    id = a_->reserve(ticket);
  }
}

// Fresh accounts of one address, all at once and at all replicas.
TEST_F(Limits, UnpaidOrdersOfOneAddress) {
  std::vector<std::unique_ptr<Person>> people;
  std::vector<std::string> tickets;
  for (int i = 0; i < 10; ++i) {
    people.push_back(person_at(5));
    for (int j = 0; j < 3; ++j) tickets.push_back(b_->list_ticket());
  }
  std::atomic<int> made{0}, refused{0}, other{0};
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < tickets.size(); ++i) {
    threads.emplace_back([&, i] {
      Person same(marketplace_.system());
      same.http.come_from(5);
      same.http.cookies() = people[i % people.size()]->http.cookies();
      const Answer answer = answered([&] { return same.order(tickets[i]); });
      const bool is_refused =
          answer.status == 429 && text_at(answer, "slug") == "too_many_orders_of_address";
      ++(answer.status == 201 ? made : is_refused ? refused : other);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(made, 20);
  EXPECT_EQ(refused, 10);
  EXPECT_EQ(other, 0);
  expect_refusal(person_at(5)->order(b_->list_ticket()), 429, "too_many_orders_of_address");
  b_->reserve(b_->list_ticket());
  // The person, somewhere else.
  people[0]->http.come_from(6);
  people[0]->reserve(b_->list_ticket());
}

// What a caller says of its address is not believed; in the distributed shape nginx says it.
TEST_F(Limits, UnpaidOrdersOfOneAddressThatPretendsToBeOthers) {
  const std::array<std::pair<const char*, const char*>, 6> claims{
      {{"X-Forwarded-For", "203.0.113.{}"},
       {"X-Forwarded-For", "203.0.113.{}, 198.51.100.7"},
       {"X-Forwarded-For", "2001:db8:{}::1"},
       {"X-Real-IP", "203.0.113.{}"},
       {"Forwarded", "for=203.0.113.{}"},
       {"X-Proxy-Key", "{}"}}};
  std::map<std::string, int> answers;
  std::unique_ptr<Person> person;
  for (int i = 0; i < 24; ++i) {
    if (i % 8 == 0) person = person_at(9);  // a buyer may have ten
    Person same(marketplace_.system());
    same.http.come_from(9);
    same.http.cookies() = person->http.cookies();
    const auto& [name, value] = claims.at(i % claims.size());
    // Twice: a proxy may read only one of two equal fields.
    for (int j = 0; j < 2; ++j) same.http.add_header(name, fmt::format(fmt::runtime(value), i + j));
    const std::string ticket = b_->list_ticket();
    const Answer answer = answered([&] { return same.order(ticket); });
    ++answers[answer.status == 201 ? "made" : text_at(answer, "slug")];
  }
  EXPECT_EQ(answers, (std::map<std::string, int>{{"made", 20}, {"too_many_orders_of_address", 4}}));
}

// A caller who tries out cards, first with one account, then with fresh ones.
TEST_F(Limits, DeclinedPaymentsOfOneBuyerAndOfOneAddress) {
  const auto pay = [](Person& buyer, const std::string& order, const std::string& card) {
    return answered([&] { return buyer.pay(order, card); });
  };
  const std::string order = a_->reserve(b_->list_ticket());
  for (int i = 0; i < 3; ++i) {
    expect_refusal(pay(*a_, order, "tok_chargeDeclined"), 400, "card_declined");
  }
  const Answer refused = pay(*a_, order, "tok_visa");
  expect_refusal(refused, 429, "too_many_declines");
  const int wait = std::stoi(refused.header("retry-after"));
  EXPECT_GT(wait, 3'000);
  EXPECT_LE(wait, 3'600);

  const auto fresh = person_at(2), next = person_at(2);
  const std::string fresh_order = fresh->reserve(b_->list_ticket());
  for (int i = 0; i < 2; ++i) {
    expect_refusal(pay(*fresh, fresh_order, "tok_chargeDeclined"), 400, "card_declined");
  }
  const std::string next_order = next->reserve(b_->list_ticket());
  expect_refusal(pay(*next, next_order, "tok_visa"), 429, "too_many_declines");
  // The person, somewhere else.
  next->http.come_from(6);
  EXPECT_EQ(pay(*next, next_order, "tok_visa").status / 100, 2);

  const std::string of_b = b_->reserve(a_->list_ticket());
  for (int i = 0; i < 2; ++i) {
    expect_refusal(pay(*b_, of_b, "tok_chargeDeclined"), 400, "card_declined");
  }
  EXPECT_EQ(pay(*b_, of_b, "tok_visa").status / 100, 2);
}

TEST_F(Limits, RefundsOfOnePayment) {
  const auto paid = [](Person& buyer, Person& seller) {
    const std::string order = buyer.reserve(seller.list_ticket());
    EXPECT_EQ(answered([&] { return buyer.pay(order); }).status / 100, 2);
    EXPECT_TRUE(wait_until([&] { return buyer.status_of_order(order) == "complete"; },
                           patient(seconds{30})));
    return order;
  };
  const auto refund = [](Person& buyer, const std::string& order, const std::string& body) {
    return answered([&] { return buyer.http.post("/api/orders/" + order + "/refund", body); });
  };
  const std::string cent = R"({"amount":0.01})";
  const std::string order = paid(*a_, *b_), of_b = paid(*b_, *a_);
  for (int i = 0; i < 20; ++i) ASSERT_EQ(refund(*a_, order, cent).status, 201) << i;
  expect_refusal(refund(*a_, order, cent), 400, "too_many_refunds");
  EXPECT_EQ(refund(*b_, of_b, cent).status, 201);
  const Answer rest = refund(*a_, order, "{}");
  EXPECT_EQ(rest.status, 201);
  EXPECT_DOUBLE_EQ(json_of(rest).at("amount").to_number<double>(), 19.8);
}

TEST_F(Limits, IdempotencyKeysOfOneUser) {
  const auto list = [](Person& person, int number) {
    return person.http.post("/api/tickets", R"({"title":"A seat","price":1})",
                            {{"Idempotency-Key", fmt::format("key-{}", number)}});
  };
  for (int i = 0; i < 5; ++i) EXPECT_EQ(list(*a_, i).status, 201);
  expect_refusal(list(*a_, 5), 429, "too_many_keys");
  EXPECT_EQ(list(*a_, 4).header("idempotent-replayed"), "true");
  EXPECT_EQ(list(*b_, 5).status, 201);
  a_->list_ticket();
  // Forty at once are no more than one after the other.
  std::atomic<int> made{0}, refused{0};
  std::vector<std::thread> threads;
  const auto c = person_at(7);
  for (int i = 0; i < 40; ++i) {
    threads.emplace_back([&, i] {
      Person same(marketplace_.system());
      same.http.cookies() = c->http.cookies();
      const int status = answered([&] { return list(same, i); }).status;
      if (status == 201) ++made;
      if (status == 429) ++refused;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(made + refused, 40);
  EXPECT_GE(made, 1);
  EXPECT_LE(made, times(5));
}

// The session that was used longest ago makes room, unless one has ended already.
TEST_F(Limits, SessionsOfOneAccount) {
  const auto sign_in = [this] {
    auto browser = marketplace_.visitor();
    const Answer answer = browser->http.post(
        "/api/users/signin", fmt::format(R"({{"email":"{}","password":"123456"}})", a_->email));
    EXPECT_EQ(answer.status, 200) << answer.body;
    return browser;
  };
  const auto renew = [](Person& browser) {
    return browser.http.post("/api/users/refresh", "{}").status;
  };
  std::vector<std::unique_ptr<Person>> browsers;
  for (int i = 0; i < 3; ++i) browsers.push_back(sign_in());
  EXPECT_EQ(renew(*a_), 200);
  browsers.push_back(sign_in());
  EXPECT_EQ(renew(*browsers[0]), 401);
  EXPECT_EQ(renew(*a_), 200);
  EXPECT_EQ(browsers[1]->http.post("/api/users/signout", "{}").status, 200);
  browsers.push_back(sign_in());
  for (const int kept : {2, 3, 4}) EXPECT_EQ(renew(*browsers.at(kept)), 200) << kept;
  EXPECT_EQ(renew(*a_), 200);
  EXPECT_EQ(renew(*b_), 200);
}

// Each would wait 3 s, and none of them is a 503: as long as they go on, another user is served.
TEST_F(Limits, WaitsForWhatDoesNotExist) {
  std::atomic<int> asked{0}, not_found{0};
  std::atomic<bool> is_refused{false}, over{false};
  std::vector<std::thread> threads;
  for (int i = 0; i < times(48); ++i) {
    threads.emplace_back([&, i] {
      SystemClock clock;
      SeededRandom random(static_cast<std::uint64_t>(i));
      IdGenerator ids(clock, random);
      Person same(marketplace_.system());
      same.http.cookies() = a_->http.cookies();
      while (!over) {
        const auto begun = std::chrono::steady_clock::now();
        not_found += same.order_now(ids.next()).status == 404;
        ++asked;
        if (since(begun) > seconds{2}) continue;
        is_refused = true;
        std::this_thread::sleep_for(milliseconds{100});
      }
    });
  }
  EXPECT_TRUE(wait_until([&] { return is_refused.load(); }, patient(seconds{30})))
      << "more than 32 wait";
  b_->reserve(b_->list_ticket());
  over = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(not_found, asked.load());
}

// At a process: nginx takes in whole bodies before it passes them on.
TEST_F(Limits, UnfinishedBodiesOfOneAddress) {
  const std::uint16_t port = port_of_service(marketplace_.system(), "auth");
  std::vector<std::unique_ptr<Connection>> connections;
  int refused = 0;
  for (int i = 0; i < 90; ++i) {
    connections.push_back(std::make_unique<Connection>(port, milliseconds{20}, 20));
    connections.back()->send(fmt::format(
        "POST /api/users/signin HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: "
        "192.0.2.7\r\nContent-Type: application/json\r\nContent-Length: 65000\r\n\r\n{}",
        std::string(60'000, ' ')));
  }
  const auto is_refused = [](const auto& connection) { return connection->has_answer(); };
  EXPECT_TRUE(wait_until(
      [&] {
        refused = static_cast<int>(std::ranges::count_if(connections, is_refused));
        return refused > 10;
      },
      patient(seconds{30})))
      << "4 MiB hold fewer than 80 of these";
  EXPECT_LT(refused, 60);
  const Answer answer = b_->http.post(
      "/api/users/signin", fmt::format(R"({{"email":"{}","password":"123456"}})", b_->email));
  EXPECT_EQ(answer.status, 200) << answer.body;
}

// A process counts connections; nginx, whose own connections it does not count, the requests on
// them: of each of these the head has come and the body has not.
TEST_F(Limits, ConnectionsOfOneAddress) {
  const std::uint16_t port = is_behind_nginx() ? marketplace_.system().port_of("/api/tickets")
                                               : port_of_service(marketplace_.system(), "tickets");
  // More than the limit: while they arrive, a request of `same` may take the place of one.
  std::vector<std::unique_ptr<Connection>> held;
  for (int i = 0; i < 120; ++i) {
    held.push_back(std::make_unique<Connection>(port, seconds{5}, 4));
    if (!is_behind_nginx()) continue;
    held.back()->send("POST /api/tickets HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n");
  }
  HttpClient same([port](std::string_view) { return port; });
  same.come_from(4);
  EXPECT_TRUE(
      wait_until([&] { return same.get("/api/tickets").status != 200; }, patient(seconds{30})));
  if (is_behind_nginx()) {
    expect_refusal(same.get("/api/tickets"), 429, "too_many_requests");
  } else {
    expect_refusal(same.get("/api/tickets"), 503, "too_many_connections");
    EXPECT_EQ(same.get("/healthz").status, 200);
    EXPECT_EQ(same.get("/readyz").status, 200);
  }
  EXPECT_EQ(b_->http.get("/api/tickets").status, 200);
  held.clear();
  EXPECT_TRUE(
      wait_until([&] { return same.get("/api/tickets").status == 200; }, patient(seconds{30})));
}

// A ticket with a code that no other one has, in so many bytes more than it takes.
std::string pdf_of_a_ticket(std::size_t more_bytes = 0) {
  static int count = 0;
  const std::string pdf = reading::sheet::pdf_of(
      reading::CodeFormat::qr, fmt::format("limited {}", ++count), reading::sheet::Place::upright);
  return reading::with_comment(pdf, std::string(more_bytes, 'x'));
}

// Takes all the five seconds that a reader has.
std::string pdf_that_takes_long() {
  return reading::hostile::one_page("[0.00001 0.00001] 0 d " +
                                    reading::hostile::repeated("0 0 m 298 420 l S\n", 1'000));
}

// Each sends so many of these at once, while `meanwhile` is done as soon as one is refused. How
// often each refusal came, and how many were "read": to their end or as long as that may take.
std::map<std::string, int> send_long_files(System& system, const std::vector<Person*>& senders,
                                           int each, const std::function<void()>& meanwhile) {
  const std::string pdf = pdf_that_takes_long();
  std::map<std::string, int> answers;
  std::mutex mutex;
  std::atomic<int> refused{0};
  std::vector<std::pair<HttpClient*, std::string>> tickets;
  for (Person* sender : senders) tickets.emplace_back(&sender->http, sender->list_ticket());
  // All are sent in a moment, and none has to wait for the event of its ticket.
  EXPECT_EQ(wait_for_rest(system, patient(seconds{30})), "");
  std::vector<std::thread> threads;
  for (const auto& [sender, ticket] : tickets) {
    for (int i = 0; i < each; ++i) {
      threads.emplace_back([&] {
        Person same(system);
        same.http.come_from(sender->comes_from());
        same.http.cookies() = sender->cookies();
        // Not put_file(), which sends again.
        const Answer answer = same.http.send({.method = "PUT",
                                              .target = path_of(ticket) + "/file",
                                              .body = pdf,
                                              .headers = {{"Content-Type", "application/pdf"}}});
        const std::lock_guard lock(mutex);
        if (answer.status == 429) ++refused;
        ++answers[answer.status == 200 ? "read" : text_at(answer, "slug")];
      });
    }
  }
  EXPECT_TRUE(wait_until([&] { return refused > 0; }, patient(seconds{30})));
  meanwhile();
  for (std::thread& thread : threads) thread.join();
  return answers;
}

TEST_F(Limits, TicketFilesThatAreReadOfOneUser) {
  const std::string code = R"({"format":"qr","text":"typed beside long files"})";
  const std::string ticket = b_->list_ticket();
  auto answers = send_long_files(marketplace_.system(), {a_.get()}, times(3) + 1, [&] {
    EXPECT_EQ(put_code(*a_, a_->list_ticket(), code).status, 200) << "a code is not read";
    const Answer served = put_file(*b_, ticket, pdf_of_a_ticket());
    EXPECT_EQ(text_at(served, "state"), "ready") << served.body;
  });
  // Replicas need not be asked in turn.
  EXPECT_GE(answers["too_many_requests"], 1);
  EXPECT_GE(answers["read"], 2);
  EXPECT_EQ(answers["too_many_requests"] + answers["read"] + answers["unavailable"], times(3) + 1)
      << testing::PrintToString(answers);
}

TEST_F(Limits, TicketFilesThatAreReadOfOneAddress) {
  std::vector<std::unique_ptr<Person>> people;
  std::vector<Person*> senders;
  for (int i = 0; i <= times(2); ++i) {
    people.push_back(person_at(8));
    senders.push_back(people.back().get());
  }
  const std::string ticket = b_->list_ticket();
  auto answers = send_long_files(marketplace_.system(), senders, 3, [&] {
    const Answer served = put_file(*b_, ticket, pdf_of_a_ticket());
    EXPECT_EQ(text_at(served, "state"), "ready") << served.body;
  });
  EXPECT_GE(answers["too_many_requests"], 3);
  EXPECT_GE(answers["read"], 2);
  EXPECT_EQ(answers["too_many_requests"] + answers["read"] + answers["unavailable"], times(6) + 3)
      << testing::PrintToString(answers);
}

TEST_F(Limits, FilesOfTicketsForSaleOfOneSeller) {
  const std::string first = a_->list_ticket(), third = a_->list_ticket();
  for (const std::string& ticket : {first, a_->list_ticket()})
    EXPECT_EQ(put_file(*a_, ticket, pdf_of_a_ticket()).status, 200);
  expect_refusal(put_file(*a_, third, pdf_of_a_ticket()), 400, "too_many_files_kept");
  EXPECT_EQ(put_file(*a_, first, pdf_of_a_ticket()).status, 200) << "instead of the one before";
  EXPECT_EQ(put_code(*a_, third, R"({"format":"qr","text":"no file"})").status, 200);
  EXPECT_EQ(put_file(*b_, b_->list_ticket(), pdf_of_a_ticket()).status, 200);
  EXPECT_EQ(a_->withdraw(first).status, 204);
  EXPECT_EQ(wait_for_rest(marketplace_.system(), patient(seconds{30})), "");
  EXPECT_EQ(put_file(*a_, third, pdf_of_a_ticket()).status, 200) << "its file counts no more";
}

TEST_F(Limits, MegabytesOfTheFilesOfTicketsForSaleOfOneSeller) {
  const std::string first = a_->list_ticket(), second = a_->list_ticket();
  EXPECT_EQ(put_file(*a_, first, pdf_of_a_ticket(600'000)).status, 200);
  expect_refusal(put_file(*a_, second, pdf_of_a_ticket(600'000)), 400, "too_many_bytes_kept");
  EXPECT_EQ(put_file(*b_, b_->list_ticket(), pdf_of_a_ticket(600'000)).status, 200);
  EXPECT_EQ(put_file(*a_, first, pdf_of_a_ticket()).status, 200);
  EXPECT_EQ(put_file(*a_, second, pdf_of_a_ticket(600'000)).status, 200);
}

// Three orders of one ticket that expire cost an hour with that ticket.
TEST(ExpiredOrders, OfTheSameBuyerAndTicketBringAPause) {
  Marketplace marketplace({{"HOLD_SECONDS", "1"}, {"EXPIRY_PAUSE_SECONDS", "3600"}});
  const auto seller = marketplace.person(), buyer = marketplace.person();
  const std::string ticket = seller->list_ticket();
  for (int i = 0; i < 3; ++i) {
    const std::string order = buyer->reserve(ticket);
    ASSERT_TRUE(wait_until([&] { return buyer->status_of_order(order) == "cancelled"; },
                           patient(seconds{30})));
  }
  const Answer refused = buyer->order(ticket);
  EXPECT_EQ(refused.status, 429) << refused.body;
  EXPECT_EQ(text_at(refused, "slug"), "ticket_paused");
  EXPECT_GT(std::stoi(refused.header("retry-after")), 3'500);
  EXPECT_EQ(seller->order(ticket).status, 201);
  buyer->reserve(seller->list_ticket());
}

}  // namespace
}  // namespace ticketing::system
