// Resolves the servers that a URL names without blocking: libpq's own look-up blocks.
#pragma once

#include <memory>
#include <string>

#include "common/async/signal.hpp"
#include "common/async/task.hpp"
#include "common/base/clock.hpp"

namespace ticketing::db {

// libpq's parameters of the same names: lists parted by commas, of one length. All empty when there
// is nothing to look up (a socket file, an address).
struct PostgresAddresses {
  std::string host;
  std::string hostaddr;
  std::string port;
};

// Names that are not found by the deadline are left out; without any, `host` is not empty and
// `hostaddr` is. `wake` is the caller's and may be notified by others meanwhile.
Task<PostgresAddresses> look_up(const Executor& executor, const std::string& url,
                                std::shared_ptr<Signal> wake, SteadyTime deadline);

}  // namespace ticketing::db
