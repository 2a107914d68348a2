#include "servers/postgres_server.hpp"

#include <pwd.h>
#include <signal.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace ticketing::servers {
namespace {

constexpr std::chrono::milliseconds wait_max = std::chrono::seconds{60};
constexpr const char* server_user = "postgres";
// Debian keeps the server's own programs out of PATH.
constexpr const char* program_folder = "/usr/lib/postgresql/15/bin/";

// The server refuses root, so its folder is another user's then.
void give_to_server(const std::filesystem::path& path) {
  if (::geteuid() != 0) return;
  const passwd* user = ::getpwnam(server_user);
  if (user == nullptr) {
    throw std::runtime_error("there is no user postgres: install the Debian package postgresql");
  }
  if (::chown(path.c_str(), user->pw_uid, user->pw_gid) != 0) {
    throw std::runtime_error("cannot give " + path.string() + " to the user postgres");
  }
}

std::vector<pid_t> children_of(pid_t parent) {
  const std::string task = std::to_string(parent);
  std::ifstream file("/proc/" + task + "/task/" + task + "/children");
  std::vector<pid_t> children;
  for (pid_t child = 0; file >> child;) children.push_back(child);
  return children;
}

}  // namespace

PostgresServer::PostgresServer(std::vector<std::string> settings)
    : folder_(make_temporary_folder("postgres")), port_(free_port()) {
  give_to_server(folder_);
  run_to_end({.arguments = as_server(
                  "initdb", {"--pgdata", folder_ / "cluster", "--auth=trust", "--username=postgres",
                             "--encoding=UTF8", "--locale=C", "--no-sync"}),
              .output_file = folder_ / "initdb.log"},
             wait_max);
  for (const char* line : {"max_connections=100", "shared_buffers=64MB", "autovacuum_naptime=5s",
                           "log_line_prefix='%m [%p] %e '"}) {
    configure(line);
  }
  configure("listen_addresses='127.0.0.1'");
  configure("unix_socket_directories='" + folder_.string() + "'");
  for (const std::string& line : settings) configure(line);
  start();
}

PostgresServer::~PostgresServer() {
  kill();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void PostgresServer::configure(const std::string& line) {
  std::ofstream(folder_ / "cluster" / "postgresql.conf", std::ios::app) << line << '\n';
}

void PostgresServer::start() {
  const std::string log = folder_ / "server.log";
  child_.start(
      {.arguments = as_server("postgres", {"-D", folder_ / "cluster", "-p", std::to_string(port_)}),
       .output_file = log});
  wait_for_port(child_, port_, log, wait_max);
  // It listens before it answers: crash recovery comes in between.
  run_to_end({.arguments = {"/bin/sh", "-c",
                            "i=0; until " + program("pg_isready") + " -q -h 127.0.0.1 -p " +
                                std::to_string(port_) +
                                "; do i=$((i+1)); [ $i -lt 600 ] || exit 1; sleep 0.05; done"},
              .output_file = folder_ / "isready.log"},
             wait_max);
}

void PostgresServer::stop() { child_.stop(wait_max, SIGINT); }

// Stopped first, or it would start new backends meanwhile. A backend that lives on keeps the next
// server from starting.
void PostgresServer::kill() {
  if (!child_.is_running()) return;
  child_.pause();
  const std::vector<pid_t> backends = children_of(child_.pid());
  for (const pid_t backend : backends) ::kill(backend, SIGKILL);
  child_.kill();
  const auto end = std::chrono::steady_clock::now() + wait_max;
  for (const pid_t backend : backends) {
    while (::kill(backend, 0) == 0 && std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
  }
}

// The server first, or it would start new backends meanwhile.
void PostgresServer::pause() {
  child_.pause();
  signal_backends(SIGSTOP);
}

void PostgresServer::resume() {
  signal_backends(SIGCONT);
  child_.resume();
}

void PostgresServer::restart() {
  stop();
  start();
}

void PostgresServer::signal_backends(int number) const {
  for (const pid_t backend : children_of(child_.pid())) ::kill(backend, number);
}

void PostgresServer::keep_tables_in(const std::filesystem::path& folder) {
  std::filesystem::create_directory(folder);
  give_to_server(folder);
  run_sql("postgres", "CREATE TABLESPACE elsewhere LOCATION '" + folder.string() + "'");
  run_sql("postgres", "ALTER SYSTEM SET default_tablespace = 'elsewhere'");
  run_sql("postgres", "SELECT pg_reload_conf()");
  const auto end = std::chrono::steady_clock::now() + wait_max;
  while (run_sql("postgres", "SHOW default_tablespace") != "elsewhere\n") {
    if (std::chrono::steady_clock::now() > end)
      throw std::runtime_error("tables stay where they are");
  }
}

void PostgresServer::move_log_to(const std::filesystem::path& folder) {
  stop();
  const std::filesystem::path log = folder_ / "cluster" / "pg_wal";
  run_to_end({.arguments = {"cp", "-a", log, folder}}, wait_max);
  std::filesystem::remove_all(log);
  std::filesystem::create_directory_symlink(folder, log);
  start();
}

int PostgresServer::count_full_disk() const { return count_in_log(" 53100 "); }

int PostgresServer::count_in_log(const std::string& text) const {
  std::ifstream log(folder_ / "server.log");
  int count = 0;
  for (std::string line; std::getline(log, line);) count += line.find(text) != std::string::npos;
  return count;
}

std::string PostgresServer::make_database() {
  const std::string name = "test" + std::to_string(++databases_);
  run_sql("postgres", "CREATE DATABASE " + name);
  return url(name);
}

std::string PostgresServer::url(const std::string& database) const {
  return "postgresql://postgres@127.0.0.1:" + std::to_string(port_) + "/" + database;
}

std::string PostgresServer::run_sql(const std::string& database, const std::string& sql) const {
  return run_program(
      "psql", {"-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", url(database), "-c", sql},
      wait_max);
}

std::string PostgresServer::run_program(const std::string& name, std::vector<std::string> arguments,
                                        std::chrono::milliseconds limit) const {
  arguments.insert(arguments.begin(), program(name));
  const std::filesystem::path output = make_temporary_folder("postgres-output") / (name + ".out");
  const auto take = [&output] {
    std::ostringstream text;
    text << std::ifstream(output).rdbuf();
    std::filesystem::remove_all(output.parent_path());
    return text.str();
  };
  try {
    run_to_end({.arguments = std::move(arguments), .output_file = output}, limit);
  } catch (...) {
    take();
    throw;
  }
  return take();
}

std::vector<std::string> PostgresServer::as_server(const std::string& name,
                                                   std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(),
                   {project_folder() / "tools/as-postgres", folder_, program(name)});
  return arguments;
}

std::string PostgresServer::program(const std::string& name) const {
  const std::string path = program_folder + name;
  return ::access(path.c_str(), X_OK) == 0 ? path : find_program(name, "postgresql");
}

}  // namespace ticketing::servers
