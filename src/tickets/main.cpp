#include "common/runtime/service_program.hpp"
#include "contracts/api_description.hpp"
#include "tickets/service.hpp"

int main(int argc, char** argv) {
  using namespace ticketing;
  return runtime::run_service(
      argc, argv,
      {.name = "tickets",
       .description =
           "Tickets for sale: list, show, change; locked, freed and sold as their orders go.",
       .environment_help = "",
       .api_description = contracts::api_description(),
       .make = [](runtime::Platform& platform, Environment& environment,
                  const identity::SigningKey&) {
         static_cast<void>(environment);
         return tickets::make_service(platform);
       }});
}
