#include <filesystem>
#include <fstream>
#include <regex>
#include <stdexcept>

#include "bench/ceilings.hpp"
#include "common/base/embedded_files.hpp"
#include "common/bus/outbox.hpp"
#include "common/db/idempotency_keys.hpp"
#include "orders/store.hpp"
#include "servers/child_process.hpp"
#include "servers/postgres_client.hpp"

namespace ticketing::orders {
EmbeddedFiles embedded_files();
}

namespace ticketing::bench {
namespace {

constexpr int seconds = 5;
constexpr int clients = 16;
constexpr int tickets_a_client = 20'000;

void execute(const std::string& url, const std::string& sql) {
  servers::PostgresClient(url).run(sql);
}

// The statement's text with pgbench's variables for its parameters.
std::string with_variables(const db::Statement& statement,
                           const std::vector<std::string>& variables) {
  std::string text = statement.sql->text();
  for (std::size_t i = variables.size(); i > 0; --i) {
    const std::string parameter = "$" + std::to_string(i);
    for (std::size_t at = 0; (at = text.find(parameter, at)) != std::string::npos;
         at += variables[i - 1].size()) {
      text.replace(at, parameter.size(), variables[i - 1]);
    }
  }
  return text;
}

// Each client orders tickets of its own, one after the other.
std::string script() {
  const std::string order = "'o' || :client_id || '-' || :n",
                    ticket = "'t' || :client_id || '-' || :n";
  const std::string time = "1800000000000";
  const std::string payload =
      R"('{"id":"018f6b2f-1b2c-7e54-8b62-4d6a1fac2b02","version":0,"status":"created","userId":"018f6b2d-0a0b-7c32-8940-2b4e9d8a0f03"}')";
  const bus::Outbox outbox("orders", "orders");
  return "\\set n :n + 1\nBEGIN;\n" +
         with_variables(orders::store::insert_order({}, ""),
                        {order, order, "'user'", ticket, "'Front row'", "2000", time, time, "0"}) +
         ";\n" +
         with_variables(outbox.enqueue({}, ""),
                        {order, "'order.created'", payload, "''", time, order}) +
         ";\nCOMMIT;\n";
}

}  // namespace

double pgbench_orders_per_second(const std::string& folder, const std::string& server_url) {
  execute(server_url + "/postgres", "CREATE DATABASE ceiling");
  const std::string url = server_url + "/ceiling";
  execute(url, std::string(bus::outbox_migration().sql));
  for (const EmbeddedFile& file : orders::embedded_files()) execute(url, std::string(file.content));
  execute(url,
          "INSERT INTO tickets SELECT 't' || c || '-' || n, 0, 'Front row', 2000 FROM "
          "generate_series(0, " +
              std::to_string(clients - 1) + ") c, generate_series(1, " +
              std::to_string(tickets_a_client) + ") n");
  execute(url, "ANALYZE tickets");
  const std::string script_file = folder + "/ceiling.sql", output = folder + "/pgbench.log";
  std::ofstream(script_file) << script();
  servers::run_to_end({.arguments = {servers::find_program("pgbench", "postgresql-15"), "-n", "-M",
                                     "prepared", "-D", "n=0", "-c", std::to_string(clients), "-j",
                                     "1", "-T", std::to_string(seconds), "-f", script_file, url},
                       .output_file = output},
                      std::chrono::seconds{60});
  std::ifstream file(output);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  std::smatch found;
  if (!std::regex_search(text, found, std::regex(R"(tps = ([0-9.]+))"))) {
    throw std::runtime_error("pgbench printed no figure: " + text);
  }
  return std::stod(found[1]);
}

}  // namespace ticketing::bench
