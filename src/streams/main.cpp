// The program that creates the streams of all events, with a NATS user that no service has.
#include "common/runtime/service_program.hpp"
#include "contracts/api_description.hpp"
#include "contracts/subjects.hpp"

namespace ticketing::streams {
namespace {

// The bus does the work (StreamMonitor); this only gives it a process.
class Streams final : public runtime::Service {
 public:
  const std::string& name() const override { return name_; }
  http::Routes routes() override { return {}; }
  void subscribe() override {}
  void start() override {}
  Task<> stop() override { co_return; }
  Task<bool> is_ready() override { co_return true; }
  Milliseconds clock_lead() const override { return Milliseconds{0}; }

 private:
  const std::string name_ = "streams";
};

}  // namespace
}  // namespace ticketing::streams

int main(int argc, char** argv) {
  using namespace ticketing;
  return runtime::run_service(
      argc, argv,
      {.name = "streams",
       .description = "Creates the streams of all events on NATS, and again if they are lost.",
       .environment_help = "",
       .api_description = contracts::api_description(),
       .needs = {.only_bus = true, .declares_streams = true, .subjects = contracts::all_subjects()},
       .make = [](runtime::DistributedPlatform&, Environment& environment) {
         environment.check();
         return std::make_unique<streams::Streams>();
       }});
}
