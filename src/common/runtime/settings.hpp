// Configuration of a process, read from the environment once.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/config.hpp"
#include "common/base/log.hpp"
#include "common/files/settings.hpp"
#include "common/http/server_limits.hpp"
#include "common/runtime/limits.hpp"
#include "common/tracing/settings.hpp"

namespace ticketing::runtime {

struct HostSettings {
  std::string bind_address;
  std::uint16_t port = 0;
  std::string data_dir;
  log::Level log_level = log::Level::info;
  std::size_t access_log_every = 100;  // one of how many requests is logged; 0: none
  bool cookie_secure = false;
  int trusted_proxy_hops = 0;
  std::string trusted_proxy_key;
  http::ServerLimits server_limits;
  ServiceLimits service_limits;
  tracing::Settings tracing;
  files::Settings files;
  std::string jwt_key;                       // empty: made and kept in the data directory
  std::vector<std::string> jwt_public_keys;  // further keys whose tokens are accepted
  bool production = false;
  bool requires_verified_addresses = false;
  // Test mode of the in-process bus: percent of events delivered twice, and the longest random
  // delay.
  int bus_duplicate_percent = 0;
  int bus_delay_max_ms = 0;
  std::uint64_t bus_fault_seed = 0;
};

HostSettings read_host_settings(Environment& environment);

// The text that --help prints about the variables above.
std::string host_settings_help();

// Makes the folder, and the folders above it, where there is none. Closes it to others, unless it
// is another user's or a shared one (with the sticky bit). Throws ConfigError.
void make_private_folder(const std::string& path);
// The secret in `data_dir`/NAME.key, 32 bytes in base64url; made, readable by the owner alone, when
// there is none yet.
// Throws ConfigError when it can be neither read nor written, or when others may read it.
std::string load_or_make_secret(const std::string& data_dir, const std::string& name = "jwt");

}  // namespace ticketing::runtime
