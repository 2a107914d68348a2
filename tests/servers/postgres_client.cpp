#include "servers/postgres_client.hpp"

#include <libpq-fe.h>

#include <memory>
#include <stdexcept>

namespace ticketing::servers {
namespace {

struct Clear {
  void operator()(PGresult* result) const { PQclear(result); }
};

}  // namespace

PostgresClient::~PostgresClient() { PQfinish(connection_); }

void PostgresClient::connect() {
  if (connection_ != nullptr && PQstatus(connection_) == CONNECTION_OK) return;
  PQfinish(connection_);
  connection_ = PQconnectdb(url_.c_str());
  PQsetNoticeProcessor(connection_, [](void*, const char*) {}, nullptr);
  if (PQstatus(connection_) != CONNECTION_OK) throw std::runtime_error(PQerrorMessage(connection_));
}

// What a server that went away meanwhile left of a connection is noticed by using it.
PostgresClient::Rows PostgresClient::run(const std::string& sql) {
  connect();
  std::unique_ptr<PGresult, Clear> result(PQexec(connection_, sql.c_str()));
  if (PQstatus(connection_) != CONNECTION_OK) {
    connect();
    result.reset(PQexec(connection_, sql.c_str()));
  }
  const ExecStatusType status = PQresultStatus(result.get());
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
    throw std::runtime_error(sql + ": " + PQerrorMessage(connection_));
  }
  Rows rows(static_cast<std::size_t>(PQntuples(result.get())));
  for (int row = 0; row < PQntuples(result.get()); ++row) {
    for (int column = 0; column < PQnfields(result.get()); ++column) {
      rows[row].push_back(PQgetisnull(result.get(), row, column) == 1
                              ? std::nullopt
                              : std::optional<std::string>(PQgetvalue(result.get(), row, column)));
    }
  }
  return rows;
}

}  // namespace ticketing::servers
