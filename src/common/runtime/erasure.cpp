#include "common/runtime/erasure.hpp"

#include "common/base/log.hpp"

namespace ticketing::runtime {
namespace {

constexpr std::chrono::minutes sweep_interval{1};
constexpr std::int64_t users_a_page = 100;

}  // namespace

Erasure::Erasure(Platform& platform, const std::string& service, db::Database& database,
                 Erase erase)
    : clock_(platform.clock),
      database_(database),
      service_(service),
      erase_(std::move(erase)),
      open_(platform.metrics.gauge("erasures_open",
                                   "Deleted accounts of which something may still be there",
                                   {{"service", service}})),
      sweeping_(platform, service + " erase deleted accounts", sweep_interval) {}

Task<bus::Verdict> Erasure::note(db::ErasedUser user, const bus::Event& event,
                                 std::vector<db::Statement> before) {
  user.last_event_id = event.id;
  user.noted_at = clock_.now();
  db::Transaction transaction{.contends_for = user.id, .statements = std::move(before)};
  transaction.statements.push_back(db::note_erased_user(user));
  co_await database_.commit(std::move(transaction));
  sweeping_.wake();
  co_return bus::Verdict::done;
}

void Erasure::start() {
  sweeping_.start([this] { return sweep(); });
}

Task<> Erasure::stop() { co_await sweeping_.stop(); }

Task<> Erasure::sweep() {
  std::string after;
  std::int64_t open = 0;
  for (;;) {
    const auto found = co_await database_.query(db::open_erasures_after(after, users_a_page));
    for (const db::Row& row : found.rows) {
      const auto user = row.as<db::ErasedUser>();
      after = user.id;
      if (!co_await is_over(user)) ++open;
    }
    if (std::ssize(found.rows) < users_a_page || sweeping_.is_stopping()) break;
  }
  open_.Set(static_cast<double>(open));
}

// What cannot be erased of one user does not keep that of others.
Task<bool> Erasure::is_over(const db::ErasedUser& user) {
  try {
    const bool is_nothing_left = co_await erase_(user.id);
    if (!is_nothing_left || clock_.now() < user.noted_at + late_max) co_return false;
    db::Transaction transaction{.contends_for = user.id, .statements = {}};
    transaction.statements.push_back(db::end_erasure(user, clock_.now()));
    co_await database_.commit(std::move(transaction));
    co_return true;
  } catch (const std::exception& error) {
    log::warn("a deleted account is not erased yet",
              {{"service", service_}, {"user", user.id}, {"reason", error.what()}});
    co_return false;
  }
}

}  // namespace ticketing::runtime
