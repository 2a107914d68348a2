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

constexpr int pgbench_seconds = 5;
constexpr int clients = 16;
constexpr int tickets_a_client = 20'000;

void execute(const std::string& url, const std::string& sql) {
  servers::PostgresClient(url).run(sql);
}

// Stand for the order and the ticket of a round.
constexpr std::string_view the_order = "the order", the_ticket = "the ticket";

std::string literal(const db::Value& value) {
  if (std::holds_alternative<std::monostate>(value)) return "NULL";
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  const auto& text = std::get<std::string>(value);
  if (text == the_order) return "'o' || :client_id || '-' || :n";
  if (text == the_ticket) return "'t' || :client_id || '-' || :n";
  return "'" + text + "'";
}

// The statement's text with its values in it, which pgbench takes no other way.
std::string with_values(const db::Statement& statement) {
  std::string text = statement.sql->text();
  for (std::size_t i = statement.params.size(); i > 0; --i) {
    const std::string parameter = "$" + std::to_string(i), value = literal(statement.params[i - 1]);
    for (std::size_t at = 0; (at = text.find(parameter, at)) != std::string::npos;
         at += value.size()) {
      text.replace(at, parameter.size(), value);
    }
  }
  return text;
}

// Each client orders tickets of its own, one after the other.
std::string script() {
  const Timestamp time = from_millis(1'800'000'000'000);
  const orders::Order order{
      .id = std::string(the_order),
      .user_id = "user",
      .ticket = {.id = std::string(the_ticket), .title = "Front row", .price = Money{2000}},
      .expires_at = time,
      .created_at = time};
  const bus::Event event{
      .id = order.id,
      .subject = "order.created",
      .source = "orders",
      .payload =
          R"({"id":"018f6b2f-1b2c-7e54-8b62-4d6a1fac2b02","version":0,"status":"created","userId":"018f6b2d-0a0b-7c32-8940-2b4e9d8a0f03"})",
      .context = {},
      .time = time};
  const bus::Outbox outbox("orders", "orders");
  return "\\set n :n + 1\nBEGIN;\n" +
         with_values(orders::store::insert_order(order, {.ticket_version = 0}, event.id)) + ";\n" +
         with_values(outbox.enqueue(event, order.id)) + ";\nCOMMIT;\n";
}

}  // namespace

double pgbench_orders_per_second(const std::string& folder, const std::string& server_url) {
  execute(server_url + "/postgres", "CREATE DATABASE ceiling");
  const std::string url = server_url + "/ceiling";
  for (const db::Migration& migration : bus::outbox_migrations())
    execute(url, std::string(migration.sql));
  for (const EmbeddedFile& file : orders::embedded_files()) execute(url, std::string(file.content));
  execute(url,
          "INSERT INTO tickets SELECT 't' || c || '-' || n, 0, 'Front row', 2000 FROM "
          "generate_series(0, " +
              std::to_string(clients - 1) + ") c, generate_series(1, " +
              std::to_string(tickets_a_client) + ") n");
  execute(url, "ANALYZE tickets");
  const std::string script_file = folder + "/ceiling.sql", output = folder + "/pgbench.log";
  std::ofstream(script_file) << script();
  servers::run_to_end(
      {.arguments = {servers::find_program("pgbench", "postgresql-15"), "-n", "-M", "prepared",
                     "-D", "n=0", "-c", std::to_string(clients), "-j", "1", "-T",
                     std::to_string(pgbench_seconds), "-f", script_file, url},
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
