#include "common/db/migration_history.hpp"

#include <fmt/format.h>

#include <map>

namespace ticketing::db {

const Sql read_migration_history{"read_migration_history",
                                 "SELECT name, checksum FROM schema_migrations ORDER BY name"};
const Sql write_migration_history{"write_migration_history",
                                  "INSERT INTO schema_migrations (name, checksum) VALUES ($1, $2)"};

// FNV-1a: it need not resist an attacker, only notice an edit.
std::string checksum_of(const Migration& migration) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : migration.sql) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3;
  }
  return fmt::format("{:016x}", hash);
}

Migrations missing_migrations(const Migrations& migrations, const std::vector<Row>& history,
                              const std::string& where) {
  std::map<std::string, std::string, std::less<>> applied;
  for (const Row& row : history) applied.emplace(row.text("name"), row.text("checksum"));

  Migrations missing;
  for (const Migration& migration : migrations) {
    const auto found = applied.find(migration.name);
    if (found == applied.end()) {
      missing.push_back(migration);
      continue;
    }
    if (found->second != checksum_of(migration)) {
      throw ConfigError(fmt::format("the migration {} of {} was changed after it had been applied",
                                    migration.name, where));
    }
    applied.erase(found);
  }
  if (!applied.empty()) {
    throw ConfigError(fmt::format("{} is newer than this program: it has the migration {}", where,
                                  applied.begin()->first));
  }
  return missing;
}

}  // namespace ticketing::db
