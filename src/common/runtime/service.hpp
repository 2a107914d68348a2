// What a host can run: a service, wired.
#pragma once

#include <string>
#include <vector>

#include "common/http/router.hpp"

namespace ticketing::runtime {

class Service {
 public:
  virtual ~Service() = default;

  virtual const std::string& name() const = 0;
  virtual http::Routes routes() = 0;
  // Subscribes to the bus; called once, before the bus starts.
  virtual void subscribe() = 0;
  // Starts what runs on its own: relay, sweeps, jobs.
  virtual void start() = 0;
  // Ends what start() started; called after the HTTP server and the bus have come to rest.
  virtual Task<> stop() = 0;
  // Whether what it depends on answers. Never throws.
  virtual Task<bool> is_ready() = 0;
  // How far the clock of its database is ahead of this process's (db::Database::clock_lead).
  virtual Milliseconds clock_lead() const = 0;
};

}  // namespace ticketing::runtime
