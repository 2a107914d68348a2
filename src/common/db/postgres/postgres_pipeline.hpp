// Runs statements on a link, all of them in one round trip, with statements prepared as they are
// used first. Independent of transactions: BEGIN and COMMIT are statements, too.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "common/db/postgres/postgres_link.hpp"

namespace ticketing::db {

class PostgresPipeline {
 public:
  struct Answers {
    std::vector<StatementResult> results;  // of the statements before the one that failed
    std::optional<PostgresFault> fault;    // after it nothing was run
    std::size_t failed_at = 0;
  };

  explicit PostgresPipeline(PostgresLink& link) : link_(link) {}

  // Throws LinkLost when the connection was lost without a reason from the server: any of the
  // statements may have been run. After a fault that the server ended the connection with, the link
  // is closed.
  Task<Answers> run(const std::vector<const Statement*>& statements, SteadyTime deadline);
  // On a new connection nothing is prepared.
  void reset() { prepared_.clear(); }

 private:
  struct Prepared {
    std::string text;  // guards against another Sql at the address of one that is gone
    std::string name;
    bool is_confirmed = false;
  };
  // What the answers come for, in their order.
  struct Sent {
    std::size_t statement;
    Prepared* preparing;  // null: it was run
  };

  void send(const std::vector<const Statement*>& statements);
  Prepared& prepare(const Sql& sql, std::size_t statement);
  Task<> read(const std::vector<const Statement*>& statements, Answers& answers,
              SteadyTime deadline);
  void drop_unconfirmed();

  PostgresLink& link_;
  std::unordered_map<const Sql*, Prepared> prepared_;
  std::size_t names_ = 0;
  std::vector<Sent> sent_;
};

}  // namespace ticketing::db
