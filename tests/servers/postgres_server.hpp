// For tests: a PostgreSQL server of its own, on a free port, its cluster in a temporary folder.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "servers/child_process.hpp"

namespace ticketing::servers {

class PostgresServer {
 public:
  // Makes a cluster and starts it; as the user `postgres` when this process is root, whom the
  // server refuses. `settings` are lines of its configuration ("fsync=off"). Throws
  // std::runtime_error when it cannot be started.
  explicit PostgresServer(std::vector<std::string> settings = {});
  ~PostgresServer();

  std::uint16_t port() const { return port_; }
  // Where all its files are.
  const std::filesystem::path& folder() const { return folder_; }
  // Makes an empty database and gives its URL.
  std::string make_database();
  std::string url(const std::string& database) const;
  // Runs SQL as the superuser and gives what it prints, a line for each row, columns parted by '|'.
  std::string run_sql(const std::string& database, const std::string& sql) const;
  // Runs one of its programs ("pgbench") against it and gives what that prints.
  std::string run_program(const std::string& program, std::vector<std::string> arguments,
                          std::chrono::milliseconds limit) const;

  void start();  // on the same port and cluster
  void stop();   // at once but in order: open transactions are rolled back
  void kill();   // SIGKILL to the server and each of its backends
  void pause();  // SIGSTOP to all of them
  void resume();
  void restart();
  void configure(const std::string& line);  // from the next start on
  bool is_running() { return child_.is_running(); }

  // Elsewhere than in the cluster, on another disk: tables and indexes that are made from now on,
  // in all databases; and the write-ahead log, once the server was restarted for it.
  void keep_tables_in(const std::filesystem::path& folder);
  void move_log_to(const std::filesystem::path& folder);
  // How often the server wrote this into its log so far.
  int count_in_log(const std::string& text) const;
  // How often its disk was full so far. By the SQLSTATE: the words differ where a part of a block
  // still had room.
  int count_full_disk() const;

 private:
  std::string program(const std::string& name) const;
  // The command that runs one of its programs as the server's user.
  std::vector<std::string> as_server(const std::string& program,
                                     std::vector<std::string> arguments) const;
  void signal_backends(int number) const;

  std::filesystem::path folder_;
  std::uint16_t port_;
  ChildProcess child_;
  int databases_ = 0;
};

}  // namespace ticketing::servers
