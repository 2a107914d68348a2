// Which of a program's migrations a database still lacks, and whether the program may use it at
// all: the rules that every adapter shares. Reads and writes nothing.
#pragma once

#include <string>
#include <vector>

#include "common/db/database.hpp"
#include "common/db/migrations.hpp"

namespace ticketing::db {

// Its two columns: the name of a migration that was applied, and the checksum of its text.
inline constexpr const char* migration_history_table =
    "CREATE TABLE IF NOT EXISTS schema_migrations "
    "(name text PRIMARY KEY, checksum text NOT NULL)";
extern const Sql read_migration_history;   // name, checksum
extern const Sql write_migration_history;  // $1 name, $2 checksum

std::string checksum_of(const Migration& migration);

// What is to be applied, in order. `history` has the rows of read_migration_history; `where` names
// the database in errors ("the data file notes.db"). Throws ConfigError when an applied migration
// has another text now, or when the program lacks one.
Migrations missing_migrations(const Migrations& migrations, const std::vector<Row>& history,
                              const std::string& where);

}  // namespace ticketing::db
