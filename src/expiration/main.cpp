#include "common/runtime/service_program.hpp"
#include "contracts/api_description.hpp"
#include "expiration/service.hpp"

int main(int argc, char** argv) {
  using namespace ticketing;
  return runtime::run_service(argc, argv,
                              {.name = "expiration",
                               .description = "Tells when the time of an order is over.",
                               .environment_help = "",
                               .api_description = contracts::api_description(),
                               .make = [](runtime::Platform& platform, Environment& environment,
                                          const identity::SigningKey&) {
                                 static_cast<void>(environment);
                                 return expiration::make_service(platform);
                               }});
}
