// I11: the wall clock of one program is an hour wrong, or is set while it runs (libfaketime; the
// steady clock stays right). No hold ends early or late, and a token is valid for a program whose
// clock differs from auth's by at most 30 s.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "servers/fake_clock.hpp"
#include "system/audit.hpp"
#include "system/distributed_system.hpp"
#include "system/load.hpp"

namespace ticketing::system {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int traders = 4;
constexpr seconds hold{3};
// How often orders looks for those that are over for 3 s.
constexpr seconds sweep_interval{5}, sweep_limit{12};

class DistributedClockFaults : public testing::Test {
 protected:
  DistributedClockFaults()
      : marketplace_(std::make_unique<DistributedSystem>(Variables{{"HOLD_SECONDS", "3"}}, 2)),
        system_(static_cast<DistributedSystem&>(marketplace_.system())) {
    fmt::print("seed {}\n", seed_);
  }

  // From now on the replica uses the fake clock.
  void give_clock(const std::string& service, int number) {
    system_.set_variables(service, number, clock_.environment());
    system_.kill_replica(service, number);
    system_.start_replica(service, number);
    ASSERT_TRUE(wait_until([&] { return system_.is_ready(); }, patient(seconds{20})));
  }
  // A replica of the service, past nginx.
  Answer ask_replica(const Person& person, const std::string& service, int number,
                     const std::string& target) {
    int seen = 0;
    for (const Part& part : system_.parts()) {
      if (!runs(part, service) || seen++ != number) continue;
      HttpClient client([&](std::string_view) { return part.port; });
      client.add_header("Cookie", person.http.cookie_header());
      return client.get(target);
    }
    throw std::logic_error("no such replica");
  }

  // The clock of that replica is wrong by so much: it reports that and is not ready.
  void expect_unready(const std::string& service, int number, hours wrong) {
    const Answer ready = ask_replica(*buyer_, service, number, "/readyz");
    EXPECT_EQ(ready.status, 503) << ready.body;
    EXPECT_NE(ready.body.find(wrong > hours{0} ? R"("clock":"wrong: 3600 s ahead)"
                                               : R"("clock":"wrong: 3600 s behind)"),
              std::string::npos)
        << ready.body;
    EXPECT_NEAR(clock_offset(service, number), static_cast<double>(seconds{wrong}.count()), 5);
  }
  // All of them: on a busy machine one may answer late.
  void expect_ready() {
    EXPECT_TRUE(wait_until([&] { return system_.is_ready(); }, patient(seconds{20})));
  }
  double clock_offset(const std::string& service, int number) {
    const std::string metrics = ask_replica(*buyer_, service, number, "/metrics").body;
    constexpr std::string_view name = "\nclock_offset_seconds ";
    const std::size_t at = metrics.find(name);
    if (at == std::string::npos) throw std::runtime_error("no clock_offset_seconds");
    return std::stod(metrics.substr(at + name.size()));
  }

  // Orders of one buyer, watched from outside by a clock that is right.
  void reserve(int count) {
    for (int i = 0; i < count; ++i) {
      const std::string ticket = seller_->list_ticket();
      Clock::time_point begun;
      Answer made;
      // A replica whose clock is wrong accepts no token.
      ASSERT_TRUE(wait_until(
          [&] {
            begun = Clock::now();
            made = buyer_->order(ticket);
            return made.status == 201;
          },
          patient(seconds{20})))
          << made.status << made.body;
      held_[text_at(made, "id")] = begun;
    }
  }
  // Orders that ended meanwhile: none of them early, none late.
  void look_at_holds() {
    for (const TableRow& row :
         system_.query("orders", "SELECT id FROM orders WHERE status = 'cancelled'")) {
      const auto found = held_.find(*row[0]);
      if (found == held_.end()) continue;
      const milliseconds took = since(found->second);
      EXPECT_GE(took, hold);
      EXPECT_LE(took, hold + patient(sweep_limit));
      shortest_ = std::min(shortest_, took);
      longest_ = std::max(longest_, took);
      held_.erase(found);
    }
  }
  void watch_holds(milliseconds length) {
    const auto begun = Clock::now();
    while (since(begun) < length) {
      look_at_holds();
      std::this_thread::sleep_for(milliseconds{10});
    }
  }
  void expect_holds_to_end() {
    EXPECT_TRUE(wait_until(
        [&] {
          look_at_holds();
          return held_.empty();
        },
        hold + patient(sweep_limit)));
    fmt::print("holds of {} ms ended after {} to {} ms\n", milliseconds{hold}.count(),
               shortest_.count(), longest_.count());
  }

  // The clock jumps while holds are open, more are made all the time, and it is right again.
  void jump_amid_holds(seconds ahead_length) {
    struct Jump {
      hours to;
      seconds length;
    };
    std::vector<Jump> jumps = {{hours{1}, ahead_length}, {hours{-1}, seconds{1}}};
    std::ranges::shuffle(jumps, random_);
    jumps.push_back({hours{0}, seconds{1}});
    reserve(3);
    for (const Jump& jump : jumps) {
      fmt::print("{:+} h\n", jump.to.count());
      clock_.set_ahead(jump.to);
      const auto begun = Clock::now();
      while (since(begun) < jump.length) {
        reserve(1);
        watch_holds(milliseconds{300});
      }
    }
  }

  const std::uint64_t seed_ = std::random_device{}();
  std::mt19937_64 random_{seed_};
  servers::FakeClock clock_;
  Marketplace marketplace_;
  DistributedSystem& system_;
  std::unique_ptr<Person> seller_ = marketplace_.person(), buyer_ = marketplace_.person();
  std::map<std::string, Clock::time_point> held_;
  milliseconds shortest_ = milliseconds::max(), longest_{0};
};

TEST_F(DistributedClockFaults, OfExpirationEndNoHoldEarlyOrLate) {
  for (const int number : {0, 1}) give_clock("expiration", number);
  Crowd crowd(marketplace_, traders, seed_);
  crowd.start();
  jump_amid_holds(seconds{1});
  crowd.stop();
  expect_holds_to_end();
  // It did use the wrong clock: some were announced an hour early.
  const auto rows = system_.query(
      "expiration",
      "SELECT max(created_at) - extract(epoch FROM clock_timestamp()) * 1000 FROM outbox");
  EXPECT_GT(std::stod(rows.at(0).at(0).value_or("0")), 3'000'000);
  expect_rest_and_kept_promises(marketplace_, crowd);
}

TEST_F(DistributedClockFaults, OfRedisEndNoHoldEarlyOrLate) {
  servers::RedisServer& redis = system_.servers().redis;
  const auto use_clock = [&](const Variables& variables) {
    redis.set_environment(variables);
    redis.restart();
    EXPECT_TRUE(wait_until([&] { return system_.is_ready(); }, patient(seconds{20})));
  };
  use_clock(clock_.environment());
  const auto server_time = [&] { return std::stoll(redis.command({"TIME"})); };
  const auto before = server_time();
  clock_.set_ahead(hours{1});
  EXPECT_GE(server_time(), before + 3'600);
  clock_.set_ahead({});
  Crowd crowd(marketplace_, traders, seed_);
  crowd.start();
  jump_amid_holds(seconds{1});
  crowd.stop();
  expect_holds_to_end();
  expect_rest_and_kept_promises(marketplace_, crowd);
  use_clock({});  // the next test has the same server
}

// Orders uses its database's clock, or a replica would end what the others have just begun. With
// a wrong clock of its own it accepts no token, so the other replica does the work.
TEST_F(DistributedClockFaults, OfOneReplicaOfOrdersEndNoHoldEarlyOrLate) {
  give_clock("orders", 1);
  jump_amid_holds(sweep_interval + seconds{1});
  expect_holds_to_end();
  for (const hours wrong : {hours{1}, hours{-1}}) {
    clock_.set_ahead(wrong);
    EXPECT_EQ(ask_replica(*buyer_, "orders", 0, "/api/orders").status, 200);
    EXPECT_EQ(ask_replica(*buyer_, "orders", 1, "/api/orders").status, 401);
    EXPECT_EQ(ask_replica(*buyer_, "orders", 0, "/readyz").status, 200);
    EXPECT_NEAR(clock_offset("orders", 0), 0, 5);
    expect_unready("orders", 1, wrong);
  }
  clock_.set_ahead({});
  EXPECT_EQ(ask_replica(*buyer_, "orders", 1, "/readyz").status, 200);
  EXPECT_EQ(wait_for_rest(system_, patient(seconds{30})), "");
  EXPECT_EQ(audit_report(system_), "");
  EXPECT_TRUE(system_.is_running()) << system_.log();
}

TEST_F(DistributedClockFaults, OfAllOfOrdersEndNoHoldEarlyOrLate) {
  for (const int number : {0, 1}) give_clock("orders", number);
  reserve(5);
  clock_.set_ahead(random_() % 2 == 0 ? hours{1} : hours{-1});
  EXPECT_EQ(buyer_->http.get("/api/orders").status, 401);
  expect_holds_to_end();
  clock_.set_ahead({});
  EXPECT_EQ(buyer_->http.get("/api/orders").status, 200);
  EXPECT_EQ(wait_for_rest(system_, patient(seconds{30})), "");
  EXPECT_EQ(audit_report(system_), "");
}

TEST_F(DistributedClockFaults, OfAuthAreForgivenFor30SecondsAndThenRefusedInPlainWords) {
  for (const int number : {0, 1}) give_clock("auth", number);
  const std::string ticket = seller_->list_ticket();
  for (const seconds slight : {seconds{20}, seconds{-20}}) {
    clock_.set_ahead(slight);
    const auto person = marketplace_.person();
    for (const int number : {0, 1}) {
      EXPECT_EQ(ask_replica(*person, "orders", number, "/api/orders").status, 200);
    }
    expect_ready();
    person->buy(person->reserve(person->list_ticket()));
  }
  for (const hours wrong : {hours{1}, hours{-1}}) {
    clock_.set_ahead(wrong);
    const auto person = marketplace_.person();
    const Answer refused = person->order(ticket);
    EXPECT_EQ(refused.status, 401) << refused.body;
    EXPECT_EQ(text_at(refused, "slug"), "unauthenticated");
    expect_unready("auth", 0, wrong);
    expect_unready("auth", 1, wrong);
    clock_.set_ahead({});
    expect_ready();
    EXPECT_EQ(person->http.post("/api/users/refresh", "").status, 200);
    EXPECT_EQ(person->cancel(person->reserve(ticket)).status, 204);
  }
  // Users who signed in before are still signed in.
  EXPECT_EQ(seller_->http.get("/api/orders").status, 200);
  EXPECT_EQ(wait_for_rest(system_, patient(seconds{30})), "");
  EXPECT_EQ(audit_report(system_), "");
  EXPECT_TRUE(system_.is_running()) << system_.log();
}

}  // namespace
}  // namespace ticketing::system
