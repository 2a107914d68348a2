// For tests: the nginx of infra/nginx before services on this machine, on a free port.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "servers/child_process.hpp"

namespace ticketing::servers {

class NginxServer {
 public:
  // The ports of each service's replicas, by the service's name.
  using Upstreams = std::map<std::string, std::vector<std::uint16_t>>;

  // Starts it. `requests_of_an_address` may be under way at one time; by default so many that a
  // test can load it from one address. Throws std::runtime_error.
  explicit NginxServer(const Upstreams& upstreams, std::int64_t requests_of_an_address = 60'000);
  ~NginxServer();

  std::uint16_t port() const { return port_; }

 private:
  std::filesystem::path folder_;
  std::uint16_t port_;
  ChildProcess child_;
};

}  // namespace ticketing::servers
