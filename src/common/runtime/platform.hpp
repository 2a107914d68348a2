// What a service gets from its process. The embedded and the distributed shape, a test and a
// simulation each provide their own; a service does not depend on which one.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/async/task.hpp"
#include "common/async/timers.hpp"
#include "common/base/clock.hpp"
#include "common/base/id.hpp"
#include "common/base/random.hpp"
#include "common/base/secret.hpp"
#include "common/bus/event_bus.hpp"
#include "common/db/database.hpp"
#include "common/db/migrations.hpp"
#include "common/files/store.hpp"
#include "common/identity/identity.hpp"
#include "common/jobs/job_queue.hpp"
#include "common/runtime/limits.hpp"
#include "common/runtime/metrics.hpp"

namespace ticketing::runtime {

class Republisher;

// Everything here outlives the services.
struct Platform {
  Executor executor;
  const Clock& clock;
  Timers& timers;
  Random& random;
  IdGenerator& ids;
  Metrics& metrics;
  identity::Identity& identity;
  bus::EventBus& bus;
  // Opens the database that a service owns and brings its tables up to date. Blocks; throws
  // ConfigError.
  std::function<std::unique_ptr<db::Database>(const std::string& service, const db::Migrations&)>
      open_database;
  // `database` is the owner's; adapters that keep their jobs elsewhere ignore it.
  std::function<std::unique_ptr<jobs::JobQueue>(const std::string& queue, db::Database& database)>
      open_job_queue;
  // Where the files of a service are. `database` is the service's, with the table of
  // files::files_migration(); adapters that keep files elsewhere ignore it. Throws ConfigError.
  std::function<std::unique_ptr<files::Store>(const std::string& service, db::Database& database)>
      open_files;
  // A secret of this name that the shape makes once and keeps, in base64url, 32 bytes of it. Throws
  // ConfigError where secrets are configured.
  std::function<std::string(const std::string& name)> kept_secret;
  // The key that is configured, or if that is empty the kept secret of this name. Throws
  // ConfigError.
  std::string key_or_kept(std::string configured, const std::string& name) const {
    if (!configured.empty()) return configured;
    const auto kept = secret_key_from(kept_secret(name));
    if (!kept) throw ConfigError("the key in DATA_DIR/" + name + ".key is not 32 bytes in base64");
    return *kept;
  }
  bool has_callers = true;  // whose sessions are verified; without them no key is needed
  ServiceLimits limits = {};
  // Of the services of this process that republish their entities, for an operator's requests.
  std::shared_ptr<std::vector<Republisher*>> republishers =
      std::make_shared<std::vector<Republisher*>>();
};

}  // namespace ticketing::runtime
