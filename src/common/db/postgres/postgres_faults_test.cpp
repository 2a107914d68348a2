// I3: the adapter on a server that is killed, stopped, paused, or shared with another replica. Each
// run prints its seed.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <set>
#include <thread>

#include "common/async/timers.hpp"
#include "common/base/random.hpp"
#include "common/db/postgres/postgres_database.hpp"
#include "fixtures/patience.hpp"
#include "fixtures/patient_postgres.hpp"
#include "fixtures/run_task.hpp"
#include "servers/postgres_server.hpp"
#include "servers/small_disk.hpp"

namespace ticketing::db {
namespace {

using fixtures::patient;
using std::chrono::milliseconds;
using std::chrono::seconds;

const Migrations tables{{.name = "001_pairs",
                         .sql = "CREATE TABLE lefts (id text PRIMARY KEY);"
                                "CREATE TABLE rights (id text PRIMARY KEY, owner text)"}};
const Sql insert_left{"insert_left", "INSERT INTO lefts (id) VALUES ($1)"};
const Sql insert_right{"insert_right",
                       "INSERT INTO rights (id, owner) VALUES ($1, $2) ON CONFLICT DO NOTHING"};
const Sql all_lefts{"all_lefts", "SELECT id FROM lefts ORDER BY id"};
// The halves of transactions that are not whole. In one statement, which sees one state: the server
// may still carry out what it was sent.
const Sql halves{"halves",
                 "SELECT coalesce(l.id, r.id) AS id FROM lefts l FULL JOIN rights r ON r.id = l.id "
                 "WHERE l.id IS NULL OR r.id IS NULL"};
const Sql count_lefts{"count_lefts", "SELECT count(*) AS count FROM lefts"};

enum class End { done, unavailable, unknown };

struct Record {
  std::set<std::string> done;
  std::set<std::string> refused;
  std::set<std::string> unknown;
  milliseconds slowest{0};
  std::atomic<std::size_t> acknowledged = 0;
};

class PostgresFaults : public testing::Test {
 protected:
  PostgresFaults() {
    const char* given = std::getenv("TEST_SEED");
    seed_ = given != nullptr ? std::stoull(given) : SystemRandom{}.next_u64();
    std::printf("TEST_SEED=%llu\n", static_cast<unsigned long long>(seed_));
    random_.emplace(seed_);
  }

  std::unique_ptr<Database> open() {
    return open_postgres(io_.get_executor(), {.url = url_}, tables);
  }
  // For what is about locks.
  std::unique_ptr<Database> open_patiently() {
    return open_postgres(io_.get_executor(), fixtures::patient_postgres(url_), tables);
  }
  std::set<std::string> ids(Database& database, const Sql& sql) {
    std::set<std::string> found;
    const StatementResult result = run_task(io_, database.query(sql()));
    for (const Row& row : result.rows) found.insert(row.text("id"));
    return found;
  }
  std::string count_deadlocks() {
    return server_.run_sql("postgres", "SELECT coalesce(sum(deadlocks), 0) FROM pg_stat_database");
  }
  milliseconds some(int most) {
    return milliseconds{random_->below(static_cast<std::uint64_t>(most))};
  }
  // Polls until it is as wanted; gives how long that took, or the limit.
  milliseconds wait_until_ready(Database& database, bool wanted, milliseconds limit) {
    const auto begin = clock_.steady_now();
    while (clock_.steady_now() - begin < limit) {
      if (run_task(io_, database.is_ready()) == wanted) break;
      run_task(io_, timers_.sleep_for(milliseconds{20}));
    }
    return std::chrono::duration_cast<milliseconds>(clock_.steady_now() - begin);
  }

  // While another thread runs the callers.
  void expect_soon(const std::function<bool()>& met) {
    const auto end = clock_.steady_now() + patient(seconds{20});
    while (!met() && clock_.steady_now() < end) std::this_thread::sleep_for(milliseconds{10});
    EXPECT_TRUE(met());
  }
  void expect_progress(const Record& record) {
    const std::size_t before = record.acknowledged;
    expect_soon([&] { return record.acknowledged > before; });
  }

  // Each commits one pair after the other until it is enough.
  void spawn_callers(int count, Database& database, const std::atomic<bool>& enough,
                     Record& record);
  // What was acknowledged is stored, what was refused is not, and no transaction is stored in part.
  void expect_kept(Database& database, const Record& record);

  SystemClock clock_;
  SystemTimers timers_;
  std::uint64_t seed_ = 0;
  std::optional<SeededRandom> random_;
  servers::PostgresServer server_;
  std::string url_ = server_.make_database();
  asio::io_context io_;
};

Task<End> commit_pair(Database& database, std::string id, std::string owner) {
  std::vector<Statement> statements;
  statements.push_back(insert_left(id));
  statements.push_back(insert_right(id, owner));
  try {
    co_await database.commit({.contends_for = id, .statements = std::move(statements)});
    co_return End::done;
  } catch (const Unavailable&) {
    co_return End::unavailable;
  } catch (const OutcomeUnknown&) {
    co_return End::unknown;
  }
}

Task<> keep_committing(Database& database, std::string name, const std::atomic<bool>& enough,
                       Record& record) {
  SystemClock clock;
  SystemTimers timers;
  for (int i = 0; !enough; ++i) {
    const std::string id = name + "-" + std::to_string(i);
    const auto begin = clock.steady_now();
    const End end = co_await commit_pair(database, id, "");
    record.slowest = std::max(record.slowest,
                              std::chrono::duration_cast<milliseconds>(clock.steady_now() - begin));
    auto& ids = end == End::done      ? record.done
                : end == End::unknown ? record.unknown
                                      : record.refused;
    ids.insert(id);
    if (end == End::done) ++record.acknowledged;
    if (end != End::done) co_await timers.sleep_for(milliseconds{10});
  }
}

void PostgresFaults::spawn_callers(int count, Database& database, const std::atomic<bool>& enough,
                                   Record& record) {
  for (int i = 0; i < count; ++i) {
    spawn(io_.get_executor(), "caller",
          keep_committing(database, std::to_string(i), enough, record));
  }
}

void PostgresFaults::expect_kept(Database& database, const Record& record) {
  EXPECT_EQ(ids(database, halves), std::set<std::string>{});
  const auto lefts = ids(database, all_lefts);
  for (const std::string& id : record.done) ASSERT_TRUE(lefts.contains(id)) << id;
  for (const std::string& id : record.refused) ASSERT_FALSE(lefts.contains(id)) << id;
}

TEST_F(PostgresFaults, AServerKilledDuringCommitsKeepsAcknowledgedTransactionsWhole) {
  const auto database = open();
  Record record;
  std::atomic<bool> enough = false;
  spawn_callers(32, *database, enough, record);
  std::thread load([&] { io_.run(); });
  constexpr int kills = 3;
  for (int i = 0; i < kills; ++i) {
    expect_progress(record);  // it came back since the last time
    std::this_thread::sleep_for(some(300));
    server_.kill();
    std::this_thread::sleep_for(some(200));
    server_.start();
  }
  expect_progress(record);
  enough = true;
  load.join();
  EXPECT_LT(record.slowest, patient(seconds{3}));
  EXPECT_LT(wait_until_ready(*database, true, patient(seconds{30})), patient(seconds{20}));
  expect_kept(*database, record);
  EXPECT_FALSE(record.refused.empty());
  std::printf("%zu acknowledged, %zu unknown, %zu refused\n", record.done.size(),
              record.unknown.size(), record.refused.size());
}

TEST_F(PostgresFaults, AStoppedServerIsUnavailableAtOnceAndUsedAgainWhenItReturns) {
  const auto database = open();
  EXPECT_TRUE(run_task(io_, database->is_ready()));
  server_.stop();
  const auto begin = clock_.steady_now();
  EXPECT_NE(run_task(io_, commit_pair(*database, "lost", "")), End::done);
  EXPECT_THROW(run_task(io_, database->query(count_lefts())), Unavailable);
  EXPECT_FALSE(run_task(io_, database->is_ready()));
  EXPECT_LT(clock_.steady_now() - begin, patient(seconds{3}));
  run_task(io_, timers_.sleep_for(some(1500)));
  server_.start();
  EXPECT_LT(wait_until_ready(*database, true, patient(seconds{25})), patient(seconds{5}));
  EXPECT_EQ(run_task(io_, commit_pair(*database, "kept", "")), End::done);
  EXPECT_EQ(ids(*database, all_lefts), std::set<std::string>{"kept"});
}

TEST_F(PostgresFaults, CallersOfAPausedServerAreAnsweredWithin3S) {
  const auto database = open();
  EXPECT_EQ(run_task(io_, commit_pair(*database, "before", "")), End::done);
  server_.pause();
  Record record;
  std::atomic<bool> enough = false;
  spawn_callers(8, *database, enough, record);
  const auto begin = clock_.steady_now();
  EXPECT_THROW(run_task(io_, database->query(count_lefts())), Unavailable);
  EXPECT_LT(clock_.steady_now() - begin, patient(seconds{3}));
  io_.restart();
  io_.run_for(seconds{4});
  EXPECT_TRUE(record.done.empty());
  EXPECT_FALSE(record.refused.empty());
  server_.resume();
  enough = true;
  io_.restart();
  io_.run();
  EXPECT_LT(record.slowest, patient(seconds{3}));
  EXPECT_LT(wait_until_ready(*database, true, patient(seconds{25})), patient(seconds{5}));
  EXPECT_EQ(run_task(io_, commit_pair(*database, "after", "")), End::done);
  EXPECT_EQ(ids(*database, halves), std::set<std::string>{});
  const auto lefts = ids(*database, all_lefts);
  EXPECT_TRUE(lefts.contains("before"));
  for (const std::string& id : record.refused) ASSERT_FALSE(lefts.contains(id)) << id;
}

TEST_F(PostgresFaults, AServerThatIsAwayAtTheStartIsWaitedFor) {
  server_.stop();
  const auto database = open();
  EXPECT_FALSE(run_task(io_, database->is_ready()));
  EXPECT_EQ(run_task(io_, commit_pair(*database, "early", "")), End::unavailable);
  server_.start();
  EXPECT_LT(wait_until_ready(*database, true, patient(seconds{25})), patient(seconds{5}));
  EXPECT_EQ(run_task(io_, commit_pair(*database, "late", "")), End::done);
}

// The disk of the tables alone; without one for its log, the server ends.
TEST_F(PostgresFaults, AFullDiskRefusesWhatNeedsRoomKeepsRowsAndRecovers) {
  std::optional<servers::SmallDisk> disk;
  try {
    disk.emplace(16 * 1024 * 1024);
  } catch (const servers::NoSmallDisk& error) {
    GTEST_SKIP() << "DID NOT RUN: PostgreSQL on a full disk: " << error.what();
  }
  server_.keep_tables_in(disk->folder() / "tables");
  const auto database = open();
  const auto connections = [&] {
    return server_.run_sql("postgres",
                           "SELECT string_agg(pid::text, ' ' ORDER BY pid) FROM pg_stat_activity "
                           "WHERE application_name = 'ticketing'");
  };
  // It is open once it can write and read; the other connections may come later, and the one that
  // has made the tables may still be there.
  const PostgresSettings defaults;
  const auto spaces_between =
      static_cast<std::ptrdiff_t>(defaults.write_connections + defaults.read_connections) - 1;
  std::string connected = connections();
  const auto begin = clock_.steady_now();
  while (std::ranges::count(connected, ' ') != spaces_between &&
         clock_.steady_now() - begin < patient(seconds{20})) {
    connected = connections();
  }
  ASSERT_EQ(std::ranges::count(connected, ' '), spaces_between);
  Record record;
  std::atomic<bool> enough = false;
  spawn_callers(16, *database, enough, record);
  std::thread load([&] { io_.run(); });
  std::this_thread::sleep_for(milliseconds{200} + some(200));
  for (int round = 0; round < 3; ++round) {
    const int full_before = server_.count_full_disk();
    round == 0 ? disk->fill_but_a_page() : disk->fill();
    expect_soon([&] { return server_.count_full_disk() > full_before; });
    std::this_thread::sleep_for(milliseconds{400} + some(200));
    disk->free();
    expect_progress(record);
  }
  disk->fill();
  std::this_thread::sleep_for(milliseconds{600});
  enough = true;
  load.join();
  io_.restart();
  EXPECT_FALSE(run_task(io_, database->is_ready()));
  EXPECT_EQ(ids(*database, halves), std::set<std::string>{});
  disk->free();
  EXPECT_LT(wait_until_ready(*database, true, patient(seconds{26})), patient(seconds{6}));
  EXPECT_EQ(run_task(io_, commit_pair(*database, "after", "")), End::done);
  EXPECT_EQ(connections(), connected);
  EXPECT_LT(record.slowest, patient(seconds{3}));
  expect_kept(*database, record);
  EXPECT_FALSE(record.refused.empty());
  EXPECT_TRUE(record.unknown.empty());
  std::printf("%zu acknowledged, %zu refused\n", record.done.size(), record.refused.size());
}

const Sql claim{"claim",
                "INSERT INTO rights (id, owner) SELECT CAST($1 AS text), CAST($2 AS text) "
                "WHERE EXISTS (SELECT 1 FROM lefts WHERE id = $1) ON CONFLICT DO NOTHING"};
const Sql touch{"touch", "UPDATE lefts SET id = id WHERE id = $1"};

// Locks what it contends for, and then another row.
Task<> touch_both(Database& database, std::string first, std::string second, int& failed) {
  std::vector<Statement> statements;
  statements.push_back(touch(first));
  statements.push_back(touch(second));
  try {
    co_await database.commit(
        {.contends_for = std::move(first), .statements = std::move(statements), .is_alone = true});
  } catch (const std::exception&) {
    ++failed;
  }
}

Task<> touch_one(Database& database, std::string key, int& failed) {
  std::vector<Statement> statements;
  statements.push_back(touch(key));
  try {
    co_await database.commit({.contends_for = std::move(key), .statements = std::move(statements)});
  } catch (const std::exception&) {
    ++failed;
  }
}

TEST_F(PostgresFaults, WhatLocksTwoRowsDeadlocksWithNoBatch) {
  constexpr std::size_t pairs = 50;
  constexpr int rounds = 20;
  const auto one = open_patiently(), other = open_patiently();
  std::vector<std::string> firsts, seconds_of;
  for (std::size_t i = 0; i < pairs; ++i) {
    firsts.push_back(fmt::format("a{:02}", i));
    seconds_of.push_back(fmt::format("b{:02}", pairs - 1 - i));
    for (const std::string& key : {firsts[i], seconds_of[i]})
      run_task(io_, one->commit({.contends_for = "", .statements = {insert_left(key)}}));
  }
  int failed = 0;
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < pairs; ++i) {
      spawn(io_.get_executor(), "of two", touch_both(*one, firsts[i], seconds_of[i], failed));
      spawn(io_.get_executor(), "of the second", touch_one(*other, seconds_of[i], failed));
    }
    io_.restart();
    io_.run();
  }
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(count_deadlocks(), "0\n");
}

// Claims all keys in an order of its own.
Task<> claim_all(Database& database, std::string owner, std::vector<std::string> keys, int& won,
                 int& failed) {
  for (const std::string& key : keys) {
    std::vector<Statement> statements;
    statements.push_back(touch(key));  // takes a lock before it competes
    statements.push_back(claim(key, owner));
    try {
      const auto results =
          co_await database.commit({.contends_for = key, .statements = std::move(statements)});
      won += static_cast<int>(results[1].affected);
    } catch (const std::exception&) {
      ++failed;
    }
  }
}

TEST_F(PostgresFaults, OfTwoReplicasThatRaceForTheSameKeysExactlyOneWinsEach) {
  constexpr int keys_count = 200;
  std::vector<std::string> keys;
  const auto one = open_patiently(), other = open_patiently();
  for (int i = 0; i < keys_count; ++i) {
    keys.push_back(std::to_string(i));
    run_task(io_, one->commit({.contends_for = "", .statements = {insert_left(keys.back())}}));
  }
  int won = 0;
  int failed = 0;
  for (int i = 0; i < 32; ++i) {
    for (std::size_t k = keys.size(); k > 1; --k) std::swap(keys[k - 1], keys[random_->below(k)]);
    spawn(io_.get_executor(), "contender",
          claim_all(i % 2 == 0 ? *one : *other, std::to_string(i), keys, won, failed));
  }
  io_.restart();
  io_.run();
  EXPECT_EQ(won, keys_count);
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(count_deadlocks(), "0\n");
}

}  // namespace
}  // namespace ticketing::db
