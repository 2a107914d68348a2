// For tests and benchmarks: a blocking connection to PostgreSQL that shares no code with the
// adapter.
#pragma once

#include <optional>
#include <string>
#include <vector>

struct pg_conn;

namespace ticketing::servers {

class PostgresClient {
 public:
  using Rows = std::vector<std::vector<std::optional<std::string>>>;

  // Connects on first use, and again after a lost connection.
  explicit PostgresClient(std::string url) : url_(std::move(url)) {}
  ~PostgresClient();
  PostgresClient(const PostgresClient&) = delete;
  PostgresClient& operator=(const PostgresClient&) = delete;

  // Every value as text. Throws std::runtime_error with the statement and what the server said.
  Rows run(const std::string& sql);

 private:
  void connect();

  std::string url_;
  pg_conn* connection_ = nullptr;
};

}  // namespace ticketing::servers
