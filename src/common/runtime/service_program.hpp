// The program of one service, on the distributed adapters.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "common/runtime/distributed_platform.hpp"
#include "common/runtime/service.hpp"

namespace ticketing::runtime {

struct ServiceProgram {
  std::string name;         // "notes"
  std::string description;  // one line for --help
  std::string environment_help;
  std::string_view api_description;
  DistributedNeeds needs;
  // Reads the service's own settings, checks the environment and makes the service.
  std::function<std::unique_ptr<Service>(DistributedPlatform&, Environment&)> make;
};

// The whole of main(): gives the exit code.
int run_service(int argc, char** argv, const ServiceProgram& program);

}  // namespace ticketing::runtime
