#include "common/runtime/service_program.hpp"
#include "contracts/api_description.hpp"
#include "notifications/service.hpp"

int main(int argc, char** argv) {
  using namespace ticketing;
  return runtime::run_service(
      argc, argv,
      {.name = "notifications",
       .description = "Mails to people about their accounts, tickets and money.",
       .environment_help = notifications::settings_help(),
       .api_description = contracts::api_description(),
       .make = [](runtime::DistributedPlatform& distributed, Environment& environment) {
         const notifications::Settings settings = notifications::read_settings(environment);
         if (settings.mail_key.empty()) {
           environment.fault(
               "MAIL_KEY must be set, to the same for auth and notifications: make it with "
               "\"openssl rand -base64 32\"");
         }
         environment.check();
         return notifications::make_service(distributed.platform(), settings);
       }});
}
