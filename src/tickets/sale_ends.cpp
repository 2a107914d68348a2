#include "tickets/sale_ends.hpp"

#include <algorithm>
#include <iterator>

#include "tickets/store.hpp"
#include "tickets/ticket_change.hpp"

namespace ticketing::tickets {
namespace {

constexpr std::int64_t lapse_page = 100;
constexpr std::int64_t close_page = 500;  // shows in one sweep
// A request that saw a show before its beginning has listed its ticket by then. Until then the
// sweep looks at the show again.
constexpr std::chrono::minutes listing_time_max{10};

}  // namespace

SaleEnds::SaleEnds(runtime::Platform& platform, runtime::OwnedData& data)
    : platform_(platform), data_(data) {}

Task<bus::Verdict> SaleEnds::end(std::string show_id, Timestamp starts_at) {
  // A clock that is ahead of this one ends no sale for which it does not have the time.
  const auto shows = co_await data_.database().query(store::show_for_ticket(show_id));
  if (shows.empty() || begins_at(shows.rows.front().as<ShowCopy>()) != starts_at)
    co_return bus::Verdict::done;
  const Timestamp now = std::max(platform_.clock.now(), starts_at);
  const auto merged = co_await data_.database().query(store::shows_of(show_id));
  for (const db::Row& row : merged.rows) co_await lapse_tickets(row.text("id"), now);
  co_return bus::Verdict::done;
}

Task<std::int64_t> SaleEnds::lapse_tickets(std::string show_id, Timestamp now) {
  std::int64_t lapsed = 0;
  const auto shows = co_await data_.database().query(store::show_for_ticket(show_id));
  if (shows.empty() || !has_begun(shows.rows.front().as<ShowCopy>(), now)) co_return lapsed;
  std::string last;
  for (;;) {
    const auto page =
        co_await data_.database().query(store::available_of_show(show_id, last, lapse_page));
    for (const db::Row& row : page.rows) {
      const auto ticket = row.as<Ticket>();
      last = ticket.id;
      const auto after = lapse(ticket);
      TICKETING_ASSERT(after.has_value());
      // A ticket that another writer changes is taken the next time, if it is listed then.
      const bool happened = co_await runtime::commit(data_, change_to(data_, *after));
      if (happened) ++lapsed;
    }
    if (std::ssize(page.rows) < lapse_page) break;
  }
  co_return lapsed;
}

Task<std::int64_t> SaleEnds::sweep() {
  const Timestamp now = platform_.clock.now();
  const auto shows = co_await data_.database().query(store::shows_to_close(now, close_page));
  std::int64_t lapsed = 0;
  for (const db::Row& row : shows.rows) {
    const std::string& show_id = row.text("id");
    lapsed += co_await lapse_tickets(show_id, now);
    db::Transaction transaction{.contends_for = show_id, .statements = {}};
    transaction.statements.push_back(store::close_show(show_id, now - listing_time_max));
    co_await data_.database().commit(std::move(transaction));
  }
  co_return lapsed;
}

}  // namespace ticketing::tickets
