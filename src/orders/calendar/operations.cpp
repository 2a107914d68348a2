#include "orders/calendar/operations.hpp"

#include "orders/calendar/store.hpp"

namespace ticketing::orders::calendar {

Task<std::optional<Timestamp>> Operations::find(std::string user_id) {
  const auto found = co_await data_.database().query(store::calendar_of(user_id));
  if (found.empty()) co_return std::nullopt;
  co_return found.rows.front().as<store::Calendar>().created_at;
}

Task<std::string> Operations::open(std::string user_id) {
  Key key = make_key(platform_.random);
  db::Transaction transaction{.contends_for = user_id, .statements = {}};
  transaction.statements.push_back(store::put_calendar(user_id, key.digest, platform_.clock.now()));
  co_await data_.database().commit(std::move(transaction));
  co_return std::move(key.text);
}

Task<> Operations::close(std::string user_id) {
  db::Transaction transaction{.contends_for = user_id, .statements = {}};
  transaction.statements.push_back(store::delete_calendar(user_id));
  co_await data_.database().commit(std::move(transaction));
}

Task<std::optional<std::string>> Operations::read(std::string key) {
  const auto digest = digest_of(key);
  if (!digest) co_return std::nullopt;
  const auto found = co_await data_.database().query(store::calendar_by_key(*digest));
  if (found.empty()) co_return std::nullopt;
  const auto shows = co_await data_.database().query(store::shows_of_buyer(
      found.rows.front().as<store::Calendar>().user_id, platform_.clock.now() - past_kept));
  std::vector<contracts::CalendarShow> entries;
  for (const db::Row& row : shows.rows) {
    const auto [show, tickets] = row.as<store::ShowOfBuyer>();
    entries.push_back(entry_of(show, tickets));
  }
  co_return contracts::to_calendar("My shows", entries);
}

}  // namespace ticketing::orders::calendar
