#include "common/db/postgres/postgres_link.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "common/base/log.hpp"
#include "common/base/text.hpp"
#include "common/db/postgres/postgres_address.hpp"
#include "common/db/postgres/postgres_start.hpp"

namespace ticketing::db {
namespace {

void log_notice(void*, const char* message) {
  log::debug("notice from PostgreSQL", {{"notice", trim(message)}});
}

constexpr std::chrono::seconds setup_timeout{3};

}  // namespace

void PostgresLink::Disconnect::operator()(pg_conn* connection) const { PQfinish(connection); }

PostgresLink::PostgresLink(const Executor& executor, const PostgresSettings& settings, Role role,
                           PostgresClock& server_clock)
    : executor_(executor),
      settings_(settings),
      role_(role),
      server_clock_(server_clock),
      wake_(std::make_shared<Signal>(executor)) {}

PostgresLink::~PostgresLink() { close(); }

void PostgresLink::close() {
  if (readiness_) {
    boost::system::error_code ignored;
    readiness_->socket.close(ignored);
    readiness_.reset();
  }
  connection_.reset();
}

void PostgresLink::lose(const std::string& what) {
  close();
  throw LinkLost(what);
}

std::string PostgresLink::last_error() const {
  std::string text(trim(PQerrorMessage(connection_.get())));
  std::ranges::replace(text, '\n', ' ');
  return text;
}

Task<> PostgresLink::open() {
  close();
  co_await connect(clock_.steady_now() + settings_.connect_timeout);
  co_await set_up(clock_.steady_now() + setup_timeout);
}

Task<> PostgresLink::connect(SteadyTime deadline) {
  const PostgresAddresses at = co_await look_up(executor_, settings_.url, wake_, deadline);
  if (!at.host.empty() && at.hostaddr.empty()) lose("no address is known for the host " + at.host);
  // Before the URL: the defaults where it sets nothing else. The kernel gives up on a peer that is
  // cut off as early as its answer is given up, and finds out about it while the connection is
  // idle.
  std::vector<std::pair<const char*, const char*>> params{
      {"tcp_user_timeout", "3000"},
      {"keepalives_idle", "5"},
      {"keepalives_interval", "2"},
      {"keepalives_count", "3"},
      {"dbname", settings_.url.c_str()},
      {"client_encoding", "UTF8"},
      {"fallback_application_name", "ticketing"},
      {"gssencmode", "disable"}};
  if (!at.host.empty()) {
    params.insert(
        params.end(),
        {{"host", at.host.c_str()}, {"hostaddr", at.hostaddr.c_str()}, {"port", at.port.c_str()}});
  }
  std::vector<const char*> names;
  std::vector<const char*> values;
  for (const auto& [name, value] : params) {
    names.push_back(name);
    values.push_back(value);
  }
  names.push_back(nullptr);
  values.push_back(nullptr);
  connection_.reset(PQconnectStartParams(names.data(), values.data(), 1));
  if (!connection_) throw std::bad_alloc();
  PQsetNoticeProcessor(connection_.get(), log_notice, nullptr);
  if (PQstatus(connection_.get()) == CONNECTION_BAD) lose(last_error());
  for (PostgresPollingStatusType state = PGRES_POLLING_WRITING; state != PGRES_POLLING_OK;) {
    if (state == PGRES_POLLING_FAILED) lose(last_error());
    watch_socket();  // it may be another one after each step
    co_await wait_for_socket(state == PGRES_POLLING_READING, state == PGRES_POLLING_WRITING,
                             deadline);
    state = PQconnectPoll(connection_.get());
  }
  watch_socket();
  if (PQsetnonblocking(connection_.get(), 1) != 0) lose(last_error());
}

Task<> PostgresLink::set_up(SteadyTime deadline) {
  const SteadyTime asked = clock_.steady_now();
  const auto results = co_await run_script(session_script(settings_, role_), deadline);
  try {
    check_session(results.front().rows.at(0), settings_, PQbackendPID(connection_.get()));
    server_clock_.observe(server_time(results.front().rows.at(0)), asked, clock_.steady_now());
  } catch (...) {
    close();
    throw;
  }
  if (role_ != Role::migrator && PQenterPipelineMode(connection_.get()) != 1) lose(last_error());
}

Task<std::vector<StatementResult>> PostgresLink::run_script(std::string sql, SteadyTime deadline) {
  if (PQsendQuery(connection_.get(), sql.c_str()) != 1) lose(last_error());
  std::vector<StatementResult> results;
  std::string failure;
  while (const PostgresAnswer answer = co_await receive(deadline)) {
    if (PQresultStatus(answer.get()) == PGRES_FATAL_ERROR) {
      failure = trim(PQresultErrorMessage(answer.get()));
    } else {
      results.push_back(decode_answer(*answer));
    }
  }
  if (failure.empty()) co_return results;
  if (PQstatus(connection_.get()) == CONNECTION_BAD) lose(failure);
  close();
  throw ConfigError("PostgreSQL refused what this program needs: " + failure);
}

std::string PostgresLink::quoted(std::string_view text) const {
  char* literal = PQescapeLiteral(connection_.get(), text.data(), text.size());
  if (literal == nullptr) throw std::bad_alloc();
  std::string result = literal;
  PQfreemem(literal);
  return result;
}

void PostgresLink::send_prepare(const std::string& name, const std::string& text) {
  if (PQsendPrepare(connection_.get(), name.c_str(), text.c_str(), 0, nullptr) != 1) {
    lose(last_error());
  }
}

void PostgresLink::send_execute(const std::string& name, const std::vector<Value>& params) {
  param_texts_.clear();
  numbers_.clear();
  numbers_.reserve(params.size());  // they stay where they are while their texts are pointed at
  for (const Value& value : params) {
    if (const auto* text = std::get_if<std::string>(&value)) {
      param_texts_.push_back(text->c_str());
    } else if (const auto* number = std::get_if<std::int64_t>(&value)) {
      param_texts_.push_back(numbers_.emplace_back(fmt::format_int(*number).str()).c_str());
    } else {
      param_texts_.push_back(nullptr);
    }
  }
  if (PQsendQueryPrepared(connection_.get(), name.c_str(), static_cast<int>(params.size()),
                          param_texts_.data(), nullptr, nullptr, 0) != 1) {
    lose(last_error());
  }
}

void PostgresLink::send_sync() {
  if (PQpipelineSync(connection_.get()) != 1) lose(last_error());
}

Task<PostgresAnswer> PostgresLink::receive(SteadyTime deadline) {
  for (;;) {
    const int unsent = PQflush(connection_.get());
    if (unsent < 0) lose(last_error());
    if (PQisBusy(connection_.get()) == 0) {
      PostgresAnswer answer(PQgetResult(connection_.get()));
      if (!answer && PQstatus(connection_.get()) == CONNECTION_BAD) lose(last_error());
      co_return answer;
    }
    co_await wait_for_socket(true, unsent > 0, deadline);
    if (PQconsumeInput(connection_.get()) != 1) lose(last_error());
  }
}

Task<> PostgresLink::rest(Milliseconds limit) {
  if (is_open()) await_readiness(true, false);
  co_await wake_->wait_for(limit);
  if (!is_open() || !readiness_->readable) co_return;
  readiness_->readable = false;
  // No request is open: this is a notice, or the end of the connection.
  if (PQconsumeInput(connection_.get()) != 1) lose(last_error());
  if (PQstatus(connection_.get()) == CONNECTION_BAD) lose(last_error());
}

// A duplicate of libpq's socket: libpq may close its own while this one is still being watched.
void PostgresLink::watch_socket() {
  const int socket = ::dup(PQsocket(connection_.get()));
  if (socket < 0) lose("no file descriptor is left for the connection");
  readiness_ = std::make_shared<Readiness>(executor_);
  readiness_->socket.assign(socket);
}

void PostgresLink::await_readiness(bool to_read, bool to_write) {
  const auto watch = [this](bool Readiness::* ready, bool Readiness::* awaits, auto what) {
    if (*readiness_.*awaits) return;
    *readiness_.*awaits = true;
    readiness_->socket.async_wait(what, [readiness = std::weak_ptr(readiness_), wake = wake_, ready,
                                         awaits](const boost::system::error_code& error) {
      const auto alive = readiness.lock();
      if (!alive || error == asio::error::operation_aborted) return;
      *alive.*awaits = false;
      *alive.*ready = true;
      wake->notify();
    });
  };
  if (to_read) {
    watch(&Readiness::readable, &Readiness::awaits_read, asio::posix::stream_descriptor::wait_read);
  }
  if (to_write) {
    watch(&Readiness::writable, &Readiness::awaits_write,
          asio::posix::stream_descriptor::wait_write);
  }
}

Task<> PostgresLink::wait_for_socket(bool to_read, bool to_write, SteadyTime deadline) {
  for (;;) {
    const bool read_done = to_read && std::exchange(readiness_->readable, false);
    const bool write_done = to_write && std::exchange(readiness_->writable, false);
    if (read_done || write_done) co_return;
    const SteadyTime now = clock_.steady_now();
    if (now >= deadline) lose("the PostgreSQL server did not answer in time");
    await_readiness(to_read, to_write);
    co_await wake_->wait_for(std::chrono::ceil<Milliseconds>(deadline - now));
  }
}

}  // namespace ticketing::db
