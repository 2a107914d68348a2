// Users whose accounts are deleted, as each service notes them: nothing of them is stored any more,
// and what comes late is erased, too.
#pragma once

#include <string>

#include "common/db/database.hpp"
#include "common/db/migrations.hpp"

namespace ticketing::db {

struct ErasedUser {
  std::string id;
  std::int64_t version = 0;   // of the account, with this change
  std::string last_event_id;  // that tells of it
  Timestamp erased_at;
  Timestamp noted_at;  // by the service
};
BOOST_DESCRIBE_STRUCT(ErasedUser, (), (id, version, last_event_id, erased_at, noted_at))

// One that is noted again is open again, from then on.
Statement note_erased_user(const ErasedUser& user);
// Those after the id `after`, in the order of their ids.
Statement erased_users_after(const std::string& after, std::int64_t limit);
// Of those, the ones of whom something may still be there, or come.
Statement open_erasures_after(const std::string& after, std::int64_t limit);
// Unless it was noted again meanwhile.
Statement end_erasure(const ErasedUser& user, Timestamp now);

Migration erased_users_migration();

}  // namespace ticketing::db
