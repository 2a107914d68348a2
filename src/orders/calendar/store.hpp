// The statements on calendars and on the shows in them.
#pragma once

#include <string>

#include "common/db/database.hpp"
#include "common/db/kept_sql.hpp"
#include "orders/calendar/calendar.hpp"

namespace ticketing::orders::calendar::store {

// Unless a newer version is there.
db::Statement store_show(const ShowPlace& show);

struct Calendar {
  std::string user_id;
  Timestamp created_at;
};
BOOST_DESCRIBE_STRUCT(Calendar, (), (user_id, created_at))
// In the place of the one that the buyer had.
db::Statement put_calendar(const std::string& user_id, const std::string& key_digest,
                           Timestamp now);
db::Statement delete_calendar(const std::string& user_id);
db::Statement calendar_of(const std::string& user_id);         // Calendar
db::Statement calendar_by_key(const std::string& key_digest);  // Calendar

struct ShowOfBuyer {
  ShowPlace show;
  std::int64_t tickets = 0;
};
BOOST_DESCRIBE_STRUCT(ShowOfBuyer, (), (show, tickets))
// The shows of the buyer's paid orders that were not over at `over_after`, by date: ShowOfBuyer.
db::Statement shows_of_buyer(const std::string& user_id, Timestamp over_after);

// What a buyer takes along: one row.
struct KeptCalendar {
  std::string id;  // the buyer's
  Timestamp created_at;
};
BOOST_DESCRIBE_STRUCT(KeptCalendar, (), (id, created_at))
db::Statement kept_calendar(const db::KeptQuery& query);

}  // namespace ticketing::orders::calendar::store
