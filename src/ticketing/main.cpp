#include "common/runtime/embedded_platform.hpp"
#include "common/runtime/operator_routes.hpp"
#include "contracts/api_description.hpp"
#include "ticketing/marketplace.hpp"

namespace {

using namespace ticketing;

Task<> run(Environment& environment, const Executor& executor) {
  const runtime::HostSettings host = runtime::read_host_settings(environment);
  const MarketplaceSettings settings = read_marketplace_settings(environment);
  environment.check();
  log::configure(host.log_level, "ticketing");
  environment.warn_of_open_files();
  runtime::EmbeddedPlatform embedded(executor, host);
  const runtime::Services services =
      make_marketplace(embedded.platform(), settings, embedded.signing_key());
  const runtime::OperatorGuard guard(settings.payments.operator_token, embedded.platform().clock);
  co_await runtime::serve(embedded.platform(), host, services, contracts::api_description(),
                          runtime::operator_routes(guard, embedded.platform(), embedded.bus()));
}

}  // namespace

int main(int argc, char** argv) {
  return runtime::run_program(argc, argv, "ticketing",
                              "The whole ticket marketplace in one process; needs nothing else.",
                              runtime::host_settings_help() + marketplace_settings_help(), run);
}
