// The embedded shape: SQLite files in the data directory, the in-process bus, local jobs. Nothing
// installed or running beforehand.
#pragma once

#include <memory>

#include "common/bus/local/local_bus.hpp"
#include "common/runtime/platform.hpp"
#include "common/runtime/settings.hpp"

namespace ticketing::runtime {

class EmbeddedPlatform {
 public:
  // Makes the data directory when there is none. Throws ConfigError.
  EmbeddedPlatform(const Executor& executor, const HostSettings& settings);
  ~EmbeddedPlatform();

  Platform& platform() { return *platform_; }
  const identity::SigningKey& signing_key() const { return signing_key_; }
  bus::LocalBus& bus() { return *bus_; }

 private:
  SystemClock clock_;
  SystemTimers timers_;
  SystemRandom random_;
  SeededRandom fault_random_;
  IdGenerator ids_;
  Metrics metrics_;
  identity::SigningKey signing_key_;
  identity::Identity identity_;
  std::unique_ptr<db::Database> bus_database_;
  std::unique_ptr<bus::LocalBus> bus_;
  std::unique_ptr<Platform> platform_;
};

}  // namespace ticketing::runtime
