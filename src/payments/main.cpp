#include "common/runtime/service_program.hpp"
#include "contracts/api_description.hpp"
#include "payments/service.hpp"

int main(int argc, char** argv) {
  using namespace ticketing;
  return runtime::run_service(
      argc, argv,
      {.name = "payments",
       .description = "Payments: authorise, then capture or void as the order goes.",
       .environment_help = payments::settings_help(),
       .api_description = contracts::api_description(),
       .make = [](runtime::Platform& platform, Environment& environment,
                  const identity::SigningKey&) {
         return payments::make_service(platform, payments::read_settings(environment));
       }});
}
