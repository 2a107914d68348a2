// The lists of tickets are the same on SQLite and on PostgreSQL, also where PostgreSQL sorts texts
// by the rules of a language.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <memory>
#include <random>

#include "postgres/same_on_all_databases.hpp"
#include "tickets/indexing/store.hpp"
#include "tickets/operations.hpp"
#include "tickets/republished.hpp"
#include "tickets/store.hpp"

namespace ticketing::tickets {

EmbeddedFiles embedded_files();

namespace {

// The data of tickets on one database, and their lists: as they are, and with narrow bounds.
class Side {
 public:
  Side(const Executor& executor, const std::string& folder, ServiceData::Open open)
      : data_(executor, folder, std::move(open), "tickets", embedded_files(), republished()),
        operations_(data_.platform(), data_.data(), data_.keys()) {
    lists_.push_back(std::make_unique<lists::Lists>(data_.database()));
    lists_.push_back(std::make_unique<lists::Lists>(
        data_.database(), lists::Bounds{.few = 3, .compared = 10, .read = 20, .shows = 2}));
  }
  db::Database& database() { return data_.database(); }
  Operations& operations() { return operations_; }
  lists::Lists& lists(std::size_t index) { return *lists_[index]; }

 private:
  ServiceData data_;
  Operations operations_;
  std::vector<std::unique_ptr<lists::Lists>> lists_;
};

const std::vector<std::string> names{"AC/DC", "Mötley Crüe", "Земфира", "Łona i Webber",
                                     "Straßenfest"};
const std::vector<std::string> titles{"Parkett 7", "Ложа", "Balcón, fila 3", "Stehplatz", "B-12"};
const std::vector<std::string> searches{
    "",    "acdc",    "motley crue", "ЗЕМФИРА ло", "lona",       "bal", "strass",     "fila 3",
    "b12", "b-12 ac", "12",          "parkett",    "нет такого", "i",   "webber park"};

class SameLists : public SameOnAllDatabases<Side> {
 protected:
  SameLists() {
    for (std::size_t i = 0; i < names.size(); ++i) shows_.push_back(ids_.next());
  }
  void fill() {
    for (std::size_t i = 0; i < names.size(); ++i) {
      ShowCopy show{.id = shows_[i], .over_at = Timestamp{std::chrono::hours{1}}};
      if (i == 4) show.merged_into = shows_[0];
      for (const auto& side : sides_) run_task(io_, side->operations().follow_show(show, names[i]));
    }
    db::Transaction transaction;
    for (int i = 0; i < 120; ++i) {
      Ticket ticket{.id = ids_.next(),
                    .title = titles[random_() % titles.size()],
                    .price = Money{static_cast<std::int64_t>(1'000 + random_() % 6 * 500)},
                    .user_id = fmt::format("seller {}", random_() % 2),
                    .status = static_cast<TicketStatus>(random_() % 5)};
      if (random_() % 4 != 0) ticket.show_id = shows_[random_() % shows_.size()];
      transaction.statements.push_back(store::insert_ticket(ticket, ticket.id));
      for (auto& terms : indexing::store::add_terms(ticket, ticket.id))
        transaction.statements.push_back(std::move(terms));
    }
    for (const auto& side : sides_) run_task(io_, side->database().commit(transaction));
  }
  TicketFilter make_filter() {
    const auto chance = [&](unsigned one_in) { return random_() % one_in == 0; };
    TicketFilter filter{.is_by_price = chance(2), .text = searches[random_() % searches.size()]};
    if (chance(3)) filter.seller_id = "seller 1";
    if (chance(3))
      filter.status = static_cast<TicketStatus>(random_() % (filter.seller_id ? 5 : 3));
    if (chance(2)) filter.show_id = chance(3) ? "" : shows_[random_() % shows_.size()];
    if (chance(3)) filter.price_min = Money{1'500};
    if (chance(3)) filter.price_max = Money{3'000};
    return filter;
  }
  // Ids page by page, to the end and one page back.
  static Task<std::vector<std::string>> read(lists::Lists& lists, TicketFilter filter) {
    std::vector<std::string> ids;
    PageQuery query{.limit = 7};
    Page<Ticket> page;
    for (int pages = 0, is_back = 0; pages < 30; ++pages) {
      page = co_await lists.read(filter, query);
      for (const Ticket& ticket : page.items) ids.push_back(ticket.id);
      ids.push_back("end of page");
      if (is_back) break;
      is_back = page.next ? 0 : 1;
      query.cursor = page.next ? page.next : page.previous;
      if (!query.cursor) break;
    }
    co_return ids;
  }
  // The lists of these filters, with each bounds, on each side: several at once, as most of the
  // time is that of waiting for a database.
  using Reading = std::vector<std::vector<std::string>>;
  std::vector<Reading> read_all(const std::vector<TicketFilter>& filters) {
    std::vector<Reading> readings(sides_.size(), Reading(filters.size() * 2));
    std::vector<std::size_t> next(sides_.size(), 0);
    const auto read_some = [](Side& side, const std::vector<TicketFilter>& all, std::size_t& next,
                              Reading& reading) -> Task<> {
      while (next < reading.size()) {
        const std::size_t i = next++;
        reading[i] = co_await read(side.lists(i % 2), all[i / 2]);
      }
    };
    constexpr std::size_t at_once = 6;
    std::exception_ptr failure;
    std::size_t running = sides_.size() * at_once;
    for (std::size_t side = 0; side < sides_.size(); ++side) {
      for (std::size_t i = 0; i < at_once; ++i) {
        asio::co_spawn(io_, read_some(*sides_[side], filters, next[side], readings[side]),
                       [&](std::exception_ptr error) {
                         if (error) failure = error;
                         --running;
                       });
      }
    }
    io_.restart();
    while (running > 0 && io_.run_one() > 0) continue;
    if (failure) std::rethrow_exception(failure);
    return readings;
  }

  SystemClock clock_;
  SystemRandom system_random_;
  IdGenerator ids_{clock_, system_random_};
  std::mt19937 random_{7};
  std::vector<std::string> shows_;
};

TEST_F(SameLists, AreEqualOnAllDatabases) {
  fill();
  std::vector<TicketFilter> filters;
  for (int i = 0; i < 150; ++i) filters.push_back(make_filter());
  const std::vector<Reading> readings = read_all(filters);
  std::size_t found = 0;
  for (std::size_t i = 0; i < readings[0].size(); ++i) {
    found += readings[0][i].size() > 2 ? 1 : 0;
    for (std::size_t side = 1; side < sides_.size(); ++side)
      EXPECT_EQ(readings[side][i], readings[0][i]) << filters[i / 2].text << " on " << side;
  }
  EXPECT_GT(found, 100U);
}

}  // namespace
}  // namespace ticketing::tickets
