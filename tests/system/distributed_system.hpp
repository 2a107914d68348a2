// The distributed shape: replicas of each service behind nginx, on PostgreSQL, NATS and Redis of
// the test's own. Each server stands behind a link that can be broken. Not infra/local/start: these
// tests stop, pause and wipe single servers, and kill replicas, which must stay down until the test
// starts them.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "servers/child_process.hpp"
#include "servers/nats_server.hpp"
#include "servers/nginx_server.hpp"
#include "servers/postgres_client.hpp"
#include "servers/postgres_server.hpp"
#include "servers/redis_server.hpp"
#include "servers/tcp_proxy.hpp"
#include "system/event_echo.hpp"
#include "system/system.hpp"

namespace ticketing::system {

// The three servers, a database for each service, and the links that the services reach them by.
struct BackingServers {
  BackingServers();
  void make_empty();

  servers::PostgresServer postgres{{"max_connections=300"}};
  servers::NatsServer nats{{.has_users = true}};
  servers::RedisServer redis;
  servers::TcpProxy postgres_link{postgres.port()};
  servers::TcpProxy nats_link{nats.port()};
  servers::TcpProxy redis_link{redis.port()};
};

class DistributedSystem final : public System {
 public:
  // TEST_BUS_… among the variables make an echo of events, since this bus has no test mode.
  DistributedSystem(const Variables& variables, int replicas);
  ~DistributedSystem() override;

  std::chrono::milliseconds start() override;
  void start_under(const std::vector<std::string>& wrapper) override;
  void kill() override;
  int stop() override;
  void pause() override;
  void resume() override;
  bool is_running() override;
  void set_variable(const std::string& name, const std::string& value) override {
    variables_[name] = value;
  }
  bool is_ready() const override;
  std::uint16_t port_of(std::string_view path) const override;
  std::vector<Part> parts() const override;
  int replicas() const override { return replicas_; }
  TableRows query(const std::string& service, const std::string& sql) override;
  void execute(const std::string& service, const std::string& sql) override;
  void lose_jobs() override;
  void replay_events(int times, std::uint64_t seed) override;
  std::int64_t events_under_way() override;
  std::vector<std::string> dead_letters() override;
  std::string log() const override;

  BackingServers& servers() { return *servers_; }
  // One replica alone; they are numbered from 0.
  void kill_replica(const std::string& service, int number);
  void start_replica(const std::string& service, int number);
  void pause_replica(const std::string& service, int number);
  void resume_replica(const std::string& service, int number);
  // Added to its environment from its next start on; instead of those of an earlier call.
  void set_variables(const std::string& service, int number, Variables variables);

 private:
  struct Replica {
    std::string service;
    std::string log_file;
    std::uint16_t port = 0;
    Variables variables;  // of its own
    servers::ChildProcess process;
  };

  void start_process(Replica& replica, const std::vector<std::string>& wrapper);
  Variables environment_of(const Replica& replica) const;
  Replica& find(const std::string& service, int number) const;
  servers::PostgresClient& database(const std::string& service);
  // Gives its port.
  std::uint16_t add_replica(const std::string& service, int number);
  std::string url_through(const servers::TcpProxy& link, const std::string& url) const;

  std::shared_ptr<BackingServers> servers_;
  Variables variables_;
  int replicas_;
  std::filesystem::path folder_;
  std::vector<std::unique_ptr<Replica>> processes_;
  std::unique_ptr<servers::NginxServer> nginx_;
  std::map<std::string, std::unique_ptr<servers::PostgresClient>> databases_;
  std::unique_ptr<EventEcho> echo_;
};

}  // namespace ticketing::system
