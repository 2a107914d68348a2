// The marketplace as the thing that is measured, in either shape, in a folder of its own.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "servers/child_process.hpp"

namespace ticketing::bench {

// What sessions are signed with: the load driver signs those of its users by itself, since so many
// sign-ups would take longer than all that is measured.
inline constexpr std::string_view jwt_key = "the secret of a benchmark";

// Where the system takes requests from a proxy of its own, which says whose they are. So each
// simulated user has an address, and the limits of an address are measured as they are by default.
struct ProxyPort {
  std::uint16_t port = 0;
  std::string key;  // sent as X-Proxy-Key
};
// That of the embedded shape. infra/local/start makes its own.
inline constexpr std::string_view proxy_key = "the key of a benchmark's proxy";

// Starts `ticketing` or infra/local/start at a port of its choice: the same for both, so not
// --json, which one program cannot print.
class MeasuredSystem {
 public:
  virtual ~MeasuredSystem();

  std::uint16_t port() const { return port_; }
  virtual ProxyPort proxy_port() const = 0;
  const std::filesystem::path& folder() const { return folder_; }
  // Until every event has been published and every listener has followed every order and ticket.
  void wait_until_drained();
  // Processor time so far of all its processes, the servers of the distributed shape among them, by
  // the name of the program.
  std::map<std::string, double> cpu_seconds() const;

 protected:
  // Starts `command` with PORT and DATA_DIR set and waits until the port answers.
  MeasuredSystem(const std::string& command, std::chrono::seconds limit);

  // One number from the database of a service.
  virtual std::int64_t count(const std::string& service, const std::string& sql) = 0;

 private:
  bool is_drained();

  std::filesystem::path folder_;
  std::uint16_t port_;
  servers::ChildProcess process_;
};

// All in one process: `program` is `ticketing`.
std::unique_ptr<MeasuredSystem> start_embedded(const std::string& program);
// PostgreSQL, NATS, Redis, a process per service and nginx: `program` is infra/local/start.
std::unique_ptr<MeasuredSystem> start_distributed(const std::string& program);

// The address of the PostgreSQL server of a distributed system, without a database's name.
std::string postgres_url(const MeasuredSystem& system);

}  // namespace ticketing::bench
