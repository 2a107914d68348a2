// How many transactions a second (a note and its outbox row) the adapter commits, beside pgbench
// with the same statements on the same server. Starts a private server.
#include <fmt/core.h>

#include <boost/asio/io_context.hpp>

#include <cstdlib>
#include <fstream>

#include "common/base/id.hpp"
#include "common/db/postgres/postgres_database.hpp"
#include "servers/postgres_server.hpp"

namespace ticketing::db {
namespace {

constexpr const char* schema =
    "CREATE TABLE notes (id text PRIMARY KEY, version bigint NOT NULL, last_event_id text NOT "
    "NULL,"
    " status text NOT NULL, user_id text NOT NULL, topic_id text NOT NULL,"
    " price_cents bigint NOT NULL, expires_at bigint NOT NULL);"
    "CREATE INDEX notes_by_user ON notes (user_id, id);"
    "CREATE TABLE outbox (id text PRIMARY KEY, subject text NOT NULL, payload text NOT NULL,"
    " traceparent text NOT NULL, created_at bigint NOT NULL, published_at bigint);"
    "CREATE INDEX outbox_unpublished ON outbox (id) WHERE published_at IS NULL;";

const Sql insert_note{
    "insert_note",
    "INSERT INTO notes (id, version, last_event_id, status, user_id, topic_id, price_cents, "
    "expires_at) VALUES ($1, 0, $2, 'created', $3, $4, $5, $6) ON CONFLICT DO NOTHING"};
const Sql insert_event{
    "insert_event",
    "INSERT INTO outbox (id, subject, payload, traceparent, created_at) "
    "SELECT CAST($1 AS text), 'note.created', CAST($2 AS text), '', CAST($3 AS bigint) "
    "WHERE EXISTS (SELECT 1 FROM notes WHERE id = $4 AND last_event_id = $1) "
    "ON CONFLICT DO NOTHING"};

// The statements above in pgbench's words.
constexpr const char* pgbench_script = R"(\set n random(1, 1000000000000000)
\set u random(1, 100000)
BEGIN;
INSERT INTO notes (id, version, last_event_id, status, user_id, topic_id, price_cents, expires_at) VALUES ('0190a000-0000-7000-8000-' || :n, 0, '0190a000-0000-7000-8001-' || :n, 'created', '0190a000-0000-7000-8002-' || :u, '0190a000-0000-7000-8003-' || :n, 2000, 1800000000000) ON CONFLICT DO NOTHING;
INSERT INTO outbox (id, subject, payload, traceparent, created_at) SELECT CAST('0190a000-0000-7000-8001-' || :n AS text), 'note.created', CAST('{"id":"0190a000-0000-7000-8000-0123456789ab","version":0,"status":"created","userId":"0190a000-0000-7000-8000-0123456789ab","topic":{"id":"0190a000-0000-7000-8000-0123456789ab","price":20}}' AS text), '', CAST(1800000000000 AS bigint) WHERE EXISTS (SELECT 1 FROM notes WHERE id = '0190a000-0000-7000-8000-' || :n AND last_event_id = '0190a000-0000-7000-8001-' || :n) ON CONFLICT DO NOTHING;
COMMIT;
)";
const std::string payload =
    R"({"id":"0190a000-0000-7000-8000-0123456789ab","version":0,"status":"created",)"
    R"("userId":"0190a000-0000-7000-8000-0123456789ab",)"
    R"("topic":{"id":"0190a000-0000-7000-8000-0123456789ab","price":20}})";

struct Run {
  Database& database;
  IdGenerator& ids;
  SystemClock clock;
  SteadyTime end;
  std::int64_t committed = 0;
  std::int64_t failed = 0;
};

Task<> keep_committing(Run& run) {
  while (run.clock.steady_now() < run.end) {
    const std::string note = run.ids.next();
    const std::string event = run.ids.next();
    std::vector<Statement> statements;
    statements.push_back(insert_note(note, event, run.ids.next(), note, 2000, 1'800'000'000'000));
    statements.push_back(insert_event(event, payload, 1'800'000'000'000, note));
    try {
      co_await run.database.commit({.contends_for = note, .statements = std::move(statements)});
      ++run.committed;
    } catch (const std::exception&) {
      ++run.failed;
    }
  }
}

void measure(const std::string& url, int callers, std::size_t connections,
             std::chrono::seconds length) {
  asio::io_context io{1};
  const auto database =
      open_postgres(io.get_executor(), {.url = url, .write_connections = connections},
                    {{.name = "001_bench", .sql = schema}});
  SystemClock clock;
  SystemRandom random;
  IdGenerator ids{clock, random};
  Run run{.database = *database, .ids = ids, .clock = {}, .end = clock.steady_now() + length};
  for (int i = 0; i < callers; ++i) spawn(io.get_executor(), "caller", keep_committing(run));
  io.run();
  fmt::print("adapter, {:3} callers, {} connections: {:6} commits/s, {} failed\n", callers,
             connections, run.committed / length.count(), run.failed);
}

}  // namespace
}  // namespace ticketing::db

int main(int argc, char** argv) {
  using namespace ticketing;
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() == 4) {  // URL callers connections seconds
    db::measure(arguments[0], std::stoi(arguments[1]), std::stoul(arguments[2]),
                std::chrono::seconds{std::stoi(arguments[3])});
    return 0;
  }
  servers::PostgresServer server;
  constexpr std::chrono::seconds length{5};
  for (const int callers : {16, 64, 256}) {
    for (const std::size_t connections : {1, 2, 4}) {
      db::measure(server.make_database(), callers, connections, length);
    }
  }
  const std::string url = server.make_database();
  const std::string name = url.substr(url.rfind('/') + 1);
  server.run_sql(name, db::schema);
  const auto folder = servers::make_temporary_folder("pgbench");
  std::ofstream(folder / "script.sql") << db::pgbench_script;
  fmt::print("{}", server.run_program("pgbench",
                                      {"-n", "-M", "prepared", "-c", "16", "-j", "2", "-T", "5",
                                       "-f", folder / "script.sql", url},
                                      std::chrono::minutes{1}));
  std::filesystem::remove_all(folder);
}
