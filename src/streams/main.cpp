// The program that creates the streams of all events, with a NATS user that no service has, and
// erases from them what they keep of deleted accounts.
#include "common/async/worker_pool.hpp"
#include "common/base/exceptions.hpp"
#include "common/base/log.hpp"
#include "common/bus/jetstream/message_eraser.hpp"
#include "common/runtime/service_program.hpp"
#include "contracts/api_description.hpp"
#include "contracts/subjects.hpp"
#include "streams/erasing.hpp"

namespace ticketing::streams {
namespace {

const std::string program = "streams";

struct Server {
  std::string url;
  std::string ca_file;
};

// Why it could not be done; empty: it is.
std::string erase_now(const Server& server, const std::string& user_id) {
  try {
    bus::MessageEraser eraser(server.url, server.ca_file, program);
    const std::size_t erased =
        eraser.erase(contracts::subjects_with_addresses(), "\"" + user_id + "\"");
    log::info("events of a deleted account are erased", {{"user", user_id}, {"messages", erased}});
    return "";
  } catch (const std::exception& error) {
    return error.what();
  }
}

// The bus makes the streams (StreamMonitor).
class Streams final : public runtime::Service {
 public:
  Streams(runtime::Platform& platform, Server server)
      : platform_(platform),
        server_(std::move(server)),
        erasing_(platform.clock, [this](std::string user_id) { return erase(user_id); }) {}

  const std::string& name() const override { return program; }
  http::Routes routes() override { return {}; }
  void subscribe() override { erasing_.subscribe(platform_.bus); }
  void start() override {}
  Task<> stop() override { co_return; }
  Task<bool> is_ready() override { co_return true; }
  Milliseconds clock_lead() const override { return Milliseconds{0}; }

 private:
  Task<> erase(std::string user_id) {
    const std::string fault =
        co_await pool_.run<std::string>([this, user_id] { return erase_now(server_, user_id); });
    if (!fault.empty()) throw Unavailable(fault);
  }

  runtime::Platform& platform_;
  const Server server_;
  Erasing erasing_;
  WorkerPool pool_{1, 256};  // the events that a listener handles at the same time
};

}  // namespace
}  // namespace ticketing::streams

int main(int argc, char** argv) {
  using namespace ticketing;
  return runtime::run_service(
      argc, argv,
      {.name = streams::program,
       .description = "Creates the streams of all events on NATS, and again if they are lost; "
                      "erases from them what they keep of deleted accounts.",
       .environment_help = "",
       .api_description = contracts::api_description(),
       .needs = {.only_bus = true, .declares_streams = true, .subjects = contracts::all_subjects()},
       .make = [](runtime::DistributedPlatform& distributed, Environment& environment) {
         streams::Server server{.url = environment.text("NATS_URL", ""),
                                .ca_file = environment.file_path("STORES_CA_FILE")};
         environment.check();
         return std::make_unique<streams::Streams>(distributed.platform(), std::move(server));
       }});
}
