#include "auth/service.hpp"
#include "common/bus/subjects.hpp"
#include "common/runtime/service_program.hpp"
#include "contracts/api_description.hpp"
#include "contracts/auth_events.hpp"

int main(int argc, char** argv) {
  using namespace ticketing;
  return runtime::run_service(
      argc, argv,
      {.name = "auth",
       .description = "Accounts and sessions: sign up, in and out, refresh.",
       .environment_help = auth::settings_help(),
       .api_description = contracts::api_description(),
       .needs = {.signing_key = true,
                 .subjects =
                     bus::subjects_of<contracts::UserCreated, contracts::DeviceAdded,
                                      contracts::ResetRequested, contracts::VerificationRequested,
                                      contracts::PasswordChanged, contracts::AddressChangeRequested,
                                      contracts::AddressChanged, contracts::ErasureRequested,
                                      contracts::UserErased>()},
       .make = [](runtime::DistributedPlatform& distributed, Environment& environment) {
         const auth::Settings settings = auth::read_settings(environment);
         if (settings.mail_key.empty()) {
           environment.fault(
               "MAIL_KEY must be set, to the same for auth and notifications: make it with "
               "\"openssl rand -base64 32\"");
         }
         environment.check();
         return auth::make_service(distributed.platform(), settings, *distributed.signing_key());
       }});
}
