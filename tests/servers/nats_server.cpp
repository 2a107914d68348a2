#include "servers/nats_server.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <string_view>
#include <vector>

#include "fixtures/project.hpp"
#include "servers/services.hpp"

namespace ticketing::servers {
namespace {

bool is_current_server_wanted() {
  const char* wanted = std::getenv("TICKETING_NATS_LATEST");
  return wanted != nullptr && std::string_view(wanted) == "1";
}

// Built beside the programs under test and kept there.
std::string current_server() {
  const std::filesystem::path folder =
      std::filesystem::absolute(fixtures::programs_folder()).parent_path() / "nats-latest";
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

std::string password_of(const std::string& user) { return "password-of-" + user; }

// As a deployment does: the passwords, then who may do what.
std::string authorization() {
  std::string text;
  std::vector<std::string> users = {"operator", "streams"};
  for (const DescribedService& service : described_services()) users.push_back(service.name);
  for (const std::string& user : users) {
    std::string variable = user;
    std::ranges::transform(variable, variable.begin(), [](char c) { return std::toupper(c); });
    text += variable + "_PASSWORD: \"" + password_of(user) + "\"\n";
  }
  return text + fixtures::read_file_of_project("infra/nats/authorization.conf");
}

}  // namespace

NatsServer::NatsServer(const NatsServerOptions& options)
    : options_(options),
      folder_(make_temporary_folder("nats")),
      program_(is_current_server_wanted() ? current_server()
                                          : find_program("nats-server", "nats-server")),
      port_(free_port()) {
  std::ofstream config(folder_ / "nats.conf");
  config << "listen: 127.0.0.1:" << port_ << "\njetstream { store_dir: \""
         << (folder_ / "store").string() << "\"";
  // What a deployment sets; Debian's 2.9 does not know it.
  if (is_current_server_wanted()) config << ", sync_interval: always";
  config << " }\n";
  if (!options_.certificate.empty()) {
    config << "tls { cert_file: \"" << options_.certificate.string() << "\", key_file: \""
           << options_.key.string() << "\" }\n";
  }
  if (options_.has_users) config << authorization();
  config.close();
  start();
}

std::string NatsServer::url(const std::string& user) const {
  const std::string login = options_.has_users ? user + ":" + password_of(user) + "@" : "";
  return (options_.certificate.empty() ? "nats://" : "tls://") + login +
         "127.0.0.1:" + std::to_string(port_);
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
