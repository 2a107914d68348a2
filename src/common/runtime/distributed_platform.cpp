#include "common/runtime/distributed_platform.hpp"

#include <regex>

#include "common/base/backoff.hpp"
#include "common/base/exceptions.hpp"
#include "common/base/log.hpp"
#include "common/bus/jetstream/jetstream_bus.hpp"
#include "common/bus/republish_messages.hpp"
#include "common/db/postgres/postgres_database.hpp"
#include "common/jobs/redis/redis_job_queue.hpp"

namespace ticketing::runtime {
namespace {

constexpr Milliseconds key_fetch_interval{60'000};
// Services that start together find auth a moment later.
constexpr Backoff key_retry{.shortest = Milliseconds{100}, .longest = Milliseconds{5'000}};

std::string require(Environment& environment, const std::string& name, const std::string& form) {
  const auto value = environment.optional_text(name);
  if (!value) environment.fault(name + " must be set, for example " + form);
  return value.value_or("");
}

// All replicas of a service have one database, and perhaps no folder in common.
files::Settings files_of(const HostSettings& host) {
  if (host.files.place != files::Place::by_shape) return host.files;
  return {.place = files::Place::database};
}

// A subject of an event: "invoice.sent". A stream of what else passes on a server (answers,
// requests, dead letters) would do harm.
bool is_event_subject(const std::string& text) {
  static const std::regex form(R"re([a-z][a-z0-9_-]*(\.[a-z0-9_-]+)+)re");
  return std::regex_match(text, form) && !text.starts_with(bus::dead_letter_prefix);
}

std::vector<std::string> read_subjects(Environment& environment, const DistributedNeeds& needs) {
  std::vector<std::string> subjects(needs.subjects.begin(), needs.subjects.end());
  if (!needs.declares_streams) return subjects;
  subjects.emplace_back(bus::RepublishRequested::subject);
  subjects.emplace_back(bus::RepublishProgress::subject);
  for (const std::string& subject : environment.list("EXTRA_EVENT_SUBJECTS")) {
    if (is_event_subject(subject)) {
      subjects.push_back(subject);
    } else {
      environment.fault(
          "EXTRA_EVENT_SUBJECTS must be subjects of events separated by commas, such as "
          "notification.sent; \"" +
          subject + "\" is none");
    }
  }
  return subjects;
}

}  // namespace

DistributedSettings read_distributed_settings(Environment& environment, const std::string& service,
                                              const DistributedNeeds& needs) {
  DistributedSettings settings{
      .service = service,
      .only_bus = needs.only_bus,
      .database_url = needs.only_bus
                          ? ""
                          : require(environment, "DATABASE_URL",
                                    "postgresql://" + service + ":password@localhost/" + service),
      .nats_url = require(environment, "NATS_URL", "nats://localhost:4222"),
      .nats_replicas = static_cast<int>(environment.integer("NATS_REPLICAS", 1, 1, 5)),
      .declares_streams = needs.declares_streams,
      .subjects = read_subjects(environment, needs),
      .stores_ca_file = environment.file_path("STORES_CA_FILE"),
      .redis_url = needs.jobs ? require(environment, "REDIS_URL", "redis://localhost:6379") : "",
      .auth_jwks_url = environment.text("AUTH_JWKS_URL", ""),
      .accept_unsafe_durability = environment.flag("ACCEPT_UNSAFE_DURABILITY", false)};
  if (needs.only_bus) return settings;
  if (needs.signing_key) {
    require(environment, "JWT_KEY", "a random text of 32 characters");
  } else if (!environment.optional_text("JWT_KEY") && environment.list("JWT_PUBLIC_KEYS").empty() &&
             settings.auth_jwks_url.empty()) {
    environment.fault(
        "one of AUTH_JWKS_URL, JWT_PUBLIC_KEYS or JWT_KEY must be set, to verify sessions");
  }
  return settings;
}

std::string distributed_settings_help(const DistributedNeeds& needs) {
  std::string help;
  if (!needs.only_bus)
    help +=
        R"(  DATABASE_URL         PostgreSQL, postgresql://user:password@host:port/database
                       (?sslmode=verify-full&sslrootcert=FILE encrypts and checks the server)
)";
  help +=
      R"(  NATS_URL             NATS with JetStream, nats://host:port, or tls://; several separated by commas
)";
  if (needs.declares_streams)
    help +=
        R"(  NATS_REPLICAS        copies of the streams in a NATS cluster (default 1)
  EXTRA_EVENT_SUBJECTS  events of services that are built elsewhere, such as notification.sent;
                       several separated by commas
)";
  if (needs.jobs)
    help +=
        "  REDIS_URL            Redis, redis://user:password@host:port/database, or rediss://\n";
  help +=
      "  STORES_CA_FILE       authorities that vouch for tls:// and rediss:// (default the "
      "system's)\n";
  if (needs.only_bus) return help;
  if (!needs.signing_key) {
    help +=
        "  AUTH_JWKS_URL        where auth's public keys are, "
        "http://auth:4000/.well-known/jwks.json\n";
  }
  return help +
         "  ACCEPT_UNSAFE_DURABILITY  1 serves on a PostgreSQL that may lose commits (default 0)\n";
}

DistributedPlatform::DistributedPlatform(const Executor& executor, const HostSettings& host,
                                         DistributedSettings settings)
    : settings_(std::move(settings)),
      ids_(clock_, random_),
      configured_keys_(configured_keys(host)),
      identity_(clock_, identity::TokenVerifier({}), host.cookie_secure) {
  if (!host.jwt_key.empty()) {
    signing_key_.emplace(host.jwt_key);
    configured_keys_.push_back(signing_key_->public_key());
  }
  identity_.replace_keys(configured_keys_);
  identity_.require_verified_addresses(host.requires_verified_addresses);
  bus_ =
      bus::make_jetstream_bus(executor, clock_, timers_,
                              bus::JetStreamSettings{.url = settings_.nats_url,
                                                     .name = settings_.service,
                                                     .ca_file = settings_.stores_ca_file,
                                                     .declares_streams = settings_.declares_streams,
                                                     .subjects = settings_.subjects,
                                                     .replicas = settings_.nats_replicas});
  platform_ = std::make_unique<Platform>(Platform{
      .executor = executor,
      .clock = clock_,
      .timers = timers_,
      .random = random_,
      .ids = ids_,
      .metrics = metrics_,
      .identity = identity_,
      .bus = *bus_,
      .open_database =
          [this, executor](const std::string&, const db::Migrations& migrations) {
            return db::open_postgres(
                executor,
                {.url = settings_.database_url,
                 .accept_unsafe_durability = settings_.accept_unsafe_durability},
                migrations);
          },
      .open_job_queue =
          [this, executor](const std::string& queue, db::Database&) {
            return jobs::make_redis_job_queue(
                executor, clock_, timers_,
                {.url = settings_.redis_url, .ca_file = settings_.stores_ca_file, .queue = queue});
          },
      .open_files =
          [this, chosen = files_of(host)](const std::string& service, db::Database& database) {
            return files::open_store(chosen, service, database, clock_, timers_);
          },
      .kept_secret = [](const std::string& name) -> std::string {
        throw ConfigError("the key \"" + name + "\" is not configured");
      },
      .has_callers = !settings_.only_bus,
      .limits = host.service_limits});
  if (!settings_.auth_jwks_url.empty()) {
    client_ = http::make_client({.https_only = false, .total_timeout = Milliseconds{5'000}});
    fetching_keys_.emplace(*platform_, "fetch auth's public keys", key_fetch_interval);
    key_requests_.emplace(executor, clock_, [this] { fetching_keys_->wake(); });
    identity_.set_key_source([this] { return key_requests_->ask(); });
  }
}

DistributedPlatform::~DistributedPlatform() = default;

std::vector<identity::PublicKey> DistributedPlatform::configured_keys(
    const HostSettings& host) const {
  std::vector<identity::PublicKey> keys;
  for (const std::string& text : host.jwt_public_keys) {
    if (const auto key = identity::PublicKey::parse(text)) keys.push_back(*key);
  }
  return keys;
}

void DistributedPlatform::start() {
  if (fetching_keys_) fetching_keys_->start([this] { return fetch_keys(); });
}

Task<> DistributedPlatform::stop() {
  if (fetching_keys_) co_await fetching_keys_->stop();
}

Task<> DistributedPlatform::fetch_keys() {
  co_await try_to_fetch_keys();
  key_requests_->fetched();
}

Task<> DistributedPlatform::try_to_fetch_keys() {
  for (Milliseconds pause = key_retry.shortest;; pause = key_retry.next(pause)) {
    const auto answer = co_await client_->call({.url = settings_.auth_jwks_url});
    if (answer && answer->status == 200) {
      if (auto keys = identity::parse_jwks(answer->body); keys && !keys->empty()) {
        keys->insert(keys->end(), configured_keys_.begin(), configured_keys_.end());
        identity_.replace_keys(*keys);
        co_return;
      }
    }
    // The known keys stay valid; without any key no request can be served, so try again soon.
    if (identity_.is_ready() || fetching_keys_->is_stopping()) co_return;
    log::warn("auth's public keys are not available yet", {{"url", settings_.auth_jwks_url}});
    co_await timers_.sleep_for(pause);
  }
}

}  // namespace ticketing::runtime
