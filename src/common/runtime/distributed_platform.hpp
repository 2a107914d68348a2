// The distributed shape: PostgreSQL, NATS JetStream and, for the service that has jobs, Redis. Part
// of the services' own programs; the all-in-one process does without.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/config.hpp"
#include "common/http/client.hpp"
#include "common/identity/key_requests.hpp"
#include "common/runtime/periodic.hpp"
#include "common/runtime/platform.hpp"
#include "common/runtime/settings.hpp"

namespace ticketing::runtime {

struct DistributedSettings {
  std::string service;  // "notes"
  bool only_bus = false;
  std::string database_url;
  std::string nats_url;
  int nats_replicas = 1;  // copies of the streams in a NATS cluster
  bool declares_streams = false;
  std::vector<std::string> subjects = {};  // as in JetStreamSettings
  std::string stores_ca_file;  // authorities that vouch for NATS and Redis; empty: the system's
  std::string redis_url;       // empty where no jobs are run
  std::string auth_jwks_url;   // where auth's public keys are fetched from; may be empty
  bool accept_unsafe_durability = false;
};

// `needs`: what the program cannot do without, besides database and bus.
struct DistributedNeeds {
  bool only_bus = false;  // no database, and no callers whose sessions it would have to know
  bool jobs = false;
  bool signing_key = false;
  bool declares_streams = false;  // of the bus: one program of a system does
  // Of the events that it publishes; of all events of the system where it declares the streams,
  // which also takes those of EXTRA_EVENT_SUBJECTS.
  std::vector<std::string_view> subjects = {};
};
DistributedSettings read_distributed_settings(Environment& environment, const std::string& service,
                                              const DistributedNeeds& needs);
std::string distributed_settings_help(const DistributedNeeds& needs);

class DistributedPlatform {
 public:
  // Throws ConfigError. Servers that are away are waited for in the background.
  DistributedPlatform(const Executor& executor, const HostSettings& host,
                      DistributedSettings settings);
  ~DistributedPlatform();

  Platform& platform() { return *platform_; }
  // The key that auth signs with; nothing where JWT_KEY is not set.
  const identity::SigningKey* signing_key() const {
    return signing_key_ ? &*signing_key_ : nullptr;
  }

  // Keeps auth's public keys up to date, where they are fetched.
  void start();
  Task<> stop();

 private:
  Task<> fetch_keys();
  Task<> try_to_fetch_keys();
  std::vector<identity::PublicKey> configured_keys(const HostSettings& host) const;

  DistributedSettings settings_;
  SystemClock clock_;
  SystemTimers timers_;
  SystemRandom random_;
  IdGenerator ids_;
  Metrics metrics_;
  std::optional<identity::SigningKey> signing_key_;
  std::vector<identity::PublicKey> configured_keys_;
  identity::Identity identity_;
  std::unique_ptr<bus::EventBus> bus_;
  std::unique_ptr<http::Client> client_;
  std::unique_ptr<Platform> platform_;
  std::optional<Periodic> fetching_keys_;
  std::optional<identity::KeyRequests> key_requests_;
};

}  // namespace ticketing::runtime
