// The file port as a table of the service's own database: all its replicas have the same files, and
// a backup of the database has them.
#pragma once

#include <memory>

#include "common/db/database.hpp"
#include "common/db/migrations.hpp"
#include "common/files/store.hpp"

namespace ticketing::files {

// `database` has the table of files_migration() and outlives the store.
std::unique_ptr<Store> open_in_database(db::Database& database);

// The store's own table; part of its owner's migrations.
db::Migration files_migration();

}  // namespace ticketing::files
