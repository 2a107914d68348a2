// Measures how long a search of shows takes, at the operation, with 50,000 shows in the database:
// SQLite, or PostgreSQL with --postgres.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <memory>
#include <random>

#include "common/db/postgres/postgres_database.hpp"
#include "common/runtime/embedded_platform.hpp"
#include "common/runtime/idempotent_requests.hpp"
#include "common/runtime/owned_data.hpp"
#include "servers/postgres_server.hpp"
#include "shows/operations.hpp"

namespace ticketing::shows {
EmbeddedFiles embedded_files();
}

namespace ticketing::bench {
namespace {

using shows::Operations;
using shows::search::Query;

constexpr std::array cities{"Łódź",   "Berlin", "München", "Kraków", "Saint-Étienne", "Москва",
                            "London", "Paris",  "Αθήνα",   "Praha",  "Wien",          "Genève"};
constexpr std::array frequent{"live",     "tour",      "festival", "the",  "night",
                              "open-air", "orchestra", "jazz",     "rock", "2026"};
// A name of syllables: thousands of words, as there are of acts.
std::string made_up_word(std::mt19937& random) {
  constexpr std::array syllables{"ka",  "ro",  "mé", "ti",  "lu", "san", "vor", "ne",
                                 "bła", "zen", "do", "pri", "al", "gu",  "ха",  "ри"};
  std::string word;
  for (unsigned i = 2 + random() % 3; i > 0; --i) {
    word += syllables[random() % syllables.size()];
    // Letters between them, so that words share as few groups of three as they do in languages.
    word += static_cast<char>('a' + random() % 26);
  }
  return word;
}

template <class Values>
std::string pick(const Values& values, std::mt19937& random) {
  return values[random() % values.size()];
}

shows::CreateShow made_up_show(std::mt19937& random, Timestamp now) {
  std::string name = made_up_word(random);
  if (random() % 2 == 0) name += " " + made_up_word(random);
  if (random() % 2 == 0) name += " " + pick(frequent, random);
  const std::string venue = "Hall " + std::to_string(random() % 40);
  return {
      .details = {.name = name,
                  .category = random() % 5 == 0 ? shows::Category::sport : shows::Category::concert,
                  .starts_at = now + std::chrono::minutes{60 + random() % 500'000}},
      .venue = {.name = venue,
                .city = pick(cities, random),
                .country = "XX",
                .time_zone = "Europe/Warsaw"},
      .user_id = "maker"};
}

Query made_up_query(std::mt19937& random, Timestamp now) {
  Query query{.now = now};
  switch (random() % 8) {
    case 0: break;  // the front page
    case 1: query.text = made_up_word(random); break;
    case 2: query.text = made_up_word(random).substr(0, 2); break;
    case 3: query.text = pick(frequent, random); break;
    case 4: query.text = pick(frequent, random) + " " + pick(cities, random); break;
    case 5: query.text = made_up_word(random) + " " + pick(cities, random); break;
    case 6: query.text = made_up_word(random) + "x"; break;  // a slip of the finger, often
    case 7: query.city = pick(cities, random); break;
  }
  if (random() % 6 == 0) query.sort = shows::search::Sort::new_;
  if (random() % 6 == 0) query.category = shows::Category::sport;
  return query;
}

// Many at once, so that they are committed together.
Task<> make_shows(Operations& operations, std::mt19937& random, Timestamp now, std::size_t& left) {
  while (left > 0) {
    --left;
    co_await operations.create_show(made_up_show(random, now));
  }
}

struct Timed {
  double millis;
  std::string what;
};

Task<> measure(Operations& operations, Timestamp now, std::vector<Timed>& times) {
  std::mt19937 random(2);
  for (std::size_t i = 0; i < 3'000; ++i) {
    Query query = made_up_query(random, now);
    const std::string what =
        fmt::format("{} {} {}", name_of(query.sort), query.city.value_or(""), query.text);
    const auto begun = std::chrono::steady_clock::now();
    co_await operations.find_shows(query);
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begun;
    times.push_back({took.count(), what});
  }
}

void run(asio::io_context& io, runtime::Platform& platform, std::size_t shows) {
  runtime::OwnedData data(platform, "shows", shows::embedded_files(), "shows",
                          {db::idempotency_migration()});
  runtime::IdempotentRequests idempotency(platform, data.database(), "shows");
  Operations operations(platform, data, idempotency.keys(), {});
  const Timestamp now = platform.clock.now();
  std::mt19937 random(1);
  for (int i = 0; i < 100; ++i)
    asio::co_spawn(io, make_shows(operations, random, now, shows), asio::detached);
  io.run();
  std::vector<Timed> times;
  for (int round = 0; round < 2; ++round) {  // the first one warms the caches
    times.clear();
    io.restart();
    asio::co_spawn(io, measure(operations, now, times), asio::detached);
    io.run();
  }
  std::ranges::sort(times, {}, &Timed::millis);
  const auto at = [&](double part) {
    return times[static_cast<std::size_t>(part * static_cast<double>(times.size()))].millis;
  };
  fmt::print("{} searches: p50 {:.2f} ms, p95 {:.2f} ms, p99 {:.2f} ms; the slowest:\n",
             times.size(), at(0.5), at(0.95), at(0.99));
  for (std::size_t i = times.size() - 10; i < times.size(); ++i)
    fmt::print("  {:.2f} ms: {}\n", times[i].millis, times[i].what);
}

}  // namespace
}  // namespace ticketing::bench

int main(int argc, char** argv) {
  using namespace ticketing;
  CLI::App app("Measures the search of shows.", "search_bench");
  std::size_t shows = 50'000;
  bool on_postgres = false;
  app.add_option("--shows", shows, "how many there are")->capture_default_str();
  app.add_flag("--postgres", on_postgres, "on a PostgreSQL server of its own");
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
  if (on_postgres) {
    server = std::make_unique<servers::PostgresServer>();
    embedded.platform().open_database = [&](const std::string&, const db::Migrations& migrations) {
      return db::open_postgres(io.get_executor(), {.url = server->make_database()}, migrations);
    };
  }
  bench::run(io, embedded.platform(), shows);
  std::filesystem::remove_all(folder);
}
