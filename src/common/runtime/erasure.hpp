// What a service does when an account is deleted: it notes the user, and erases what it has of
// them, again and again until nothing of it goes on and nothing more can come.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/described.hpp"
#include "common/bus/event_bus.hpp"
#include "common/db/erased_users.hpp"
#include "common/runtime/periodic.hpp"

namespace ticketing::runtime {

class Erasure {
 public:
  // From when the service knows of it. A session of the user can be used for an hour at most, with
  // its last access token (ACCESS_TOKEN_SECONDS), on a clock that may differ; and where the service
  // was down, other events of the user come in any order.
  static constexpr std::chrono::hours late_max{2};

  // Erases what the service has of the user. False while something goes on that cannot be erased
  // yet, as an order that is paid for at this moment.
  using Erase = std::function<Task<bool>(std::string user_id)>;

  // `database` outlives it.
  Erasure(Platform& platform, const std::string& service, db::Database& database, Erase erase);

  // This event tells that the account is deleted. `before` is written in the same transaction,
  // before the user is noted.
  Task<bus::Verdict> note(db::ErasedUser user, const bus::Event& event,
                          std::vector<db::Statement> before = {});
  // `told`: what the event says, a described record.
  template <class Told>
  Task<bus::Verdict> note(const Told& told, const bus::Event& event,
                          std::vector<db::Statement> before = {}) {
    return note(
        matching<db::ErasedUser, &db::ErasedUser::last_event_id, &db::ErasedUser::noted_at>(told),
        event, std::move(before));
  }

  void start();
  Task<> stop();
  // What start() does again and again, and after each note.
  Task<> sweep();

 private:
  Task<bool> is_over(const db::ErasedUser& user);

  const Clock& clock_;
  db::Database& database_;
  const std::string service_;
  const Erase erase_;
  prometheus::Gauge& open_;
  Periodic sweeping_;
};

}  // namespace ticketing::runtime
