// The operations of tickets on simulated time. Part of no library.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "common/db/idempotency_keys.hpp"
#include "common/runtime/idempotent_requests.hpp"
#include "common/runtime/owned_data.hpp"
#include "contracts/expiration_events.hpp"
#include "contracts/orders_events.hpp"
#include "contracts/shows_events.hpp"
#include "contracts/tickets_events.hpp"
#include "fixtures/service_test.hpp"
#include "tickets/listeners.hpp"
#include "tickets/operations.hpp"
#include "tickets/republished.hpp"

namespace ticketing::tickets {

EmbeddedFiles embedded_files();

inline std::vector<std::string> ids_of(const Page<Ticket>& page) {
  std::vector<std::string> ids;
  for (const Ticket& ticket : page.items) ids.push_back(ticket.id);
  return ids;
}

// What another replica does.
inline const db::Sql test_touch_ticket{"test_touch_ticket",
                                       "UPDATE tickets SET version = version + 1 WHERE id = $1"};

inline const db::Sql test_reserve_ticket{
    "test_reserve_ticket",
    "UPDATE tickets SET version = version + 1, status = 'reserved', order_id = 'o' WHERE id = $1"};

// The orders service as tickets sees it: by its events.
class TestOrders {
 public:
  explicit TestOrders(fixtures::TestPlatform& platform) : platform_(platform) {}

  std::string make(const std::string& ticket_id, Money price = Money{.cents = 2'000}) {
    const std::string id = platform_.next_id();
    publish(contracts::OrderCreated{.id = id,
                                    .status = "created",
                                    .user_id = "buyer",
                                    .expires_at = platform_.now() + std::chrono::minutes{15},
                                    .ticket = {.id = ticket_id, .price = price}});
    return id;
  }
  void complete(const std::string& id, const std::string& ticket_id) {
    publish(contracts::OrderCompleted{.id = id, .version = 1, .ticket = {ticket_id}});
  }
  void cancel(const std::string& id, const std::string& ticket_id, std::int64_t version = 1) {
    publish(contracts::OrderCancelled{
        .id = id, .version = version, .reason = "expired", .ticket = {ticket_id}});
  }
  void decide(const std::string& ticket_id, std::int64_t version, bool granted) {
    publish(contracts::WithdrawalDecided{.ticket = {.id = ticket_id, .version = version},
                                         .granted = granted});
  }

 private:
  template <class Contract>
  void publish(const Contract& contract) {
    platform_.publish_as("orders", contract);
  }

  fixtures::TestPlatform& platform_;
};

// The shows service as tickets sees it: by its events.
class TestShows {
 public:
  explicit TestShows(fixtures::TestPlatform& platform) : platform_(platform) {}

  std::string make(const std::string& name = "AC/DC") {
    const std::string id = platform_.next_id();
    names_[id] = name;
    create(id);
    return id;
  }
  void rename(const std::string& id, const std::string& name, std::int64_t version = 1) {
    auto show = facts<contracts::ShowUpdated>(id, version);
    show.name = name;
    platform_.publish_as("shows", show);
  }
  // It begins in 18 hours, and is over in a day.
  void create(const std::string& id) {
    platform_.publish_as("shows", facts<contracts::ShowCreated>(id));
  }
  std::string make_capped(std::int64_t percent) {
    const std::string id = platform_.next_id();
    auto show = facts<contracts::ShowCreated>(id);
    show.price_cap_percent = percent;
    platform_.publish_as("shows", show);
    return id;
  }
  // Of any version, also of one that was published before.
  void cap(const std::string& id, std::optional<std::int64_t> percent, std::int64_t version = 1) {
    auto show = facts<contracts::ShowUpdated>(id, version);
    show.price_cap_percent = percent;
    platform_.publish_as("shows", show);
  }
  // As expiration says it.
  void begin(const std::string& id, Timestamp starts_at) {
    platform_.publish_as("expiration", contracts::ShowBegun{.show_id = id, .starts_at = starts_at});
  }
  void plan(const std::string& id, const std::string& status, std::int64_t version = 1) {
    auto show = facts<contracts::ShowUpdated>(id, version);
    show.status = status;
    platform_.publish_as("shows", show);
  }
  void merge(const std::string& id, const std::string& into, std::int64_t version = 1) {
    auto show = facts<contracts::ShowUpdated>(id, version);
    show.merged_into = into;
    platform_.publish_as("shows", show);
  }

 private:
  template <class Contract>
  Contract facts(const std::string& id, std::int64_t version = 0) const {
    Contract show;
    show.id = id;
    show.version = version;
    const auto named = names_.find(id);
    show.name = named == names_.end() ? "AC/DC" : named->second;
    show.status = "scheduled";
    show.starts_at = platform_.now() + std::chrono::hours{18};
    show.over_at = platform_.now() + std::chrono::hours{24};
    return show;
  }

  fixtures::TestPlatform& platform_;
  std::map<std::string, std::string, std::less<>> names_;
};

class TicketsTest : public fixtures::ServiceTest {
 public:
  ~TicketsTest() override {
    run(platform_.bus().stop());
    run(data_.stop());
  }

 protected:
  TicketsTest() {
    subscribe(platform_.bus(), operations_);
    platform_.record({"ticket.created", "ticket.updated"});
    platform_.bus().start();
    data_.start();
  }

  std::optional<Ticket> create(const std::string& title = "Row 7", Money price = Money{2'000},
                               std::optional<db::IdempotencyKey> key = std::nullopt) {
    return run(operations_.create_ticket({.details = {.title = title, .price = price},
                                          .user_id = "seller",
                                          .idempotency_key = std::move(key)}))
        .value();
  }
  Result<std::optional<Ticket>> create_for(const std::string& show_id) {
    return run(operations_.create_ticket({.details = {.title = "Row 7", .price = Money{2'000}},
                                          .show_id = show_id,
                                          .user_id = "seller",
                                          .idempotency_key = std::nullopt}));
  }
  Result<std::optional<Ticket>> create_priced(const std::string& show_id, Money price,
                                              std::optional<Money> face_value) {
    TicketDetails details{.title = "Row 7", .price = price};
    details.face_value = face_value;
    return run(operations_.create_ticket({.details = details,
                                          .show_id = show_id,
                                          .user_id = "seller",
                                          .idempotency_key = std::nullopt}));
  }
  std::string make_ticket() { return create().value().id; }
  Ticket show(const std::string& id) { return run(operations_.show_ticket(id)).value(); }
  Result<Ticket> update(const std::string& id, const std::string& user_id = "seller",
                        std::optional<std::int64_t> seen_version = std::nullopt) {
    return run(operations_.update_ticket({.id = id,
                                          .details = {.title = "Row 8", .price = Money{3'000}},
                                          .seen_version = seen_version,
                                          .user_id = user_id}));
  }
  contracts::TicketUpdated last_update() {
    const auto all = events("ticket.updated");
    if (all.empty()) throw std::logic_error("no ticket was updated");
    return contracts::decode<contracts::TicketUpdated>(all.back().payload).value();
  }
  std::size_t updates() { return events("ticket.updated").size(); }

  runtime::OwnedData data_{
      platform_.get(), "tickets", embedded_files(), "tickets", {db::idempotency_migration()},
      republished()};
  runtime::IdempotentRequests idempotency_{platform_.get(), data_.database(), "tickets"};
  Operations operations_{platform_.get(), data_, idempotency_.keys()};
  TestOrders orders_{platform_};
  TestShows shows_{platform_};
};

}  // namespace ticketing::tickets
