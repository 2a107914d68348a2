#include "common/db/postgres/postgres_database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/db/database_contract_test.hpp"
#include "servers/postgres_server.hpp"

namespace ticketing::db {
namespace {

servers::PostgresServer& server() {
  static servers::PostgresServer one;
  return one;
}

class PostgresStore final : public TestStore {
 public:
  std::unique_ptr<Database> open(const Executor& executor, const Migrations& migrations) override {
    return open_postgres(executor, {.url = url_}, migrations);
  }

 private:
  std::string url_ = server().make_database();
};

INSTANTIATE_TEST_SUITE_P(Postgres, DatabaseContract,
                         testing::Values(TestStoreMaker{
                             "pipeline", [] { return std::make_unique<PostgresStore>(); }}),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace ticketing::db
