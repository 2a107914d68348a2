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
       .api_description = contracts::api_description(),
       .make = [](runtime::DistributedPlatform& distributed, Environment&) {
         return tickets::make_service(distributed.platform());
       }});
}
