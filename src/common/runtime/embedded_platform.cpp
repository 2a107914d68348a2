#include "common/runtime/embedded_platform.hpp"

#include <filesystem>

#include "common/base/exceptions.hpp"
#include "common/bus/dead_letters.hpp"
#include "common/db/sqlite/sqlite_database.hpp"
#include "common/jobs/local/local_job_queue.hpp"

namespace ticketing::runtime {
namespace {

files::Settings files_of(const HostSettings& settings) {
  if (settings.files.place != files::Place::by_shape) return settings.files;
  return {.place = files::Place::folder, .folder = settings.data_dir + "/files"};
}

std::string secret_of(const HostSettings& settings) {
  make_private_folder(settings.data_dir);
  return settings.jwt_key.empty() ? load_or_make_secret(settings.data_dir) : settings.jwt_key;
}

std::vector<identity::PublicKey> keys_of(const HostSettings& settings,
                                         const identity::SigningKey& own) {
  std::vector<identity::PublicKey> keys{own.public_key()};
  for (const std::string& text : settings.jwt_public_keys) {
    if (const auto key = identity::PublicKey::parse(text)) keys.push_back(*key);
  }
  return keys;
}

}  // namespace

EmbeddedPlatform::EmbeddedPlatform(const Executor& executor, const HostSettings& settings)
    : fault_random_(settings.bus_fault_seed),
      ids_(clock_, random_),
      signing_key_(secret_of(settings)),
      identity_(clock_, identity::TokenVerifier(keys_of(settings, signing_key_)),
                settings.cookie_secure) {
  identity_.require_verified_addresses(settings.requires_verified_addresses);
  const auto open = [executor, folder = settings.data_dir](const std::string& name,
                                                           const db::Migrations& migrations) {
    return db::open_sqlite(executor, {.path = folder + "/" + name + ".db"}, migrations);
  };
  const bool was_used = std::filesystem::exists(settings.data_dir + "/bus.db");
  bus_database_ = open("bus", bus::dead_letters_migrations());
  bus_ = std::make_unique<bus::LocalBus>(
      executor, clock_, timers_, *bus_database_,
      bus::LocalBusFaults{.random = &fault_random_,
                          .duplicate_percent = settings.bus_duplicate_percent,
                          .delay_max = Milliseconds{settings.bus_delay_max_ms}});
  bus_->remember_listeners(was_used);
  platform_ = std::make_unique<Platform>(Platform{
      .executor = executor,
      .clock = clock_,
      .timers = timers_,
      .random = random_,
      .ids = ids_,
      .metrics = metrics_,
      .identity = identity_,
      .bus = *bus_,
      .open_database = open,
      .open_job_queue =
          [this, executor](const std::string&, db::Database& database) {
            return jobs::make_local_job_queue(executor, clock_, timers_, database);
          },
      .open_files =
          [this, chosen = files_of(settings)](const std::string& service, db::Database& database) {
            return files::open_store(chosen, service, database, clock_, timers_);
          },
      .kept_secret = [folder = settings.data_dir](
                         const std::string& name) { return load_or_make_secret(folder, name); },
      .limits = settings.service_limits});
}

EmbeddedPlatform::~EmbeddedPlatform() = default;

}  // namespace ticketing::runtime
