#include "common/db/postgres/postgres_start.hpp"

#include <fmt/format.h>

#include "common/db/migration_history.hpp"

namespace ticketing::db {
namespace {

// Migrations of large tables take their time; replicas wait for the one that does them.
constexpr std::chrono::minutes migration_timeout{10};
// A process that stopped amid its work gives its locks back.
constexpr Milliseconds idle_in_transaction_timeout{10'000};
constexpr std::int64_t migration_lock = 0x7469636b6574;

void require_on(const Row& row, const std::string& setting) {
  if (row.text(setting) != "off") return;
  throw ConfigError(fmt::format(
      "PostgreSQL runs with {}=off and would lose what it has confirmed; turn it on", setting));
}

Task<> apply_missing(PostgresLink& link, const Migrations& migrations, SteadyTime deadline) {
  co_await link.run_script(fmt::format("BEGIN; SELECT pg_advisory_xact_lock({}); {}",
                                       migration_lock, migration_history_table),
                           deadline);
  const auto history = co_await link.run_script(read_migration_history.text(), deadline);
  const Migrations missing =
      missing_migrations(migrations, history.front().rows, "the PostgreSQL database");
  for (const Migration& migration : missing) {
    co_await link.run_script(std::string(migration.sql), deadline);
    co_await link.run_script(
        fmt::format("INSERT INTO schema_migrations (name, checksum) VALUES ({}, {})",
                    link.quoted(migration.name), link.quoted(checksum_of(migration))),
        deadline);
  }
  co_await link.run_script("COMMIT", deadline);
}

}  // namespace

std::string session_script(const PostgresSettings& settings, PostgresLink::Role role) {
  const bool migrates = role == PostgresLink::Role::migrator;
  std::string script =
      "SELECT current_setting('fsync') AS fsync, "
      "current_setting('full_page_writes') AS full_page_writes, "
      "current_setting('synchronous_commit') AS synchronous_commit, "
      "current_setting('transaction_read_only') AS read_only, "
      "current_setting('server_encoding') AS encoding, "
      "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint) AS server_time, "
      "pg_backend_pid() AS process; ";
  script += fmt::format(
      "SET statement_timeout = {}; SET lock_timeout = {}; "
      "SET idle_in_transaction_session_timeout = {}; "
      "SET default_transaction_isolation = 'read committed'; ",
      migrates ? 0 : settings.statement_timeout.count(),
      migrates ? 0 : settings.lock_timeout.count(), idle_in_transaction_timeout.count());
  // A plan made while a table is young is kept when it has grown, and planning each time costs as
  // much as the statement itself: scans of whole tables are ruled out instead. Of its other plans
  // for reads the server keeps those that are no worse than one made for the given values, and
  // makes them again after each ANALYZE. What has no index looks expensive enough to be compiled
  // first.
  const bool reads = role == PostgresLink::Role::reader;
  script += "SET jit = off; SET enable_seqscan = off; ";
  script += fmt::format("SET plan_cache_mode = {}; ", reads ? "auto" : "force_generic_plan");
  // A weaker default of the role's is raised; a stronger one stays.
  if (!settings.accept_unsafe_durability) {
    script +=
        "SELECT set_config('synchronous_commit', 'on', false) "
        "WHERE current_setting('synchronous_commit') <> 'remote_apply'; ";
  }
  if (reads) script += "SET default_transaction_read_only = on; ";
  return script;
}

void check_session(const Row& row, const PostgresSettings& settings, int told_process) {
  // A pooler answers the connection itself, and cannot determine which process will serve it.
  if (row.integer("process") != told_process) {
    throw ConfigError(
        "DATABASE_URL leads to a pooler (PgBouncer), not to PostgreSQL itself; prepared statements "
        "and settings need sessions of their own, which a pooler in transaction mode gives to "
        "others. Name the server: this program keeps few connections and shares them itself");
  }
  if (!settings.accept_unsafe_durability) {
    require_on(row, "fsync");
    require_on(row, "full_page_writes");
    require_on(row, "synchronous_commit");
  }
  if (row.text("encoding") != "UTF8") {
    throw ConfigError("the PostgreSQL database has the encoding " + row.text("encoding") +
                      "; it must be UTF8");
  }
  if (row.text("read_only") == "on") throw LinkLost("this PostgreSQL server is read-only");
}

Timestamp server_time(const Row& row) { return row.time("server_time"); }

Task<> apply_migrations(PostgresLink& link, const Migrations& migrations) {
  co_await link.open();
  const SteadyTime deadline = SystemClock{}.steady_now() + migration_timeout;
  std::exception_ptr failure;
  try {
    co_await apply_missing(link, migrations, deadline);
  } catch (...) {
    failure = std::current_exception();
  }
  link.close();  // and with it what was not committed
  if (failure) std::rethrow_exception(failure);
}

}  // namespace ticketing::db
