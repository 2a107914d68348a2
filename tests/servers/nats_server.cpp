#include "servers/nats_server.hpp"

#include <cstdlib>
#include <fstream>
#include <string_view>

namespace ticketing::servers {
namespace {

constexpr std::chrono::seconds start_limit{10};

bool is_current_server_wanted() {
  const char* wanted = std::getenv("TICKETING_NATS_LATEST");
  return wanted != nullptr && std::string_view(wanted) == "1";
}

// Built beside the programs under test and kept there.
std::string current_server() {
  const char* programs = std::getenv("TICKETING_BIN");
  const std::filesystem::path folder = std::filesystem::absolute(
      programs != nullptr ? std::filesystem::path(programs).parent_path() / "nats-latest"
                          : std::filesystem::temp_directory_path() / "ticketing-nats-latest");
  const std::string program = folder / "nats-server";
  if (std::filesystem::exists(program)) return program;
  std::filesystem::create_directories(folder);
  run_to_end({.arguments = {find_program("go", "golang (or Go from go.dev)"), "install",
                            "github.com/nats-io/nats-server/v2@latest"},
              .output_file = folder / "build.log",
              .environment = {{"GOBIN", folder.string()}}},
             std::chrono::minutes{10});
  return program;
}

}  // namespace

NatsServer::NatsServer()
    : folder_(make_temporary_folder("nats")),
      program_(is_current_server_wanted() ? current_server()
                                          : find_program("nats-server", "nats-server")),
      port_(free_port()) {
  std::ofstream config(folder_ / "nats.conf");
  config << "listen: 127.0.0.1:" << port_ << "\njetstream { store_dir: \""
         << (folder_ / "store").string() << "\"";
  // What a deployment sets; Debian's 2.9 does not know it.
  if (is_current_server_wanted()) config << ", sync_interval: always";
  config << " }\n";
  config.close();
  start();
}

NatsServer::~NatsServer() {
  child_.kill();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void NatsServer::start() {
  const std::string log = folder_ / "nats.log";
  child_.start({.arguments = {program_, "-c", folder_ / "nats.conf"}, .output_file = log});
  wait_for_port(child_, port_, log, start_limit);
}

void NatsServer::stop() { child_.stop(); }

void NatsServer::restart() {
  stop();
  start();
}

void NatsServer::wipe() {
  child_.kill();
  std::filesystem::remove_all(folder_ / "store");
  start();
}

}  // namespace ticketing::servers
