// What must hold, asked of the databases of all services at once. The ids are those of
// docs/invariants.md.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "common/base/clock.hpp"
#include "system/sqlite_file.hpp"

namespace ticketing::simulation {

class Checks {
 public:
  // `folder` has the databases of the bus and of these services.
  Checks(const std::filesystem::path& folder, const std::vector<std::string>& services);

  // Each gives the first violation in words, or an empty text.
  std::string at_every_step();
  // When nothing has failed for an hour.
  std::string at_rest(Timestamp now);

  // Every value of the first column. Each service's database has its name.
  std::vector<std::string> values(const std::string& sql);
  void run(const std::string& sql) { databases_.run(sql); }

 private:
  struct Check {
    std::string what;
    std::string sql;  // finds what violates it
  };
  void watch();
  std::string first_violation(const std::vector<Check>& checks);

  system::SqliteFile databases_;
  std::vector<std::string> with_outbox_;
};

}  // namespace ticketing::simulation
