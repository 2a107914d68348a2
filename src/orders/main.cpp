#include "common/bus/subjects.hpp"
#include "common/runtime/service_program.hpp"
#include "contracts/api_description.hpp"
#include "contracts/orders_events.hpp"
#include "contracts/proof.hpp"
#include "orders/service.hpp"

int main(int argc, char** argv) {
  using namespace ticketing;
  return runtime::run_service(
      argc, argv,
      {.name = "orders",
       .description =
           "Orders: reserve a ticket, complete, cancel or expire; decides whose a ticket is.",
       .environment_help = orders::settings_help() + contracts::proof_help(),
       .api_description = contracts::api_description(),
       .needs = {.subjects =
                     bus::subjects_of<contracts::OrderCreated, contracts::OrderCancelled,
                                      contracts::OrderCompleted, contracts::WithdrawalDecided>()},
       .make = [](runtime::DistributedPlatform& distributed, Environment& environment) {
         const orders::Settings settings = orders::read_settings(environment);
         environment.check();
         return orders::make_service(distributed.platform(), settings);
       }});
}
