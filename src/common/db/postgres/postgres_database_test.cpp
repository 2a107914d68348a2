#include "common/db/postgres/postgres_database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "fixtures/database_contract.hpp"
#include "fixtures/patient_postgres.hpp"
#include "servers/child_process.hpp"
#include "servers/postgres_server.hpp"

namespace ticketing::db {
namespace {

servers::PostgresServer& server() {
  static servers::PostgresServer one;
  return one;
}

std::string database_of(const std::string& url) { return url.substr(url.rfind('/') + 1); }

class PostgresStore final : public TestStore {
 public:
  std::unique_ptr<Database> open(const Executor& executor, const Migrations& migrations) override {
    return open_postgres(executor, fixtures::patient_postgres(url_), migrations);
  }

 private:
  std::string url_ = server().make_database();
};

INSTANTIATE_TEST_SUITE_P(Postgres, DatabaseContract,
                         testing::Values(TestStoreMaker{
                             "pipeline", [] { return std::make_unique<PostgresStore>(); }}),
                         [](const auto& info) { return info.param.name; });

class PostgresDatabaseTest : public testing::Test {
 protected:
  std::unique_ptr<Database> open(const Migrations& migrations) {
    return open_postgres(io_.get_executor(), {.url = url_}, migrations);
  }
  std::string refusal(const PostgresSettings& settings, const Migrations& migrations) {
    try {
      open_postgres(io_.get_executor(), settings, migrations);
    } catch (const ConfigError& error) {
      return error.what();
    }
    return "opened";
  }
  std::string refusal(const Migrations& migrations) { return refusal({.url = url_}, migrations); }
  StatementResult query(Database& database, const std::string& text) {
    sql_.push_back(std::make_unique<Sql>("any", text));
    return run_task(io_, database.query((*sql_.back())()));
  }
  StatementResult run_as_writer(Database& database, const std::string& text) {
    sql_.push_back(std::make_unique<Sql>("any", text));
    return run_task(io_, database.commit({.contends_for = "", .statements = {(*sql_.back())()}}))
        .front();
  }

  const std::string url_ = server().make_database();
  asio::io_context io_;
  std::vector<std::unique_ptr<Sql>> sql_;
  const Migrations first_{{.name = "001_a", .sql = "CREATE TABLE a (id text PRIMARY KEY)"}};
  const Sql insert_a_{"insert_a", "INSERT INTO a (id) VALUES ($1)"};
  const Sql count_a_{"count_a", "SELECT count(*) AS count FROM a"};
};

TEST_F(PostgresDatabaseTest, NumbersOfEveryWidthSumsAndTruthsComeOutAsIntegers) {
  const auto database = open(first_);
  const auto found = query(*database,
                           "SELECT CAST(1 AS smallint) AS a, CAST(2 AS integer) AS b, "
                           "CAST(3 AS bigint) AS c, true AS d, false AS e, sum(x) AS f, "
                           "CAST(NULL AS bigint) AS g, coalesce(sum(x), 0) AS h "
                           "FROM (SELECT CAST(2000000000000 AS bigint) AS x "
                           "UNION ALL SELECT 1) AS t");
  const Row& row = *found.first();
  EXPECT_EQ(row.integer("a"), 1);
  EXPECT_EQ(row.integer("b"), 2);
  EXPECT_EQ(row.integer("c"), 3);
  EXPECT_EQ(row.integer("d"), 1);
  EXPECT_EQ(row.integer("e"), 0);
  EXPECT_EQ(row.integer("f"), 2'000'000'000'001);
  EXPECT_TRUE(row.is_null("g"));
  EXPECT_EQ(row.integer("h"), 2'000'000'000'001);
}

TEST_F(PostgresDatabaseTest, ATextWithANulByteIsRefusedBeforeItIsCutOff) {
  const auto database = open(first_);
  EXPECT_THROW(run_task(io_, database->commit({.contends_for = "",
                                               .statements = {insert_a_(std::string("a\0b", 3))}})),
               std::logic_error);
}

Task<> insert_one(Database& database, Statement insert, int& refused) {
  std::vector<Statement> statements;
  statements.push_back(std::move(insert));
  try {
    co_await database.commit({.contends_for = "", .statements = std::move(statements)});
  } catch (const std::exception&) {
    ++refused;
  }
}

// Rows that one transaction has written have the same xmin.
TEST_F(PostgresDatabaseTest, ARowThatExistsDoesNotSendOthersOneByOne) {
  const auto database = open(first_);
  int refused = 0;
  run_task(io_, insert_one(*database, insert_a_("there"), refused));
  for (int i = 0; i < 20; ++i) {
    spawn(io_.get_executor(), "insert",
          insert_one(*database, insert_a_("new " + std::to_string(i)), refused));
    if (i == 10)
      spawn(io_.get_executor(), "insert again", insert_one(*database, insert_a_("there"), refused));
  }
  io_.restart();
  io_.run();
  EXPECT_EQ(refused, 1);
  const auto found = query(*database,
                           "SELECT count(*) AS rows, count(DISTINCT CAST(xmin AS text)) AS "
                           "transactions FROM a WHERE id LIKE 'new %'");
  EXPECT_EQ(found.first()->integer("rows"), 20);
  EXPECT_LT(found.first()->integer("transactions"), 10);
}

TEST_F(PostgresDatabaseTest, OfReplicasThatStartTogetherOneAppliesTheMigrations) {
  const Migrations slow{
      {.name = "001_a", .sql = "SELECT pg_sleep(0.2); CREATE TABLE a (id text PRIMARY KEY)"}};
  std::vector<std::thread> replicas;
  std::atomic<int> opened = 0;
  for (int i = 0; i < 4; ++i) {
    replicas.emplace_back([&] {
      asio::io_context io;
      open_postgres(io.get_executor(), {.url = url_}, slow);
      ++opened;
    });
  }
  for (std::thread& replica : replicas) replica.join();
  EXPECT_EQ(opened, 4);
}

TEST_F(PostgresDatabaseTest, AUrlThatCannotBeReadIsRefusedWithoutBeingShown) {
  const std::string told = refusal({.url = "postgresql://ann:secret%zz@nowhere/x"}, first_);
  EXPECT_THAT(told, testing::HasSubstr("postgresql://user:password@host"));
  EXPECT_THAT(told, testing::Not(testing::HasSubstr("secret")));
}

// In transaction mode each transaction may go to another session, and in any mode the pooler
// answers the connection.
TEST_F(PostgresDatabaseTest, APoolerBeforeTheServerIsFoundAtStartAndNamed) {
  for (const char* mode : {"transaction", "session"}) {
    const auto folder = servers::make_temporary_folder("pooler");
    const std::uint16_t port = servers::free_port();
    std::ofstream(folder / "pgbouncer.ini")
        << "[databases]\n* = host=127.0.0.1 user=postgres port=" << server().port()
        << "\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = " << port
        << "\nunix_socket_dir =\nauth_type = any\npool_mode = " << mode
        << "\nignore_startup_parameters = extra_float_digits, options\n";
    servers::ChildProcess pooler;
    const std::string log = folder / "pgbouncer.log";
    pooler.start(
        {.arguments = {servers::project_folder() / "tools/as-postgres", folder,
                       servers::find_program("pgbouncer", "pgbouncer"), folder / "pgbouncer.ini"},
         .output_file = log});
    servers::wait_for_port(pooler, port, log, std::chrono::seconds{10});
    const std::string url =
        "postgresql://postgres@127.0.0.1:" + std::to_string(port) + "/" + database_of(url_);
    EXPECT_THAT(refusal({.url = url}, first_), testing::HasSubstr("leads to a pooler (PgBouncer)"));
    pooler.stop();
    std::filesystem::remove_all(folder);
  }
}

TEST_F(PostgresDatabaseTest, AHostMayBeANameAndOneOfSeveral) {
  const std::string port = std::to_string(server().port());
  const std::string name = database_of(url_);
  const std::string host = "localhost:" + port;
  for (const std::string& hosts : {host, "nowhere.invalid:5432," + host}) {
    const std::string url = "postgresql://postgres@" + hosts + "/" + name;
    const auto database = open_postgres(io_.get_executor(), {.url = url}, first_);
    EXPECT_TRUE(run_task(io_, database->is_ready())) << url;
  }
}

TEST_F(PostgresDatabaseTest, AnUnknownHostIsTriedAgain) {
  const auto database =
      open_postgres(io_.get_executor(), {.url = "postgresql://ann@nowhere.invalid/x"}, first_);
  EXPECT_FALSE(run_task(io_, database->is_ready()));
}

TEST_F(PostgresDatabaseTest, ARoleWhoseCommitsAreNotDurableRefusesToStart) {
  const std::string name = database_of(url_);
  server().run_sql("postgres", "ALTER DATABASE " + name + " SET synchronous_commit = off");
  EXPECT_THAT(refusal(first_), testing::HasSubstr("synchronous_commit=off"));
  EXPECT_EQ(refusal({.url = url_, .accept_unsafe_durability = true}, first_), "opened");
}

TEST_F(PostgresDatabaseTest, AWeakerDefaultOfTheRoleIsRaisedForEverySession) {
  server().run_sql("postgres",
                   "ALTER DATABASE " + database_of(url_) + " SET synchronous_commit = local");
  const auto database = open(first_);
  EXPECT_EQ(run_as_writer(*database, "SELECT current_setting('synchronous_commit') AS setting")
                .first()
                ->text("setting"),
            "on");
}

TEST(UnsafePostgres, AServerWithoutFsyncOrFullPagesRefusesToStart) {
  for (const std::string setting : {"fsync", "full_page_writes"}) {
    servers::PostgresServer unsafe({setting + "=off"});
    asio::io_context io;
    const PostgresSettings settings{.url = unsafe.make_database()};
    try {
      open_postgres(io.get_executor(), settings, {});
      FAIL() << "opened with " << setting << "=off";
    } catch (const ConfigError& error) {
      EXPECT_THAT(error.what(), testing::HasSubstr(setting + "=off"));
    }
  }
}

TEST_F(PostgresDatabaseTest, APlanMadeOnAnEmptyTableDoesNotScanItWhenItHasGrown) {
  const auto database =
      open({{.name = "001_slots", .sql = "CREATE TABLE slots (id text PRIMARY KEY, n bigint)"}});
  const Sql touch{"touch", "UPDATE slots SET n = n + 1 WHERE id = $1"};
  const auto run = [&] {
    run_task(io_, database->commit({.contends_for = "", .statements = {touch("7")}}));
  };
  for (int i = 0; i < 10; ++i) run();
  server().run_sql(database_of(url_),
                   "ALTER TABLE slots SET (autovacuum_enabled = false); ANALYZE slots");
  for (int i = 0; i < 10; ++i) run();
  server().run_sql(database_of(url_),
                   "INSERT INTO slots SELECT CAST(i AS text), 0 FROM generate_series(1, 50000) i");
  for (int i = 0; i < 20; ++i) run();
  // Sequential scans are counted when they begin; the statistics come a moment after the commit.
  std::this_thread::sleep_for(std::chrono::milliseconds{1500});
  EXPECT_EQ(server().run_sql(database_of(url_),
                             "SELECT seq_tup_read FROM pg_stat_user_tables "
                             "WHERE relname = 'slots'"),
            "0\n");
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

TEST_F(PostgresDatabaseTest, AFullQueueRefusesAtOnce) {
  const auto database = open_postgres(io_.get_executor(), {.url = url_, .queue_max = 8}, first_);
  server().pause();  // nothing is taken out while this thread adds
  int done = 0;
  int refused = 0;
  for (int i = 0; i < 20; ++i) {
    spawn(io_.get_executor(), "commit", commit_and_count(*database, insert_a_, i, done, refused));
  }
  io_.poll();
  EXPECT_EQ(refused, 12);
  server().resume();
  io_.run();
  EXPECT_EQ(done, 8);
}

TEST_F(PostgresDatabaseTest, WhatIsQueuedIsCommittedWhenTheDatabaseIsDestroyed) {
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
