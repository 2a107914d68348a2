#include <chrono>
#include <cstdint>
#include <fstream>
#include <map>
#include <memory>
#include <stdexcept>

#include "bench/measured_system.hpp"
#include "servers/postgres_client.hpp"

namespace ticketing::bench {
namespace {

class DistributedSystem final : public MeasuredSystem {
 public:
  explicit DistributedSystem(const std::string& program)
      : MeasuredSystem(program, std::chrono::seconds{90}) {}

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

std::string postgres_url(const MeasuredSystem& system) {
  std::ifstream file(system.folder() / "data" / "distributed" / "servers.env");
  constexpr std::string_view name = "POSTGRES_URL=";
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(name)) return line.substr(name.size());
  }
  throw std::runtime_error("infra/local/start did not say where PostgreSQL is");
}

std::unique_ptr<MeasuredSystem> start_distributed(const std::string& program) {
  return std::make_unique<DistributedSystem>(program);
}

}  // namespace ticketing::bench
