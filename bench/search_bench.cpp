// Measures how long reading takes with 50,000 shows and 500,000 tickets in the databases (SQLite,
// or PostgreSQL with --postgres), at the operations: searches of shows and lists of tickets.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <random>

#include "bench/made_up_marketplace.hpp"
#include "common/db/postgres/postgres_database.hpp"
#include "common/runtime/embedded_platform.hpp"
#include "common/runtime/idempotent_requests.hpp"
#include "servers/postgres_server.hpp"
#include "tickets/operations.hpp"

namespace ticketing::shows {
EmbeddedFiles embedded_files();
}
namespace ticketing::tickets {
EmbeddedFiles embedded_files();
}

namespace ticketing::bench {
namespace {

struct Options {
  std::size_t shows = 50'000;
  std::size_t tickets = 500'000;
  std::size_t readings = 3'000;
  bool on_postgres = false;
  std::filesystem::path kept;  // empty: nothing is kept
};

struct Read {
  std::string what;
  bool is_cut = false;  // the page ended before it was full
};

struct Timed {
  double millis;
  double processor_millis;  // of this process: on a busy machine, the time that it would have taken
  Read read;
};

// One reading, chosen at random.
using Reading = std::function<Task<Read>(std::mt19937& random)>;

Task<> read_often(const Reading& reading, std::size_t count, std::vector<Timed>& times) {
  std::mt19937 random(2);
  for (std::size_t i = 0; i < count; ++i) {
    const std::clock_t ran = std::clock();
    const auto begun = std::chrono::steady_clock::now();
    Read read = co_await reading(random);
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begun;
    const double used = 1'000.0 * static_cast<double>(std::clock() - ran) / CLOCKS_PER_SEC;
    times.push_back({took.count(), used, std::move(read)});
  }
}

constexpr std::ptrdiff_t slowest = 5;

// Three rounds of the same readings: the shortest time of each counts, so that cold caches and
// other programs on the machine disturb little.
void measure(asio::io_context& io, const std::string& name, std::size_t count,
             const Reading& reading) {
  std::vector<Timed> times;
  for (int round = 0; round < 3; ++round) {
    std::vector<Timed> now;
    asio::co_spawn(io, read_often(reading, count, now), rethrow);
    io.restart();
    io.run();
    if (times.empty()) times = now;
    for (std::size_t i = 0; i < count; ++i) {
      times[i].millis = std::min(times[i].millis, now[i].millis);
      times[i].processor_millis = std::min(times[i].processor_millis, now[i].processor_millis);
    }
  }
  const auto at = [&](double part, double Timed::* millis) {
    std::ranges::sort(times, {}, millis);
    return times[static_cast<std::size_t>(part * static_cast<double>(times.size()))].*millis;
  };
  fmt::print("{:<36} processor p99 {:6.2f} ms; ", name, at(0.99, &Timed::processor_millis));
  fmt::print("p50 {:6.2f} ms, p95 {:6.2f} ms, p99 {:6.2f} ms", at(0.5, &Timed::millis),
             at(0.95, &Timed::millis), at(0.99, &Timed::millis));
  const auto cut = std::ranges::count_if(times, [](const Timed& one) { return one.read.is_cut; });
  if (cut > 0)
    fmt::print("; {:.1f} % of the pages cut",
               100.0 * static_cast<double>(cut) / static_cast<double>(times.size()));
  fmt::print("; the slowest:\n");
  for (const Timed& slow : std::ranges::subrange(times.end() - slowest, times.end()))
    fmt::print("    {:.2f} ms, processor {:.2f} ms: {}\n", slow.millis, slow.processor_millis,
               slow.read.what);
  std::fflush(stdout);
}

constexpr std::size_t large_shows = 20;
constexpr std::size_t events_max = 500;  // each is a commit

// The page of a show, half of the time that of one with very many tickets; then the page after it.
Task<Read> read_show(tickets::Operations& operations, const std::vector<std::string>& ids,
                     tickets::TicketFilter filter, std::mt19937& random) {
  const std::size_t number = random() % (random() % 2 == 0 ? large_shows : ids.size());
  filter.show_id = ids[number % ids.size()];
  const auto first = co_await operations.list_tickets(filter, {.limit = 20});
  if (first.next) co_await operations.list_tickets(filter, {.limit = 20, .cursor = first.next});
  co_return Read{fmt::format("show {}", number)};
}

// A page of a list, somewhere in it.
Task<Read> read_list(tickets::Operations& operations, tickets::TicketFilter filter,
                     const std::vector<std::string>& cursors, std::mt19937& random) {
  const std::string& from = cursors[random() % cursors.size()];
  co_await operations.list_tickets(
      filter, {.limit = 20, .cursor = PageCursor{.id = from, .is_back = random() % 2 == 0}});
  co_return Read{"from " + from};
}

Task<Read> search(shows::Operations& operations, Timestamp now, std::mt19937& random) {
  const auto query = made_up_query(random, now);
  co_await operations.find_shows(query);
  co_return Read{fmt::format("{} {} {}", name_of(query.sort), query.city.value_or(""), query.text)};
}

Task<Read> search_tickets(tickets::Operations& operations, std::mt19937& random) {
  const auto filter = made_up_ticket_filter(random);
  constexpr std::int64_t limit = 20;
  const auto page = co_await operations.list_tickets(filter, {.limit = limit});
  co_return Read{
      .what = fmt::format("{} by {}, {}{} to {}: {} found", filter.text,
                          filter.is_by_price ? "price" : "age", filter.status ? "available, " : "",
                          filter.price_min.value_or(Money{}).cents,
                          filter.price_max.value_or(Money{}).cents, page.items.size()),
      .is_cut = page.next && std::ssize(page.items) < limit};
}

// What shows does for an event of a ticket of a show with very many tickets.
Task<Read> follow_ticket(shows::Operations& operations, const std::string& show_id,
                         std::int64_t& version) {
  co_await operations.follow_ticket({.id = "followed",
                                     .version = ++version,
                                     .show_id = show_id,
                                     .price = Money{2'000},
                                     .status = version % 2 == 0 ? shows::TicketStatus::available
                                                                : shows::TicketStatus::reserved});
  co_return Read{fmt::format("version {}", version)};
}

// Ids of tickets all over the lists, to read on from.
Task<> find_cursors(tickets::Operations& operations, std::vector<std::string>& cursors) {
  PageQuery query{.limit = 1'000};
  for (;;) {
    const auto page = co_await operations.list_tickets({}, query);
    for (std::size_t i = 0; i < page.items.size(); i += 97) cursors.push_back(page.items[i].id);
    if (!page.next) co_return;
    query.cursor = page.next;
  }
}

void measure_lists(asio::io_context& io, tickets::Operations& operations,
                   const std::vector<std::string>& show_ids, std::size_t count) {
  using tickets::TicketFilter;
  const auto of_show = [&](const std::string& name, const TicketFilter& filter) {
    measure(io, name, count, [&, filter](std::mt19937& random) {
      return read_show(operations, show_ids, filter, random);
    });
  };
  of_show("a show, by price", {.is_by_price = true});
  of_show("a show, by price, available",
          {.status = tickets::TicketStatus::available, .is_by_price = true});
  of_show("a show, newest first", {});
  of_show("a show, newest first, available", {.status = tickets::TicketStatus::available});

  std::vector<std::string> cursors;
  asio::co_spawn(io, find_cursors(operations, cursors), rethrow);
  io.restart();
  io.run();
  const auto all = [&](const std::string& name, const TicketFilter& filter) {
    measure(io, name, count, [&, filter](std::mt19937& random) {
      return read_list(operations, filter, cursors, random);
    });
  };
  all("all tickets", {});
  all("all tickets, available", {.status = tickets::TicketStatus::available});
  all("tickets of a seller, available",
      {.status = tickets::TicketStatus::available, .seller_id = "seller 7"});
  all("tickets of no show", {.show_id = ""});
  all("tickets of no show, available", {.status = tickets::TicketStatus::available, .show_id = ""});
}

std::filesystem::path list_of_shows(const Options& options) { return options.kept / "shows.txt"; }

// Those of an earlier run; none when it did not come to its end.
std::vector<std::string> kept_shows(const Options& options) {
  std::vector<std::string> ids;
  if (options.kept.empty()) return ids;
  std::ifstream file(list_of_shows(options));
  for (std::string id; file >> id;) ids.push_back(id);
  return ids;
}

void keep_shows(const Options& options, const std::vector<std::string>& ids) {
  if (options.kept.empty()) return;
  std::ofstream file(list_of_shows(options));
  for (const std::string& id : ids) file << id << '\n';
}

void run(asio::io_context& io, runtime::Platform& platform, const Options& options) {
  const db::Migrations keys{db::idempotency_migration()};
  runtime::OwnedData show_data(platform, "shows", shows::embedded_files(), "shows", keys);
  runtime::OwnedData ticket_data(platform, "tickets", tickets::embedded_files(), "tickets", keys);
  runtime::IdempotentRequests show_keys(platform, show_data.database(), "shows");
  runtime::IdempotentRequests ticket_keys(platform, ticket_data.database(), "tickets");
  shows::Operations shows(platform, show_data, show_keys.keys(), {});
  tickets::Operations tickets(platform, ticket_data, ticket_keys.keys());
  const Timestamp now = platform.clock.now();

  const auto begun = std::chrono::steady_clock::now();
  std::vector<std::string> show_ids = kept_shows(options);
  if (show_ids.empty()) {
    show_ids = make_shows(io, shows, now, options.shows);
    make_tickets(io, platform, ticket_data, show_data,
                 {.show_ids = show_ids, .tickets = options.tickets, .large_shows = large_shows});
    copy_shows(io, shows, tickets, show_ids);
    keep_shows(options, show_ids);
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  fmt::print("{} shows and {} tickets on {}, made in {:.0f} s; {} readings each\n", options.shows,
             options.tickets, options.on_postgres ? "PostgreSQL" : "SQLite", took.count(),
             options.readings);
  std::fflush(stdout);
  measure(io, "search of shows", options.readings,
          [&](std::mt19937& random) { return search(shows, now, random); });
  measure(io, "search of tickets", options.readings,
          [&](std::mt19937& random) { return search_tickets(tickets, random); });
  std::int64_t version = 0;
  measure(io, "an event of a ticket of a large show", std::min(options.readings, events_max),
          [&](std::mt19937&) { return follow_ticket(shows, show_ids.front(), version); });
  measure_lists(io, tickets, show_ids, options.readings);
}

}  // namespace
}  // namespace ticketing::bench

int main(int argc, char** argv) {
  using namespace ticketing;
  CLI::App app("Measures searches of shows and lists of tickets.", "search_bench");
  bench::Options options;
  app.add_option("--shows", options.shows, "how many there are")
      ->check(CLI::Range(1, 10'000'000))
      ->capture_default_str();
  app.add_option("--tickets", options.tickets, "how many there are")
      ->check(CLI::Range(1'000, 100'000'000))
      ->capture_default_str();
  app.add_option("--readings", options.readings, "how many of each kind")
      ->check(CLI::Range(100, 1'000'000))
      ->capture_default_str();
  app.add_flag("--postgres", options.on_postgres, "on a PostgreSQL server of its own");
  app.add_option("--keep", options.kept, "a folder: its data are kept, and used by the next run")
      ->excludes("--postgres");
  CLI11_PARSE(app, argc, argv);
  const bool keeps = !options.kept.empty();
  const auto folder =
      keeps ? options.kept : std::filesystem::temp_directory_path() / "search_bench";
  if (!keeps || bench::kept_shows(options).empty()) std::filesystem::remove_all(folder);
  asio::io_context io;
  runtime::HostSettings settings;
  settings.data_dir = folder;
  settings.log_level = log::Level::warn;
  log::configure(log::Level::warn, "search_bench");
  runtime::EmbeddedPlatform embedded(io.get_executor(), settings);
  std::unique_ptr<servers::PostgresServer> server;
  if (options.on_postgres) {
    // A server of this size has at least so much memory for its tables.
    server = std::make_unique<servers::PostgresServer>(
        std::vector<std::string>{"shared_buffers=1GB", "max_wal_size=4GB"});
    embedded.platform().open_database = [&](const std::string&, const db::Migrations& migrations) {
      // Putting in the tickets writes more at once than a service does; a busy disk delays that.
      constexpr Milliseconds patience = std::chrono::minutes{2};
      return db::open_postgres(io.get_executor(),
                               {.url = server->make_database(),
                                .queue_timeout = patience,
                                .answer_timeout = patience,
                                .statement_timeout = patience,
                                .lock_timeout = patience},
                               migrations);
    };
  }
  bench::run(io, embedded.platform(), options);
  if (!keeps) std::filesystem::remove_all(folder);
}
