#include "common/bus/subjects.hpp"
#include "common/runtime/service_program.hpp"
#include "contracts/api_description.hpp"
#include "contracts/shows_events.hpp"
#include "shows/service.hpp"

int main(int argc, char** argv) {
  using namespace ticketing;
  return runtime::run_service(
      argc, argv,
      {.name = "shows",
       .description = "Shows and their venues: what, where and when tickets are for; search.",
       .environment_help = shows::settings_help(),
       .api_description = contracts::api_description(),
       .needs = {.subjects = bus::subjects_of<contracts::ShowCreated, contracts::ShowUpdated>()},
       .make = [](runtime::DistributedPlatform& distributed, Environment& environment) {
         const shows::Settings settings = shows::read_settings(environment);
         environment.check();
         return shows::make_service(distributed.platform(), settings);
       }});
}
