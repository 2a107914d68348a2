// Migrates a data file to the tables of the program, and refuses one that is newer.
#pragma once

#include "common/db/migrations.hpp"
#include "common/db/sqlite/sqlite_connection.hpp"

namespace ticketing::db {

// Applies what is missing, all in one transaction, in the order given. Throws ConfigError when an
// applied migration has another text now, or the file has one that the program lacks.
void apply_migrations(SqliteConnection& connection, const std::string& path,
                      const Migrations& migrations);

}  // namespace ticketing::db
