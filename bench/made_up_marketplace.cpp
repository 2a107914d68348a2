#include "bench/made_up_marketplace.hpp"

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <utility>

#include "shows/store.hpp"
#include "tickets/indexing/store.hpp"
#include "tickets/store.hpp"

namespace ticketing::bench {
namespace {

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

// Many at once, so that they are committed together.
constexpr int at_once = 100;

Task<> make_some_shows(shows::Operations& operations, std::mt19937& random, Timestamp now,
                       std::size_t count, std::vector<std::string>& ids) {
  while (ids.size() < count) {
    ids.emplace_back();
    const std::size_t at = ids.size() - 1;
    const auto made = co_await operations.create_show(made_up_show(random, now));
    ids[at] = made.value().show.id;
  }
}

tickets::TicketStatus made_up_status(std::mt19937& random) {
  using enum tickets::TicketStatus;
  const unsigned of_twenty = random() % 20;
  return of_twenty < 5 ? sold : of_twenty == 5 ? reserved : of_twenty == 6 ? withdrawn : available;
}

tickets::Ticket made_up_ticket(std::mt19937& random, runtime::Platform& platform,
                               const TicketPlan& plan, std::size_t number) {
  const std::size_t share = number % 100;
  tickets::Ticket ticket{
      .id = platform.ids.next(),
      .title = "Row " + std::to_string(random() % 90),
      .price = Money{.cents = std::uniform_int_distribution(500, 20'500)(random)},
      .user_id = "seller " + std::to_string(random() % 20'000),
      .status = made_up_status(random),
      .created_at = platform.clock.now()};
  using enum tickets::TicketStatus;
  if (ticket.status == sold || ticket.status == reserved) ticket.order_id = platform.ids.next();
  if (share >= 90) return ticket;
  const std::size_t show = share < plan.large_shows ? share : random() % plan.show_ids.size();
  ticket.show_id = plan.show_ids[show % plan.show_ids.size()];
  return ticket;
}

shows::TicketCopy copy_of(const tickets::Ticket& ticket) {
  return {.id = ticket.id,
          .show_id = *ticket.show_id,
          .price = ticket.price,
          .status = *value_named<shows::TicketStatus>(name_of(ticket.status))};
}

// Thousands of statements in a transaction.
class Writer {
 public:
  explicit Writer(db::Database& database) : database_(database) {}

  Task<> write(db::Statement statement) {
    transaction_.statements.push_back(std::move(statement));
    if (transaction_.statements.size() >= 5'000) co_await flush();
  }
  Task<> flush() { co_await database_.commit(std::exchange(transaction_, {})); }

 private:
  db::Database& database_;
  db::Transaction transaction_;
};

Task<> copy_some_shows(shows::Operations& shows, tickets::Operations& tickets,
                       const std::vector<std::string>& ids, std::size_t& next) {
  while (next < ids.size()) {
    const std::string& id = ids[next++];
    const auto show = co_await shows.show_show(id);
    co_await tickets.follow_show(
        {.id = id, .starts_at = show->starts_at, .over_at = over_at(*show)}, show->name);
  }
}

Task<> put_tickets(runtime::Platform& platform, db::Database& tickets, db::Database& shows,
                   const TicketPlan& plan) {
  std::mt19937 random(3);
  Writer to_tickets(tickets), to_shows(shows);
  for (std::size_t i = 0; i < plan.tickets; ++i) {
    const tickets::Ticket ticket = made_up_ticket(random, platform, plan, i);
    co_await to_tickets.write(tickets::store::insert_ticket(ticket, ""));
    for (db::Statement& statement : tickets::indexing::store::add_terms(ticket, ""))
      co_await to_tickets.write(std::move(statement));
    if (ticket.show_id)
      co_await to_shows.write(shows::store::insert_ticket_copy(copy_of(ticket), ""));
  }
  for (const std::string& id : plan.show_ids) {
    for (db::Statement& statement : shows::store::recount(id))
      co_await to_shows.write(std::move(statement));
  }
  co_await to_tickets.flush();
  co_await to_shows.flush();
}

}  // namespace

std::vector<std::string> make_shows(asio::io_context& io, shows::Operations& operations,
                                    Timestamp now, std::size_t count) {
  std::mt19937 random(1);
  std::vector<std::string> ids;
  for (int i = 0; i < at_once; ++i)
    asio::co_spawn(io, make_some_shows(operations, random, now, count, ids), rethrow);
  io.restart();
  io.run();
  return ids;
}

void make_tickets(asio::io_context& io, runtime::Platform& platform, runtime::OwnedData& tickets,
                  runtime::OwnedData& shows, const TicketPlan& plan) {
  asio::co_spawn(io, put_tickets(platform, tickets.database(), shows.database(), plan), rethrow);
  io.restart();
  io.run();
}

void copy_shows(asio::io_context& io, shows::Operations& shows, tickets::Operations& tickets,
                const std::vector<std::string>& ids) {
  std::size_t next = 0;
  for (int i = 0; i < at_once; ++i)
    asio::co_spawn(io, copy_some_shows(shows, tickets, ids, next), rethrow);
  io.restart();
  io.run();
}

tickets::TicketFilter made_up_ticket_filter(std::mt19937& random) {
  tickets::TicketFilter filter;
  switch (random() % 6) {
    case 0: break;
    case 1: filter.text = made_up_word(random); break;
    case 2: filter.text = made_up_word(random).substr(0, 2); break;
    case 3: filter.text = pick(frequent, random) + " row " + std::to_string(random() % 90); break;
    case 4: filter.text = made_up_word(random) + " row"; break;
    case 5: filter.text = "row " + std::to_string(random() % 90); break;
  }
  filter.is_by_price = random() % 2 == 0;
  if (random() % 2 == 0) filter.status = tickets::TicketStatus::available;
  if (random() % 3 == 0) filter.price_min = Money{static_cast<std::int64_t>(random() % 21'000)};
  if (random() % 3 == 0) filter.price_max = Money{static_cast<std::int64_t>(random() % 21'000)};
  return filter;
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

}  // namespace ticketing::bench
