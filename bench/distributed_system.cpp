#include <libpq-fe.h>

#include <fstream>
#include <map>
#include <stdexcept>

#include "bench/measured_system.hpp"

namespace ticketing::bench {
namespace {

struct Disconnect {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};

class DistributedSystem final : public MeasuredSystem {
 public:
  explicit DistributedSystem(const std::string& program)
      : MeasuredSystem(program, std::chrono::seconds{90}) {}

 private:
  std::int64_t count(const std::string& service, const std::string& sql) override {
    auto& connection = connections_[service];
    if (!connection) connection.reset(PQconnectdb((postgres_url(*this) + "/" + service).c_str()));
    PGresult* result = PQexec(connection.get(), sql.c_str());
    if (PQresultStatus(result) != PGRES_TUPLES_OK) {
      const std::string reason = PQerrorMessage(connection.get());
      PQclear(result);
      throw std::runtime_error("cannot read the database of " + service + ": " + reason);
    }
    const std::int64_t value = std::stoll(PQgetvalue(result, 0, 0));
    PQclear(result);
    return value;
  }

  std::map<std::string, std::unique_ptr<PGconn, Disconnect>> connections_;
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
