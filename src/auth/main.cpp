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
       .make = [](runtime::Platform& platform, Environment& environment,
                  const identity::SigningKey& key) {
         return auth::make_service(platform, auth::read_settings(environment), key);
       }});
}
