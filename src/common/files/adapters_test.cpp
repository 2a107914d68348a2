// The adapters that need no server, on the contract of the port.
#include "common/db/sqlite/sqlite_database.hpp"
#include "common/files/database/database_store.hpp"
#include "common/files/folder/folder_store.hpp"
#include "fixtures/file_store_contract.hpp"

namespace ticketing::files {
namespace {

class Folders final : public TestStores {
 public:
  std::unique_ptr<Store> open() override { return open_folder(folder_.file("files")); }

 private:
  TemporaryFolder folder_;
};

INSTANTIATE_TEST_SUITE_P(Folder, FileStoreContract,
                         testing::Values(TestStoresMaker{
                             "folder",
                             [](const Executor&) { return std::make_unique<Folders>(); }}),
                         [](const auto& info) { return info.param.name; });

class SqliteFiles final : public TestStores {
 public:
  explicit SqliteFiles(const Executor& executor)
      : database_(db::open_sqlite(executor,
                                  {.path = folder_.file("files.db"),
                                   .execution = db::SqliteSettings::Execution::inline_on_executor},
                                  {files_migration()})) {}
  std::unique_ptr<Store> open() override { return open_in_database(*database_); }

 private:
  TemporaryFolder folder_;
  std::unique_ptr<db::Database> database_;
};

INSTANTIATE_TEST_SUITE_P(Sqlite, FileStoreContract,
                         testing::Values(TestStoresMaker{"sqlite",
                                                         [](const Executor& executor) {
                                                           return std::make_unique<SqliteFiles>(
                                                               executor);
                                                         }}),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace ticketing::files
