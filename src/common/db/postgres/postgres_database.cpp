#include "common/db/postgres/postgres_database.hpp"

#include <libpq-fe.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <future>
#include <thread>

#include "common/base/log.hpp"
#include "common/db/postgres/postgres_link.hpp"
#include "common/db/postgres/postgres_queue.hpp"
#include "common/db/postgres/postgres_session.hpp"
#include "common/db/postgres/postgres_start.hpp"

namespace ticketing::db {
namespace {

const Sql one{"is_ready", "SELECT 1"};
const Sql server_time_sql{
    "server_time", "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint) AS time"};

constexpr Milliseconds start_again_after{500};
constexpr Milliseconds sessions_poll_interval{2};
// The server's clock may be set while the process runs.
constexpr Milliseconds clock_interval{10'000};

// libpq's own message may contain the password.
void check_url(const std::string& url) {
  PQconninfoOption* options = PQconninfoParse(url.c_str(), nullptr);
  if (options == nullptr) {
    throw ConfigError(
        "DATABASE_URL must be of the form postgresql://user:password@host:port/database");
  }
  PQconninfoFree(options);
}

// The server cuts a text at a NUL byte.
void check_params(const Statement& statement) {
  for (const Value& value : statement.params) {
    const auto* text = std::get_if<std::string>(&value);
    if (text != nullptr && text->find('\0') != std::string::npos) {
      throw std::logic_error(statement.sql->name() + ": a text with a NUL byte");
    }
  }
}

class PostgresDatabase final : public Database {
 public:
  PostgresDatabase(PostgresSettings settings, const Migrations& migrations)
      : settings_(std::move(settings)),
        migrations_(migrations),
        writes_(io_,
                {.transactions_max = settings_.queue_max, .time_max = settings_.queue_timeout}),
        reads_(io_, {.transactions_max = settings_.queue_max, .time_max = settings_.queue_timeout}),
        migrator_(io_.get_executor(), settings_, PostgresLink::Role::migrator, server_clock_),
        clock_due_(io_.get_executor()) {
    for (std::size_t i = 0; i < settings_.write_connections; ++i) {
      sessions_.push_back(
          std::make_unique<PostgresWriter>(io_.get_executor(), settings_, writes_, server_clock_));
    }
    for (std::size_t i = 0; i < settings_.read_connections; ++i) {
      sessions_.push_back(
          std::make_unique<PostgresReader>(io_.get_executor(), settings_, reads_, server_clock_));
    }
    std::future<void> first_try = started_.get_future();
    spawn(io_.get_executor(), "start of the PostgreSQL database", start());
    spawn(io_.get_executor(), "a look at the PostgreSQL server's clock", keep_the_time());
    thread_ = std::thread([this] { io_.run(); });
    try {
      first_try.get();
    } catch (...) {
      stop();
      throw;
    }
  }

  ~PostgresDatabase() override { stop(); }

  Task<std::vector<StatementResult>> commit(Transaction transaction) override {
    for (const Statement& statement : transaction.statements) check_params(statement);
    return writes_.serve(std::move(transaction));
  }

  Task<StatementResult> query(Statement statement) override {
    check_params(statement);
    Transaction read{.contends_for = "", .statements = {}};
    read.statements.push_back(std::move(statement));
    std::vector<StatementResult> results = co_await reads_.serve(std::move(read));
    co_return std::move(results.front());
  }

  Milliseconds clock_lead() const override { return server_clock_.ahead_of(clock_); }

  Task<bool> is_ready() override {
    try {
      const StatementResult result = co_await query(one());
      co_return writes_.is_served() && writes_.has_room() && !result.empty();
    } catch (const std::exception&) {
      co_return false;
    }
  }

 private:
  // The constructor waits for the first try only. A server that is away is tried until it answers.
  Task<> start() {
    for (bool first = true; !stopping_; first = false) {
      std::exception_ptr fault;
      std::string reason;
      try {
        co_await apply_migrations(migrator_, migrations_);
        for (const auto& session : sessions_) {
          spawn(io_.get_executor(), "PostgreSQL session", session->run());
        }
        co_await wait_for_sessions();
      } catch (const LinkLost& lost) {
        reason = lost.what();
      } catch (const ConfigError& error) {
        reason = error.what();
        fault = std::current_exception();
      }
      if (!reason.empty()) {
        log::warn("the PostgreSQL database cannot be used yet", {{"error", reason}});
        writes_.server_refused(reason);
        reads_.server_refused(reason);
      }
      if (first && fault) started_.set_exception(fault);
      if (first && !fault) started_.set_value();
      if (reason.empty()) co_return;
      if (!stopping_) co_await migrator_.rest(start_again_after);
    }
  }

  // Each session reads the server's clock when it opens; this repeats it.
  Task<> keep_the_time() {
    for (;;) {
      co_await clock_due_.wait_for(clock_interval);
      if (stopping_) co_return;
      const SteadyTime asked = clock_.steady_now();
      try {
        const StatementResult result = co_await query(server_time_sql());
        server_clock_.observe(result.rows.at(0).time("time"), asked, clock_.steady_now());
      } catch (const Unavailable&) {
        // The last known offset stays.
      }
    }
  }

  // A database is ready when its constructor returns, unless the server has gone since.
  Task<> wait_for_sessions() {
    const SteadyTime end = clock_.steady_now() + settings_.connect_timeout;
    while (!(writes_.is_served() && reads_.is_served()) && clock_.steady_now() < end) {
      co_await migrator_.rest(sessions_poll_interval);
    }
  }

  void stop() {
    asio::post(io_, [this] {
      stopping_ = true;
      migrator_.wake();
      clock_due_.notify();
      writes_.stop();
      reads_.stop();
    });
    thread_.join();
  }

  const PostgresSettings settings_;
  const Migrations migrations_;
  SystemClock clock_;
  PostgresClock server_clock_;
  asio::io_context io_{1};
  PostgresQueue writes_;
  PostgresQueue reads_;
  PostgresLink migrator_;
  Signal clock_due_;
  std::vector<std::unique_ptr<PostgresSession>> sessions_;
  std::promise<void> started_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace

std::unique_ptr<Database> open_postgres(const Executor&, PostgresSettings settings,
                                        const Migrations& migrations) {
  TICKETING_ASSERT(settings.queue_max > 0 && settings.batch_max > 0);
  TICKETING_ASSERT(settings.write_connections > 0 && settings.read_connections > 0);
  check_url(settings.url);
  return std::make_unique<PostgresDatabase>(std::move(settings), migrations);
}

}  // namespace ticketing::db
