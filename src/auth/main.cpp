#include "auth/service.hpp"
#include "common/runtime/service_program.hpp"
#include "contracts/api_description.hpp"

int main(int argc, char** argv) {
  using namespace ticketing;
  return runtime::run_service(
      argc, argv,
      {.name = "auth",
       .description = "Accounts and sessions: sign up, in and out, refresh.",
       .environment_help = auth::settings_help(),
       .api_description = contracts::api_description(),
       .needs = {.signing_key = true},
       .make = [](runtime::DistributedPlatform& distributed, Environment& environment) {
         const auth::Settings settings = auth::read_settings(environment);
         environment.check();
         return auth::make_service(distributed.platform(), settings, *distributed.signing_key());
       }});
}
