// Drives POST /api/orders on distinct tickets and prints the throughput of the system beside two
// ceilings; or the reads that people do most, beside nginx. All limits are as they are by default;
// variables of the environment change them.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/ceilings.hpp"
#include "bench/load.hpp"
#include "bench/measured_system.hpp"
#include "bench/orders_beside_uploads.hpp"
#include "bench/reads.hpp"
#include "bench/users.hpp"
#include "common/json/writer.hpp"

namespace {

using namespace ticketing;

struct Options {
  std::string program;
  std::size_t orders = 50'000;
  std::size_t connections = 64;
  std::size_t uploads = 0;        // orders are measured beside these
  double per_second = 100;        // orders beside uploads
  double uploads_per_second = 0;  // 0: as fast as they are answered
  bool reads_list = false;
  bool reads_pages = false;
  bench::ReadLoad reads;
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

std::unique_ptr<bench::MeasuredSystem> start_system(const Options& options) {
  fmt::print(stderr, "starting ...\n");
  return options.distributed ? bench::start_distributed(options.program)
                             : bench::start_embedded(options.program);
}

Figures measure(const Options& options) {
  Figures figures;
  const auto progress = [](const char* what) { fmt::print(stderr, "{} ...\n", what); };
  const auto running = start_system(options);
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
  const bench::Users sellers =
      bench::make_users_who_list(options.orders, options.connections, proxy);
  const std::vector<std::string> ids =
      bench::list_tickets(proxy, sellers, options.connections, options.orders);
  system.wait_until_drained();

  progress("ordering");
  const bench::Users buyers = bench::make_users_who_order(ids.size(), proxy);
  auto cpu_before = system.cpu_seconds();
  const auto start = std::chrono::steady_clock::now();
  figures.load =
      bench::run_load(proxy.port, options.connections, ids.size(),
                      [&](std::size_t number) { return bench::order_text(buyers, ids, number); });
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

bool were_all_created(const bench::LoadResult& load) {
  const bool all_created = load.answers.size() == 1 && load.answers.contains(201);
  if (!all_created) fmt::print(stderr, "not every order was created\n");
  return all_created;
}

bool measure_orders(const Options& options) {
  const Figures figures = measure(options);
  options.as_json ? print_json(options, figures) : print_table(options, figures);
  return were_all_created(figures.load);
}

void print_table(const Options& options, const bench::BesideUploads& figures) {
  fmt::print("{:.0f} orders a second on distinct tickets, alone and beside {} uploads\n",
             options.per_second, options.uploads);
  const auto print = [](const char* what, const bench::LoadResult& load) {
    fmt::print("  {:<21} {:>9.2f} ms p50, {:.2f} ms p99, {:.2f} ms at most, of {}\n", what,
               load.percentile_ms(50), load.percentile_ms(99), load.percentile_ms(100),
               load.micros.size());
  };
  print("orders alone", figures.alone);
  print("orders beside uploads", figures.beside);
  fmt::print("  p99 beside / alone    {:>9.2f}\n", figures.ratio());
  print("uploads of 1 MB", figures.uploads);
  fmt::print("  uploads               {:>9.1f} a second, {} were read\n",
             figures.uploads.per_second(), figures.ready);
}

void print_json(const Options& options, const bench::BesideUploads& figures) {
  json::Writer writer;
  writer.begin_object()
      .field("shape", options.distributed ? "distributed" : "embedded")
      .field("uploads", options.uploads)
      .field("ready", figures.ready);
  const auto add = [&writer](const char* name, double value) {
    writer.key(name).raw(fmt::format("{:.3f}", value));
  };
  add("orders_per_second", options.per_second);
  add("uploads_per_second", figures.uploads.per_second());
  add("p50_alone_ms", figures.alone.percentile_ms(50));
  add("p99_alone_ms", figures.alone.percentile_ms(99));
  add("p50_beside_ms", figures.beside.percentile_ms(50));
  add("p99_beside_ms", figures.beside.percentile_ms(99));
  add("p99_ratio", figures.ratio());
  fmt::print("{}\n", writer.end_object().take());
}

bool measure_beside_uploads(const Options& options) {
  const auto system = start_system(options);
  const auto figures = bench::measure_orders_beside_uploads(
      *system, {.uploads = options.uploads,
                .uploads_per_second = options.uploads_per_second,
                .orders = options.orders,
                .orders_per_second = options.per_second,
                .connections = options.connections});
  options.as_json ? print_json(options, figures) : print_table(options, figures);
  if (figures.ready < options.uploads) fmt::print(stderr, "not every file was read\n");
  return were_all_created(figures.alone) && were_all_created(figures.beside) &&
         figures.ready == options.uploads;
}

void print_table(const std::vector<bench::ReadFigures>& reads) {
  fmt::print("{:<28} {:>8} {:>9} {:>8} {:>9} {:>9}   of nginx (least, most)\n", "", "bytes",
             "a second", "p99 ms", "us of CPU", "nginx");
  for (const auto& read : reads) {
    fmt::print("{:<28} {:>8} {:>9.0f} {:>8.2f} {:>9.0f} {:>9.0f}   {:.1f} % ({:.1f}, {:.1f})\n",
               read.name, read.bytes, read.per_second, read.p99_ms, read.cpu_micros,
               read.nginx_per_second, 100 * read.ratio, 100 * read.ratio_least,
               100 * read.ratio_most);
  }
}

void add_json(json::Writer& writer, const bench::ReadFigures& read) {
  const auto add = [&writer](const char* name, double value) {
    writer.key(name).raw(fmt::format("{:.3f}", value));
  };
  writer.begin_object().field("name", read.name).field("bytes", read.bytes);
  add("per_second", read.per_second);
  add("p99_ms", read.p99_ms);
  add("cpu_us", read.cpu_micros);
  add("nginx_per_second", read.nginx_per_second);
  add("ratio", read.ratio);
  add("ratio_least", read.ratio_least);
  add("ratio_most", read.ratio_most);
  writer.end_object();
}

void print_json(const Options& options, const bench::PageFigures& figures) {
  json::Writer writer;
  writer.begin_object().field("shape", options.distributed ? "distributed" : "embedded");
  writer.key("reads").begin_array();
  for (const auto& read : figures.pages) add_json(writer, read);
  writer.end_array();
  if (figures.memory_most_bytes > 0) writer.field("memory_most_bytes", figures.memory_most_bytes);
  fmt::print("{}\n", writer.end_object().take());
}

bool measure_reads(const Options& options) {
  const auto system = start_system(options);
  bench::ReadLoad load = options.reads;
  load.connections = options.connections;
  const bench::PageFigures figures =
      options.reads_pages ? bench::measure_pages(*system, load)
                          : bench::PageFigures{.pages = {bench::measure_list(*system, load)}};
  if (options.as_json) {
    print_json(options, figures);
    return true;
  }
  print_table(figures.pages);
  if (figures.memory_most_bytes > 0)
    fmt::print("the client's server had {} MiB at most\n", figures.memory_most_bytes >> 20);
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("Measures POST /api/orders on the running marketplace.", "orders_bench");
  app.add_option("--program", options.program, "the program to measure")->required();
  app.add_option("--orders", options.orders, "how many orders")->check(CLI::Range(1, 10'000'000));
  app.add_option("--connections", options.connections, "connections that are kept busy")
      ->check(CLI::Range(1, 10'000));
  app.add_option("--uploads", options.uploads,
                 "measure orders alone and beside so many uploads of ticket files of 1 MB")
      ->check(CLI::Range(1, 100'000));
  app.add_option("--rate", options.per_second, "orders a second, with --uploads")
      ->check(CLI::Range(1.0, 100'000.0));
  app.add_option("--upload-rate", options.uploads_per_second,
                 "uploads a second, with --uploads; 0: the next as soon as an answer has come")
      ->check(CLI::Range(0.0, 100'000.0));
  app.add_flag("--list", options.reads_list, "measure the list of 24 tickets instead of orders");
  app.add_flag("--pages", options.reads_pages,
               "measure pages through the client's server instead of orders");
  app.add_option("--rounds", options.reads.rounds, "with --list and --pages: of ours and nginx")
      ->check(CLI::Range(1, 1'000));
  app.add_option("--seconds", options.reads.seconds, "of each half of a round")
      ->check(CLI::Range(0.1, 600.0));
  app.add_flag("--distributed", options.distributed,
               "the program is infra/local/start: PostgreSQL, NATS, Redis, all services");
  app.add_flag("--json", options.as_json, "print one JSON object");
  CLI11_PARSE(app, argc, argv);
  try {
    const bool is_good = options.reads_list || options.reads_pages ? measure_reads(options)
                         : options.uploads > 0                     ? measure_beside_uploads(options)
                                                                   : measure_orders(options);
    return is_good ? 0 : 1;
  } catch (const std::exception& error) {
    fmt::print(stderr, "orders_bench: {}\n", error.what());
    return 1;
  }
}
