// Every service opens its tables on PostgreSQL, and every statement of the program can be prepared
// there: one SQL text for both adapters.
#include <gtest/gtest.h>
#include <libpq-fe.h>

#include <map>
#include <memory>

#include "common/bus/dead_letters.hpp"
#include "common/db/postgres/postgres_database.hpp"
#include "common/runtime/embedded_platform.hpp"
#include "fixtures/run_task.hpp"
#include "servers/postgres_server.hpp"
#include "ticketing/marketplace.hpp"

namespace ticketing {
namespace {

constexpr Oid text_oid = 25;
constexpr Oid bigint_oid = 20;

using Connection = std::unique_ptr<PGconn, decltype([](PGconn* c) { PQfinish(c); })>;
using Answer = std::unique_ptr<PGresult, decltype([](PGresult* r) { PQclear(r); })>;

// Empty, or why the statement cannot be prepared there.
std::string fault_of(PGconn* connection, const db::Sql& sql) {
  const Answer prepared(PQprepare(connection, "", sql.text().c_str(), 0, nullptr));
  if (PQresultStatus(prepared.get()) != PGRES_COMMAND_OK) return PQerrorMessage(connection);
  const Answer described(PQdescribePrepared(connection, ""));
  for (int i = 0; i < PQnparams(described.get()); ++i) {
    const Oid type = PQparamtype(described.get(), i);
    if (type != text_oid && type != bigint_oid) {
      return "$" + std::to_string(i + 1) + " is neither text nor bigint: write CAST\n";
    }
  }
  if (sql.declared_shape() == nullptr) return "";
  std::vector<std::string> columns;
  for (int i = 0; i < PQnfields(described.get()); ++i) {
    columns.emplace_back(PQfname(described.get(), i));
  }
  if (columns != sql.declared_shape()->columns) return "its columns are not those of its record\n";
  return "";
}

// What only the embedded adapters say.
bool is_for_sqlite_alone(const db::Sql& sql) {
  return sql.text().starts_with("PRAGMA") || sql.text() == "BEGIN IMMEDIATE";
}

TEST(EveryStatement, CanBePreparedOnPostgresqlWithTheTypesOfThePort) {
  servers::PostgresServer server;
  TemporaryFolder folder;
  asio::io_context io;
  std::map<std::string, std::string> urls;
  const auto open = [&](const std::string& name, const db::Migrations& migrations) {
    urls[name] = server.make_database();
    return db::open_postgres(io.get_executor(), {.url = urls[name]}, migrations);
  };
  runtime::HostSettings settings;
  settings.data_dir = folder.file("data");
  runtime::EmbeddedPlatform embedded(io.get_executor(), settings);
  embedded.platform().open_database = open;
  Environment environment([](const std::string&) { return std::nullopt; });
  const auto marketplace = read_marketplace_settings(environment);
  const auto services = make_marketplace(embedded.platform(), marketplace, embedded.signing_key());
  const auto bus = open("bus", bus::dead_letters_migrations());
  ASSERT_EQ(urls.size(), 9u);

  std::map<std::string, Connection> connections;
  for (const auto& [name, url] : urls) connections[name].reset(PQconnectdb(url.c_str()));
  int prepared = 0;
  for (const db::Sql* sql : db::Sql::every()) {
    if (is_for_sqlite_alone(*sql)) continue;
    std::string faults;
    bool works = false;
    for (const auto& [name, connection] : connections) {
      const std::string fault = fault_of(connection.get(), *sql);
      works = works || fault.empty();
      faults += name + ": " + fault;
    }
    EXPECT_TRUE(works) << sql->name() << "\n" << sql->text() << "\n" << faults;
    prepared += works;
  }
  EXPECT_GT(prepared, 50);
}

}  // namespace
}  // namespace ticketing
