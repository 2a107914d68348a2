// The operations of shows on made-up time. Part of no library.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/db/idempotency_keys.hpp"
#include "common/files/database/database_store.hpp"
#include "common/runtime/idempotent_requests.hpp"
#include "common/runtime/owned_data.hpp"
#include "contracts/shows_events.hpp"
#include "contracts/tickets_events.hpp"
#include "fixtures/service_test.hpp"
#include "fixtures/test_client.hpp"
#include "shows/listeners.hpp"
#include "shows/operations.hpp"
#include "shows/republished.hpp"
#include "shows/service.hpp"

namespace ticketing::shows {

EmbeddedFiles embedded_files();

// What another replica does.
inline const db::Sql test_touch_show{"test_touch_show",
                                     "UPDATE shows SET version = version + 1 WHERE id = $1"};

inline VenueDetails filharmonia() {
  return {.name = "Filharmonia", .city = "Łódź", .country = "PL", .time_zone = "Europe/Warsaw"};
}

class ShowsTest : public fixtures::ServiceTest {
 public:
  ~ShowsTest() override {
    run(platform_.bus().stop());
    run(data_.stop());
  }

 protected:
  ShowsTest() {
    subscribe(platform_.bus(), operations_);
    platform_.record({"show.created", "show.updated"});
    platform_.bus().start();
    data_.start();
  }

  Timestamp in_days(int days) const { return platform_.now() + std::chrono::days{days}; }
  ShowDetails details(const std::string& name, int days = 10) const {
    return {.name = name, .category = Category::concert, .starts_at = in_days(days)};
  }
  Result<MadeShow> create(ShowDetails details, VenueDetails venue = filharmonia(),
                          std::optional<db::IdempotencyKey> key = std::nullopt) {
    return run(operations_.create_show({.details = std::move(details),
                                        .venue = std::move(venue),
                                        .user_id = "maker",
                                        .idempotency_key = std::move(key)}));
  }
  std::string make_show(const std::string& name = "AC/DC", int days = 10) {
    return create(details(name, days)).value().show.id;
  }
  Show show(const std::string& id) { return run(operations_.show_show(id)).value(); }

  Result<Show> update(UpdateShow request) { return run(operations_.update_show(request)); }
  UpdateShow change_of(const std::string& id, ShowDetails details) {
    return {.id = id, .details = std::move(details), .user_id = "maker"};
  }

  // Publish the events of the tickets service.
  void list_ticket(const std::string& id, const std::string& show_id, std::int64_t cents) {
    platform_.publish_as("tickets", contracts::TicketCreated{.id = id,
                                                             .title = "Seat",
                                                             .price = Money{cents},
                                                             .show_id = show_id,
                                                             .user_id = "seller"});
  }
  void change_ticket(const std::string& id, std::int64_t version, const std::string& show_id,
                     std::int64_t cents, const std::string& status) {
    platform_.publish_as("tickets", contracts::TicketUpdated{.id = id,
                                                             .version = version,
                                                             .title = "Seat",
                                                             .price = Money{cents},
                                                             .show_id = show_id,
                                                             .user_id = "seller",
                                                             .status = status});
  }

  const Settings settings_{.price_cap_percent = 120, .operator_token = ""};
  runtime::OwnedData data_{platform_.get(),
                           "shows",
                           embedded_files(),
                           "shows",
                           {db::idempotency_migration(), files::files_migration()},
                           republished(settings_)};
  runtime::IdempotentRequests idempotency_{platform_.get(), data_.database(), "shows"};
  Operations operations_{platform_.get(), data_, idempotency_.keys(), settings_};
};

// The whole service as its callers see it: "maker" signed in by send(), without a session by
// `client_`.
class ShowsServiceTest : public testing::Test {
 public:
  ~ShowsServiceTest() override {
    platform_.run(platform_.bus().stop());
    platform_.run(service_->stop());
  }

 protected:
  explicit ShowsServiceTest(std::unique_ptr<images::Decoder> decoder = nullptr)
      : service_(make_service(platform_.get(),
                              {.price_cap_percent = std::nullopt, .operator_token = operator_token},
                              std::move(decoder))) {
    service_->subscribe();
    platform_.bus().start();
    service_->start();
  }
  http::Response send(const std::string& method, const std::string& path,
                      fixtures::TestClient::Options options = {}) {
    options.user_id = "maker";
    return client_.send(method, path, std::move(options));
  }

  static constexpr const char* operator_token = "a token of the tests";
  fixtures::TestPlatform platform_;
  std::unique_ptr<runtime::Service> service_;
  fixtures::TestClient client_{platform_, service_->routes()};
};

}  // namespace ticketing::shows
