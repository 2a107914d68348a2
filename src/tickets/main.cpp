#include "common/bus/subjects.hpp"
#include "common/runtime/service_program.hpp"
#include "contracts/api_description.hpp"
#include "contracts/tickets_events.hpp"
#include "tickets/service.hpp"

int main(int argc, char** argv) {
  using namespace ticketing;
  return runtime::run_service(
      argc, argv,
      {.name = "tickets",
       .description =
           "Tickets for sale: list, show, change; locked, freed and sold as their orders go.",
       .api_description = contracts::api_description(),
       .needs = {.subjects =
                     bus::subjects_of<contracts::TicketCreated, contracts::TicketUpdated>()},
       .make = [](runtime::DistributedPlatform& distributed, Environment&) {
         return tickets::make_service(distributed.platform());
       }});
}
