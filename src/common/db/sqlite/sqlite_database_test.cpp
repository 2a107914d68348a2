#include "common/db/sqlite/sqlite_database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/db/commit_count.hpp"
#include "fixtures/database_contract.hpp"

namespace ticketing::db {
namespace {

using Execution = SqliteSettings::Execution;

class SqliteStore final : public TestStore {
 public:
  explicit SqliteStore(Execution execution) : execution_(execution) {}
  std::unique_ptr<Database> open(const Executor& executor, const Migrations& migrations) override {
    return open_sqlite(executor, {.path = folder_.file("store.db"), .execution = execution_},
                       migrations);
  }

 private:
  TemporaryFolder folder_;
  Execution execution_;
};

INSTANTIATE_TEST_SUITE_P(
    Sqlite, DatabaseContract,
    testing::Values(
        TestStoreMaker{"threads", [] { return std::make_unique<SqliteStore>(Execution::threads); }},
        TestStoreMaker{
            "inline", [] { return std::make_unique<SqliteStore>(Execution::inline_on_executor); }}),
    [](const auto& info) { return info.param.name; });

class SqliteDatabaseTest : public testing::TestWithParam<Execution> {
 protected:
  std::unique_ptr<Database> open(const Migrations& migrations) {
    return open_sqlite(io_.get_executor(), settings(), migrations);
  }
  SqliteSettings settings() { return {.path = folder_.file("store.db"), .execution = GetParam()}; }
  std::string refusal(const Migrations& migrations) {
    try {
      open(migrations);
    } catch (const ConfigError& error) {
      return error.what();
    }
    return "opened";
  }

  TemporaryFolder folder_;
  asio::io_context io_;
  const Migrations first_{{.name = "001_a", .sql = "CREATE TABLE a (id text PRIMARY KEY)"}};
  const Sql insert_a_{"insert_a", "INSERT INTO a (id) VALUES ($1)"};
  const Sql count_a_{"count_a", "SELECT count(*) AS count FROM a"};
};

INSTANTIATE_TEST_SUITE_P(Sqlite, SqliteDatabaseTest,
                         testing::Values(Execution::threads, Execution::inline_on_executor),
                         [](const auto& info) {
                           return info.param == Execution::threads ? "threads" : "inline";
                         });

TEST_P(SqliteDatabaseTest, ASecondProcessGetsTheNameOfTheFileInUse) {
  const auto database = open(first_);
  EXPECT_THAT(refusal(first_), testing::AllOf(testing::HasSubstr("store.db"),
                                              testing::HasSubstr("in use by another process")));
}

TEST_P(SqliteDatabaseTest, AFolderThatDoesNotExistIsAConfigurationError) {
  EXPECT_THROW(open_sqlite(io_.get_executor(), {.path = "/nowhere/at/all.db"}, first_),
               ConfigError);
}

TEST_P(SqliteDatabaseTest, CountsACommitBeforeItsAnswer) {
  const auto database = open(first_);
  const auto* count = dynamic_cast<const CommitCount*>(database.get());
  ASSERT_NE(count, nullptr);
  for (const char* id : {"x", "y"}) {
    const std::uint64_t before = count->commits_so_far();
    run_task(io_, database->query(count_a_()));
    EXPECT_EQ(count->commits_so_far(), before);
    run_task(io_, database->commit({.contends_for = "", .statements = {insert_a_(id)}}));
    EXPECT_GT(count->commits_so_far(), before);
  }
  const std::uint64_t before = count->commits_so_far();
  EXPECT_ANY_THROW(
      run_task(io_, database->commit({.contends_for = "", .statements = {insert_a_("x")}})));
  EXPECT_EQ(count->commits_so_far(), before);
}

Task<> commit_and_count(Database& database, const Sql& insert, int i, int& done, int& refused) {
  try {
    std::vector<Statement> statements;
    statements.push_back(insert(std::to_string(i)));
    co_await database.commit({.contends_for = "", .statements = std::move(statements)});
    ++done;
  } catch (const Unavailable&) {
    ++refused;
  }
}

TEST_P(SqliteDatabaseTest, AFullQueueRefusesAtOnce) {
  SqliteSettings tight = settings();
  tight.execution = Execution::inline_on_executor;  // nothing is taken out while this thread adds
  tight.queue_max = 8;
  const auto database = open_sqlite(io_.get_executor(), tight, first_);
  int done = 0;
  int refused = 0;
  for (int i = 0; i < 20; ++i) {
    spawn(io_.get_executor(), "commit", commit_and_count(*database, insert_a_, i, done, refused));
  }
  io_.run();
  EXPECT_EQ(done, 8);
  EXPECT_EQ(refused, 12);
}

TEST_P(SqliteDatabaseTest, WhatIsQueuedIsCommittedWhenTheDatabaseIsDestroyed) {
  auto database = open(first_);
  int done = 0;
  int refused = 0;
  for (int i = 0; i < 20; ++i) {
    spawn(io_.get_executor(), "commit", commit_and_count(*database, insert_a_, i, done, refused));
  }
  io_.poll();
  database.reset();
  database = open(first_);
  EXPECT_EQ(run_task(io_, database->query(count_a_())).first()->integer("count"), 20);
}

}  // namespace
}  // namespace ticketing::db
