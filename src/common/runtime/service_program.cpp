#include "common/runtime/service_program.hpp"

#include <exception>

#include "common/runtime/host.hpp"

namespace ticketing::runtime {
namespace {

Task<> run(const ServiceProgram& program, Environment& environment, const Executor& executor) {
  const HostSettings host = read_host_settings(environment);
  DistributedSettings settings =
      read_distributed_settings(environment, program.name, program.needs);
  environment.check();
  log::configure(host.log_level, program.name);
  DistributedPlatform distributed(executor, host, std::move(settings));
  Services services;
  services.push_back(program.make(distributed, environment));
  environment.warn_of_open_files();
  distributed.start();
  std::exception_ptr failure;
  try {
    co_await serve(distributed.platform(), host, services, program.api_description);
  } catch (...) {
    failure = std::current_exception();
  }
  // Also after a failure: what it started still uses the platform.
  co_await distributed.stop();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace

int run_service(int argc, char** argv, const ServiceProgram& program) {
  return run_program(
      argc, argv, program.name + "-service", program.description,
      host_settings_help() + distributed_settings_help(program.needs) + program.environment_help,
      [&program](Environment& environment, const Executor& executor) {
        return run(program, environment, executor);
      });
}

}  // namespace ticketing::runtime
