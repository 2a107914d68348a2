// Measures how long reading takes with 50,000 shows and 500,000 tickets in the databases (SQLite,
// or PostgreSQL with --postgres), at the operations: searches of shows and lists of tickets.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <filesystem>
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
};

struct Timed {
  double millis;
  std::string what;
};

// One reading, chosen at random; gives what it reads.
using Reading = std::function<Task<std::string>(std::mt19937& random)>;

Task<> read_often(const Reading& reading, std::size_t count, std::vector<Timed>& times) {
  std::mt19937 random(2);
  for (std::size_t i = 0; i < count; ++i) {
    const auto begun = std::chrono::steady_clock::now();
    std::string what = co_await reading(random);
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begun;
    times.push_back({took.count(), std::move(what)});
  }
}

// Three rounds of the same readings: the shortest time of each counts, so that cold caches and
// other programs on the machine disturb little.
void measure(asio::io_context& io, const std::string& name, std::size_t count,
             const Reading& reading) {
  std::vector<Timed> times;
  for (int round = 0; round < 3; ++round) {
    std::vector<Timed> now;
    asio::co_spawn(io, read_often(reading, count, now), [](std::exception_ptr failure) {
      if (failure) std::rethrow_exception(failure);
    });
    io.restart();
    io.run();
    if (times.empty()) times = now;
    for (std::size_t i = 0; i < count; ++i)
      times[i].millis = std::min(times[i].millis, now[i].millis);
  }
  std::ranges::sort(times, {}, &Timed::millis);
  const auto at = [&](double part) {
    return times[static_cast<std::size_t>(part * static_cast<double>(times.size()))].millis;
  };
  fmt::print("{:<36} p50 {:6.2f} ms, p95 {:6.2f} ms, p99 {:6.2f} ms; the slowest:\n", name, at(0.5),
             at(0.95), at(0.99));
  for (const Timed& slow : std::ranges::subrange(times.end() - 3, times.end()))
    fmt::print("    {:.2f} ms: {}\n", slow.millis, slow.what);
}

constexpr std::size_t large_shows = 20;
constexpr std::size_t events_max = 500;  // each is a commit

// The page of a show, half of the time that of one with very many tickets; then the page after it.
Task<std::string> read_show(tickets::Operations& operations, const std::vector<std::string>& ids,
                            tickets::TicketFilter filter, std::mt19937& random) {
  const std::size_t number = random() % (random() % 2 == 0 ? large_shows : ids.size());
  filter.show_id = ids[number % ids.size()];
  const auto first = co_await operations.list_tickets(filter, {.limit = 20});
  if (first.next) co_await operations.list_tickets(filter, {.limit = 20, .cursor = first.next});
  co_return fmt::format("show {}", number);
}

// A page of a list, somewhere in it.
Task<std::string> read_list(tickets::Operations& operations, tickets::TicketFilter filter,
                            const std::vector<std::string>& cursors, std::mt19937& random) {
  const std::string& from = cursors[random() % cursors.size()];
  co_await operations.list_tickets(
      filter, {.limit = 20, .cursor = PageCursor{.id = from, .is_back = random() % 2 == 0}});
  co_return "from " + from;
}

Task<std::string> search(shows::Operations& operations, Timestamp now, std::mt19937& random) {
  const auto query = made_up_query(random, now);
  co_await operations.find_shows(query);
  co_return fmt::format("{} {} {}", name_of(query.sort), query.city.value_or(""), query.text);
}

Task<std::string> search_tickets(tickets::Operations& operations, std::mt19937& random) {
  const auto filter = made_up_ticket_filter(random);
  const auto page = co_await operations.list_tickets(filter, {.limit = 20});
  co_return fmt::format("{} by {}, {}{} to {}: {} found", filter.text,
                        filter.is_by_price ? "price" : "age", filter.status ? "available, " : "",
                        filter.price_min.value_or(Money{}).cents,
                        filter.price_max.value_or(Money{}).cents, page.items.size());
}

// What shows does for an event of a ticket of a show with very many tickets.
Task<std::string> follow_ticket(shows::Operations& operations, const std::string& show_id,
                                std::int64_t& version) {
  co_await operations.follow_ticket({.id = "followed",
                                     .version = ++version,
                                     .show_id = show_id,
                                     .price = Money{2'000},
                                     .status = version % 2 == 0 ? shows::TicketStatus::available
                                                                : shows::TicketStatus::reserved});
  co_return fmt::format("version {}", version);
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
  asio::co_spawn(io, find_cursors(operations, cursors), asio::detached);
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
  const auto show_ids = make_shows(io, shows, now, options.shows);
  make_tickets(io, platform, ticket_data, show_data,
               {.show_ids = show_ids, .tickets = options.tickets, .large_shows = large_shows});
  copy_shows(io, shows, tickets, show_ids);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  fmt::print("{} shows and {} tickets on {}, made in {:.0f} s; {} readings each\n", options.shows,
             options.tickets, options.on_postgres ? "PostgreSQL" : "SQLite", took.count(),
             options.readings);
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
  CLI11_PARSE(app, argc, argv);
  const auto folder = std::filesystem::temp_directory_path() / "search_bench";
  std::filesystem::remove_all(folder);
  asio::io_context io;
  runtime::HostSettings settings;
  settings.data_dir = folder;
  settings.log_level = log::Level::warn;
  log::configure(log::Level::warn, "search_bench");
  runtime::EmbeddedPlatform embedded(io.get_executor(), settings);
  std::unique_ptr<servers::PostgresServer> server;
  if (options.on_postgres) {
    server = std::make_unique<servers::PostgresServer>();
    embedded.platform().open_database = [&](const std::string&, const db::Migrations& migrations) {
      return db::open_postgres(io.get_executor(), {.url = server->make_database()}, migrations);
    };
  }
  bench::run(io, embedded.platform(), options);
  std::filesystem::remove_all(folder);
}
