#include "servers/redis_server.hpp"

#include <stdexcept>
#include <thread>
#include <utility>

namespace ticketing::servers {
namespace {

constexpr const char* package = "redis-server";

}  // namespace

RedisServer::RedisServer(std::string password)
    : folder_(make_temporary_folder("redis")), password_(std::move(password)), port_(free_port()) {
  start();
}

RedisServer::~RedisServer() {
  child_.kill();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::string RedisServer::url() const {
  const std::string login = password_.empty() ? "" : "default:" + password_ + "@";
  return "redis://" + login + "127.0.0.1:" + std::to_string(port_);
}

void RedisServer::encrypt(const std::filesystem::path& certificate,
                          const std::filesystem::path& key) {
  tls_port_ = free_port();
  tls_arguments_ = {"--tls-port",         std::to_string(tls_port_),
                    "--tls-cert-file",    certificate,
                    "--tls-key-file",     key,
                    "--tls-auth-clients", "no"};
}

std::string RedisServer::tls_url() const {
  const std::string login = password_.empty() ? "" : "default:" + password_ + "@";
  return "rediss://" + login + "127.0.0.1:" + std::to_string(tls_port_);
}

void RedisServer::start() {
  const std::string log = folder_ / "redis.log";
  std::filesystem::create_directories(folder_ / "data");
  std::vector<std::string> arguments = {find_program("redis-server", package),
                                        "--bind",
                                        "127.0.0.1",
                                        "--port",
                                        std::to_string(port_),
                                        "--dir",
                                        folder_ / "data",
                                        "--save",
                                        "",
                                        "--appendonly",
                                        "yes",
                                        "--appendfsync",
                                        "everysec"};
  if (!password_.empty()) arguments.insert(arguments.end(), {"--requirepass", password_});
  arguments.insert(arguments.end(), tls_arguments_.begin(), tls_arguments_.end());
  child_.start(
      {.arguments = std::move(arguments), .output_file = log, .environment = environment_});
  wait_for_port(child_, port_, log, start_limit);
  // The port answers before the append-only file is read.
  for (int attempt = 0; command({"PING"}).find("PONG") == std::string::npos; ++attempt) {
    if (attempt == 100) throw std::runtime_error("redis-server does not answer PING");
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
  }
}

void RedisServer::stop() { child_.stop(); }

void RedisServer::restart() {
  stop();
  start();
}

void RedisServer::wipe() {
  child_.kill();
  std::filesystem::remove_all(folder_ / "data");
  start();
}

std::string RedisServer::command(const std::vector<std::string>& arguments) const {
  std::vector<std::string> all = {find_program("redis-cli", "redis-tools"), "-p",
                                  std::to_string(port_)};
  all.insert(all.end(), arguments.begin(), arguments.end());
  const std::string output = folder_ / "answer";
  std::filesystem::remove(output);
  Command cli{.arguments = std::move(all), .output_file = output};
  if (!password_.empty()) cli.environment = {{"REDISCLI_AUTH", password_}};
  ChildProcess client;
  client.start(cli);
  client.wait(start_limit);
  return end_of_file(output);
}

}  // namespace ticketing::servers
