#include "common/runtime/service_program.hpp"

#include "common/base/exceptions.hpp"
#include "common/runtime/host.hpp"

namespace ticketing::runtime {
namespace {

Task<> run(const ServiceProgram& program, Environment& environment) {
  read_host_settings(environment);
  for (const char* name : {"DATABASE_URL", "NATS_URL"}) {
    if (!environment.optional_text(name)) {
      environment.fault(std::string(name) +
                        " must be set: a service of its own needs servers to talk to" +
                        "; for everything in one process run ticketing");
    }
  }
  environment.check();
  throw ConfigError(program.name +
                    ": this build has no adapters for servers; run ticketing instead");
  co_return;
}

}  // namespace

int run_service(int argc, char** argv, const ServiceProgram& program) {
  return run_program(
      argc, argv, program.name + "-service", program.description,
      host_settings_help() + program.environment_help,
      [&program](Environment& environment, const Executor&) { return run(program, environment); });
}

}  // namespace ticketing::runtime
