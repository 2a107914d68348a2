#include "common/db/sqlite/schema_migrations.hpp"

#include "common/db/migration_history.hpp"

namespace ticketing::db {
namespace {

void apply_missing(SqliteConnection& connection, const std::string& path,
                   const Migrations& migrations) {
  connection.run_script(migration_history_table);
  const StatementResult history = connection.run(read_migration_history());
  for (const Migration& missing :
       missing_migrations(migrations, history.rows, "the data file " + path)) {
    connection.run_script(std::string(missing.sql));
    connection.run(write_migration_history(missing.name, checksum_of(missing)));
  }
}

}  // namespace

void apply_migrations(SqliteConnection& connection, const std::string& path,
                      const Migrations& migrations) {
  try {
    connection.begin_write();
    apply_missing(connection, path, migrations);
    connection.commit();
  } catch (const SqliteError& error) {
    connection.roll_back();
    throw ConfigError("cannot bring the data file " + path + " up to date: " + error.what());
  } catch (const ConfigError&) {
    connection.roll_back();
    throw;
  }
}

}  // namespace ticketing::db
