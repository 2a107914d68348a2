// Which of the adapters keeps a process's files: FILES_URL.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "common/async/timers.hpp"
#include "common/base/clock.hpp"
#include "common/base/config.hpp"
#include "common/db/database.hpp"
#include "common/files/s3/s3_address.hpp"
#include "common/files/store.hpp"

namespace ticketing::files {

enum class Place { by_shape, folder, database, s3 };

struct Settings {
  Place place = Place::by_shape;  // as the shape that runs has it
  std::string folder = {};
  S3Address s3 = {};
  std::string ca_file = {};  // authorities that vouch for it; empty: the system's
};

// FILES_URL: file:///a/folder, "database", or s3://…; FILES_CA_FILE. Unset: as the shape has it.
Settings read_settings(Environment& environment);
std::string settings_help();

// Those of one service. `settings.place` is not `by_shape`. `database` has the table of
// files_migration(); it and the others outlive the store. Throws ConfigError.
std::unique_ptr<Store> open_store(const Settings& settings, const std::string& service,
                                  db::Database& database, const Clock& clock, Timers& timers);

}  // namespace ticketing::files
