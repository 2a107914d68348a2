#include "common/bus/subjects.hpp"
#include "common/runtime/service_program.hpp"
#include "contracts/api_description.hpp"
#include "contracts/payments_events.hpp"
#include "payments/service.hpp"

int main(int argc, char** argv) {
  using namespace ticketing;
  return runtime::run_service(
      argc, argv,
      {.name = "payments",
       .description = "Payments: authorise, then capture or release as the order goes.",
       .environment_help = payments::settings_help(),
       .api_description = contracts::api_description(),
       .needs = {.subjects =
                     bus::subjects_of<contracts::PaymentCreated, contracts::PaymentCaptured,
                                      contracts::PaymentVoided, contracts::PaymentFailed,
                                      contracts::PaymentRefunded, contracts::RefundRequested>()},
       .make = [](runtime::DistributedPlatform& distributed, Environment& environment) {
         const payments::Settings settings = payments::read_settings(environment);
         environment.check();
         return payments::make_service(distributed.platform(), settings);
       }});
}
