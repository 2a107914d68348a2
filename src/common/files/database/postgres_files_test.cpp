// The file port in a table of PostgreSQL.
#include "common/db/postgres/postgres_database.hpp"
#include "common/files/database/database_store.hpp"
#include "fixtures/file_store_contract.hpp"
#include "fixtures/patient_postgres.hpp"
#include "servers/postgres_server.hpp"

namespace ticketing::files {
namespace {

class PostgresFiles final : public TestStores {
 public:
  explicit PostgresFiles(const Executor& executor) {
    static servers::PostgresServer server;
    database_ = db::open_postgres(executor, fixtures::patient_postgres(server.make_database()),
                                  {files_migration()});
  }
  std::unique_ptr<Store> open() override { return open_in_database(*database_); }

 private:
  std::unique_ptr<db::Database> database_;
};

INSTANTIATE_TEST_SUITE_P(Postgres, FileStoreContract,
                         testing::Values(TestStoresMaker{"postgres",
                                                         [](const Executor& executor) {
                                                           return std::make_unique<PostgresFiles>(
                                                               executor);
                                                         }}),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace ticketing::files
