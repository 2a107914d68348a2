#include "common/bus/subjects.hpp"
#include "common/runtime/service_program.hpp"
#include "contracts/api_description.hpp"
#include "contracts/expiration_events.hpp"
#include "expiration/service.hpp"

int main(int argc, char** argv) {
  using namespace ticketing;
  return runtime::run_service(
      argc, argv,
      {.name = "expiration",
       .description =
           "Publishes an event when the time of an order is over, and when a show begins.",
       .api_description = contracts::api_description(),
       .needs = {.jobs = true,
                 .subjects =
                     bus::subjects_of<contracts::ExpirationComplete, contracts::ShowBegun>()},
       .make = [](runtime::DistributedPlatform& distributed, Environment&) {
         return expiration::make_service(distributed.platform());
       }});
}
