// Brings a data file to the tables the program was written for, and refuses one that it does not
// know.
#pragma once

#include "common/db/migrations.hpp"
#include "common/db/sqlite/sqlite_connection.hpp"

namespace ticketing::db {

// Applies what is missing, all in one transaction, in the order given. Throws ConfigError when an
// applied migration has another text now, or the file has one that the program does not know.
void apply_migrations(SqliteConnection& connection, const std::string& path,
                      const Migrations& migrations);

}  // namespace ticketing::db
