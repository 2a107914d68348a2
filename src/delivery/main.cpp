#include "common/bus/subjects.hpp"
#include "common/runtime/service_program.hpp"
#include "contracts/api_description.hpp"
#include "contracts/delivery_events.hpp"
#include "delivery/service.hpp"

int main(int argc, char** argv) {
  using namespace ticketing;
  return runtime::run_service(
      argc, argv,
      {.name = "delivery",
       .description = "What the buyer of a ticket gets: files and codes, sealed.",
       .environment_help = delivery::settings_help(),
       .api_description = contracts::api_description(),
       .needs = {.subjects =
                     bus::subjects_of<contracts::DeliveryReady, contracts::DeliveryDue,
                                      contracts::DeliveryOverdue, contracts::DeliveryRevealed,
                                      contracts::DeliveryReleased, contracts::ResaleBegun>()},
       .make = [](runtime::DistributedPlatform& distributed, Environment& environment) {
         const delivery::Settings settings = delivery::read_settings(environment);
         if (settings.files_key.empty()) {
           environment.fault(
               "FILES_KEY must be set, to the same for every replica and at every start: make it "
               "with \"openssl rand -base64 32\"");
         }
         environment.check();
         return delivery::make_service(distributed.platform(), settings);
       }});
}
