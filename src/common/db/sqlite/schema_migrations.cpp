#include "common/db/sqlite/schema_migrations.hpp"

#include <fmt/format.h>

#include <map>

namespace ticketing::db {
namespace {

// FNV-1a: it need not resist an attacker, only notice an edit.
std::string checksum(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3;
  }
  return fmt::format("{:016x}", hash);
}

const Sql applied_migrations{"applied_migrations",
                             "SELECT name, checksum FROM schema_migrations ORDER BY name"};
const Sql note_migration{"note_migration",
                         "INSERT INTO schema_migrations (name, checksum) VALUES ($1, $2)"};

void apply_missing(SqliteConnection& connection, const std::string& path,
                   const Migrations& migrations) {
  connection.run_script(
      "CREATE TABLE IF NOT EXISTS schema_migrations "
      "(name text PRIMARY KEY, checksum text NOT NULL)");
  std::map<std::string, std::string, std::less<>> applied;
  const StatementResult known = connection.run(applied_migrations());
  for (const Row& row : known.rows) applied.emplace(row.text(0), row.text(1));

  for (const Migration& migration : migrations) {
    const auto found = applied.find(migration.name);
    if (found == applied.end()) {
      connection.run_script(std::string(migration.sql));
      connection.run(note_migration(migration.name, checksum(migration.sql)));
      continue;
    }
    if (found->second != checksum(migration.sql)) {
      throw ConfigError(
          fmt::format("the migration {} of the data file {} was changed after it had been applied",
                      migration.name, path));
    }
    applied.erase(found);
  }
  if (!applied.empty()) {
    throw ConfigError(
        fmt::format("the data file {} is newer than this program: it has the migration {}", path,
                    applied.begin()->first));
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
