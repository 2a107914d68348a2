#include <chrono>
#include <cstdint>
#include <fstream>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>

#include "bench/measured_system.hpp"
#include "servers/postgres_client.hpp"

namespace ticketing::bench {
namespace {

// What infra/local/start says of the system that it has started.
std::string setting(const MeasuredSystem& system, const std::string& name) {
  std::ifstream file(system.folder() / "data" / "distributed" / "servers.env");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(name + "=")) return line.substr(name.size() + 1);
  }
  throw std::runtime_error("infra/local/start did not say its " + name);
}

class DistributedSystem final : public MeasuredSystem {
 public:
  explicit DistributedSystem(const std::string& program)
      : MeasuredSystem(program, std::chrono::seconds{90}) {}

  // nginx as the client's server calls it.
  ProxyPort proxy_port() const override {
    const std::string url = setting(*this, "CLIENT_API_URL");
    return {.port = static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1))),
            .key = setting(*this, "TRUSTED_PROXY_KEY")};
  }

 private:
  std::int64_t count(const std::string& service, const std::string& sql) override {
    auto& client = clients_[service];
    if (!client) {
      client = std::make_unique<servers::PostgresClient>(postgres_url(*this) + "/" + service);
    }
    return std::stoll(client->run(sql).at(0).at(0).value());
  }

  std::map<std::string, std::unique_ptr<servers::PostgresClient>> clients_;
};

}  // namespace

std::string postgres_url(const MeasuredSystem& system) { return setting(system, "POSTGRES_URL"); }

std::unique_ptr<MeasuredSystem> start_distributed(const std::string& program) {
  return std::make_unique<DistributedSystem>(program);
}

}  // namespace ticketing::bench
