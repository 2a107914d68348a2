// Drives POST /api/orders on distinct tickets and prints the throughput of the system beside two
// ceilings. All limits are as they are by default; variables of the environment change them.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <cstdio>
#include <stdexcept>

#include "bench/ceilings.hpp"
#include "bench/load.hpp"
#include "bench/measured_system.hpp"
#include "common/base/clock.hpp"
#include "common/base/id.hpp"
#include "common/base/random.hpp"
#include "common/identity/jwt.hpp"
#include "common/json/writer.hpp"

namespace {

using namespace ticketing;
using bench::HttpAnswer;

struct Options {
  std::string program;
  std::size_t orders = 50'000;
  std::size_t connections = 64;
  bool distributed = false;
  bool as_json = false;
};

struct Figures {
  bench::LoadResult load;
  double drained_per_second = 0;
  std::map<std::string, double> cpu_micros_an_order;  // by program
  double http_ceiling = 0;
  double database_ceiling = 0;
};

// As many users as it takes for each to stay within the limits of a user and of an address.
constexpr std::size_t tickets_a_seller = 500;
constexpr std::size_t connections_a_seller = 64;
constexpr std::size_t orders_a_buyer = 8;

// Who sends a request: lines of its head.
using Users = std::vector<std::string>;

// Each has a session and comes from an address of its own.
Users make_users(std::size_t count, const bench::ProxyPort& proxy) {
  const SystemClock clock;
  SystemRandom random;
  IdGenerator ids(clock, random);
  const identity::SigningKey key(bench::jwt_key);
  Users users(count);
  for (std::size_t i = 0; i < count; ++i) {
    const Timestamp now = clock.now();
    const std::string session = key.sign({.user_id = ids.next(),
                                          .email = "user@example.com",
                                          .session_id = ids.next(),
                                          .token_id = ids.next(),
                                          .not_before = now,
                                          .expires_at = now + std::chrono::minutes{15}});
    users[i] =
        fmt::format("Cookie: session={}\r\nX-Forwarded-For: 10.{}.{}.{}\r\nX-Proxy-Key: {}\r\n",
                    session, i >> 16 & 255, i >> 8 & 255, i & 255, proxy.key);
  }
  return users;
}

std::vector<std::string> list_tickets(const bench::ProxyPort& proxy, const Options& options) {
  const std::size_t sellers_min = options.connections / connections_a_seller;
  const Users sellers =
      make_users(std::max(options.orders / tickets_a_seller, sellers_min) + 1, proxy);
  std::vector<std::string> ids(options.orders);
  bench::run_load(
      proxy.port, options.connections, options.orders,
      [&](std::size_t number) {
        return bench::request_text("POST", "/api/tickets", sellers[number % sellers.size()],
                                   R"({"title":"Front row","price":20})");
      },
      [&](std::size_t number, const HttpAnswer& answer) {
        if (answer.status != 201) throw std::runtime_error("cannot list a ticket: " + answer.body);
        ids[number] = boost::json::parse(answer.body).at("id").as_string().c_str();
      });
  return ids;
}

Figures measure(const Options& options) {
  Figures figures;
  const auto progress = [](const char* what) { fmt::print(stderr, "{} ...\n", what); };
  progress("starting");
  const auto running = options.distributed ? bench::start_distributed(options.program)
                                           : bench::start_embedded(options.program);
  bench::MeasuredSystem& system = *running;

  progress("ceiling: the same HTTP server answering a constant");
  // A constant that no service computes; behind nginx it passes nginx as an order does.
  const std::string health =
      bench::request_text("GET", options.distributed ? "/api/openapi.json" : "/healthz", "", "");
  figures.http_ceiling =
      bench::run_load(system.port(), options.connections, options.orders, [&](std::size_t) {
        return health;
      }).per_second();
  progress("ceiling: the same statements without us");
  figures.database_ceiling =
      options.distributed
          ? bench::pgbench_orders_per_second(system.folder(), bench::postgres_url(system))
          : bench::bare_sqlite_orders_per_second(system.folder(), options.orders,
                                                 options.connections);

  progress("listing tickets");
  const bench::ProxyPort proxy = system.proxy_port();
  const std::vector<std::string> ids = list_tickets(proxy, options);
  system.wait_until_drained();

  progress("ordering");
  const Users buyers = make_users(ids.size() / orders_a_buyer + 1, proxy);
  auto cpu_before = system.cpu_seconds();
  const auto start = std::chrono::steady_clock::now();
  figures.load =
      bench::run_load(proxy.port, options.connections, ids.size(), [&](std::size_t number) {
        // A buyer's orders come one after the other, as a person's do.
        return bench::request_text("POST", "/api/orders", buyers[number % buyers.size()],
                                   R"({"ticketId":")" + ids[number] + R"("})");
      });
  system.wait_until_drained();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  figures.drained_per_second = static_cast<double>(ids.size()) / took.count();
  for (const auto& [program, seconds] : system.cpu_seconds()) {
    const double micros = (seconds - cpu_before[program]) * 1e6 / static_cast<double>(ids.size());
    if (micros >= 1) figures.cpu_micros_an_order[program] = micros;
  }
  return figures;
}

void print_table(const Options& options, const Figures& figures) {
  const auto& load = figures.load;
  fmt::print("{} orders on distinct tickets over {} connections\n", options.orders,
             options.connections);
  fmt::print("  acknowledged          {:>9.0f} a second\n", load.per_second());
  fmt::print("  with sagas drained    {:>9.0f} a second\n", figures.drained_per_second);
  fmt::print("  latency               {:>9.2f} ms p50, {:.2f} ms p99, {:.2f} ms at most\n",
             load.percentile_ms(50), load.percentile_ms(99), load.percentile_ms(100));
  double micros = 0;
  for (const auto& [program, share] : figures.cpu_micros_an_order) micros += share;
  fmt::print("  processor             {:>9.0f} us an order, all programs and sagas\n", micros);
  if (figures.cpu_micros_an_order.size() > 1) {
    for (const auto& [program, share] : figures.cpu_micros_an_order)
      fmt::print("    {:<19} {:>9.0f}\n", program, share);
  }
  for (const auto& [status, count] : load.answers)
    fmt::print("  answered {}         {:>9}\n", status, count);
  fmt::print("ceilings, measured in the same run\n");
  fmt::print("  HTTP, constant answer {:>9.0f} a second   (acknowledged is {:.0f} % of it)\n",
             figures.http_ceiling, 100 * load.per_second() / figures.http_ceiling);
  fmt::print("  {:<21} {:>9.0f} a second   (acknowledged is {:.0f} % of it)\n",
             options.distributed ? "pgbench, 16 clients" : "bare SQLite loop",
             figures.database_ceiling, 100 * load.per_second() / figures.database_ceiling);
}

void print_json(const Options& options, const Figures& figures) {
  const auto number = [](double value) { return fmt::format("{:.3f}", value); };
  json::Writer writer;
  writer.begin_object()
      .field("shape", options.distributed ? "distributed" : "embedded")
      .field("orders", options.orders)
      .field("connections", options.connections);
  writer.key("acknowledged_per_second").raw(number(figures.load.per_second()));
  writer.key("drained_per_second").raw(number(figures.drained_per_second));
  writer.key("p50_ms").raw(number(figures.load.percentile_ms(50)));
  writer.key("p99_ms").raw(number(figures.load.percentile_ms(99)));
  writer.key("max_ms").raw(number(figures.load.percentile_ms(100)));
  writer.key("cpu_us_per_order").begin_object();
  for (const auto& [program, share] : figures.cpu_micros_an_order)
    writer.key(program).raw(number(share));
  writer.end_object();
  writer.key("answers").begin_object();
  for (const auto& [status, count] : figures.load.answers)
    writer.field(std::to_string(status), count);
  writer.end_object();
  writer.key("http_ceiling_per_second").raw(number(figures.http_ceiling));
  writer.key(options.distributed ? "pgbench_per_second" : "sqlite_ceiling_per_second")
      .raw(number(figures.database_ceiling));
  fmt::print("{}\n", writer.end_object().take());
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("Measures POST /api/orders on the running marketplace.", "orders_bench");
  app.add_option("--program", options.program, "the program to measure")->required();
  app.add_option("--orders", options.orders, "how many orders")->check(CLI::Range(1, 10'000'000));
  app.add_option("--connections", options.connections, "connections that are kept busy")
      ->check(CLI::Range(1, 10'000));
  app.add_flag("--distributed", options.distributed,
               "the program is infra/local/start: PostgreSQL, NATS, Redis, all services");
  app.add_flag("--json", options.as_json, "print one JSON object");
  CLI11_PARSE(app, argc, argv);
  try {
    const Figures figures = measure(options);
    options.as_json ? print_json(options, figures) : print_table(options, figures);
    const bool all_created = figures.load.answers.size() == 1 && figures.load.answers.contains(201);
    if (!all_created) fmt::print(stderr, "not every order was created\n");
    return all_created ? 0 : 1;
  } catch (const std::exception& error) {
    fmt::print(stderr, "orders_bench: {}\n", error.what());
    return 1;
  }
}
