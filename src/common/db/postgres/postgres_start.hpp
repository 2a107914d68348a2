// Checks that a session is durable before it is used, and migrates a database to the tables of the
// program.
#pragma once

#include <string>

#include "common/db/migrations.hpp"
#include "common/db/postgres/postgres_link.hpp"

namespace ticketing::db {

// Sets a new session up. Its first statement gives the row for check_session.
std::string session_script(const PostgresSettings& settings, PostgresLink::Role role);
// By the server's clock, from the same row.
Timestamp server_time(const Row& row);
// Throws ConfigError when commits would not be durable, text not be UTF-8, or a pooler is in
// between; LinkLost when the server is read-only. `told_process`: whose the connection is, by
// libpq.
void check_session(const Row& row, const PostgresSettings& settings, int told_process);

// Connects and applies what is missing, all in one transaction, one process at a time. Throws
// ConfigError, or LinkLost when the server is away.
Task<> apply_migrations(PostgresLink& link, const Migrations& migrations);

}  // namespace ticketing::db
