// The marketplace on one platform of made-up time, and the copies that its services
// keep of each other's entities.
#pragma once

#include <fmt/format.h>

#include <boost/json/parse.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/db/sqlite/sqlite_database.hpp"
#include "common/runtime/readiness.hpp"
#include "common/runtime/republisher.hpp"
#include "contracts/subjects.hpp"
#include "fixtures/test_client.hpp"
#include "ticketing/marketplace.hpp"

namespace ticketing::republish {

inline const db::Sql ticket_copies{
    "test_ticket_copies",
    "SELECT id || ' ' || version || ' ' || title || ' ' || price_cents || ' ' || "
    "coalesce(section, '') || ' ' || file_promised AS line FROM tickets ORDER BY id"};
inline const db::Sql order_copies{
    "test_order_copies",
    "SELECT id || ' ' || version || ' ' || status || ' ' || coalesce(reason, '') || ' ' || user_id "
    "|| ' ' || price_cents || ' ' || expires_at || ' ' || ticket_id || ' ' || file_promised AS "
    "line "
    "FROM orders ORDER BY id"};
inline const db::Sql expiration_copies{
    "test_expiration_copies",
    "SELECT id || ' ' || version || ' ' || due_at || ' ' || CASE WHEN status = 'dropped' THEN "
    "status ELSE 'live' END AS line FROM expirations ORDER BY id"};
inline const db::Sql followed_orders{
    "test_followed_orders",
    "SELECT id || ' ' || version || ' ' || ticket_id || ' ' || status || ' ' || "
    "coalesce(price_cents, 0) || ' ' || CASE WHEN status = 'complete' THEN completed_at ELSE 0 END "
    "AS line FROM orders ORDER BY id"};
inline const db::Sql own_tickets{
    "test_own_tickets",
    "SELECT id || ' ' || version || ' ' || status || ' ' || coalesce(order_id, '') || ' ' || "
    "coalesce(withdrawal_version, -1) AS line FROM tickets ORDER BY id"};

inline const db::Sql assigned_tickets{
    "test_assigned_tickets",
    "SELECT id || ' ' || ticket_id || ' ' || user_id AS line FROM assignments "
    "WHERE state <> 'released' ORDER BY id"};
inline const db::Sql copied_reveals{
    "test_copied_reveals", "SELECT id || ' ' || revealed_at AS line FROM reveals ORDER BY id"};

inline const db::Sql show_copies{
    "test_show_copies",
    "SELECT id || ' ' || version || ' ' || status || ' ' || over_at || ' ' || "
    "coalesce(merged_into, '') AS line FROM shows ORDER BY id"};
inline const db::Sql capped_shows{
    "test_capped_shows",
    "SELECT id || ' ' || version || ' ' || coalesce(price_cap_percent, 0) || ' ' || "
    "coalesce(merged_into, '') AS line FROM shows ORDER BY id"};
inline const db::Sql show_tickets{
    "test_show_tickets",
    "SELECT id || ' ' || version || ' ' || show_id || ' ' || price_cents || ' ' || status AS line "
    "FROM tickets ORDER BY id"};
inline const db::Sql own_shows{
    "test_own_shows",
    "SELECT id || ' ' || version || ' ' || name || ' ' || tickets_available || ' ' || "
    "coalesce(price_from_cents, 0) || ' ' || coalesce(merged_into, '') AS line FROM shows "
    "ORDER BY id"};

// Without the versions: those that tell of an order alone are not kept.
inline const db::Sql mailed_sales{
    "test_mailed_sales",
    "SELECT o.id || ' ' || o.user_id || ' ' || o.price_cents || ' ' || o.is_paid || "
    "o.is_refunded || o.is_due || ' ' || t.title || ' ' || t.user_id || ' ' || "
    "coalesce(s.name || s.status, '') AS line FROM orders o JOIN tickets t ON t.id = o.ticket_id "
    "LEFT JOIN shows s ON s.id = t.show_id ORDER BY o.id"};

// A few simulated people do what many would.
inline MarketplaceSettings without_limits() {
  MarketplaceSettings settings;
  settings.orders.buyer = {.live_orders_max = 0,
                           .live_orders_of_address_max = 0,
                           .orders_of_show_max = 0,
                           .pause = std::chrono::seconds{0}};
  settings.delivery.files_an_hour = 0;
  return settings;
}
// Events that come late, twice and in any order. `random` outlives the bus.
inline bus::LocalBusFaults disorder(Random& random, Milliseconds delay_max) {
  return {.random = &random, .duplicate_percent = 10, .delay_max = delay_max, .reorder = true};
}

// Takes every mail at once. (A folder would be written by another thread, whenever that runs.)
class MailServer final : public notifications::mail::Sender {
 public:
  Task<notifications::mail::Answer> send(notifications::mail::Message) override {
    co_return notifications::mail::Answer{.outcome = notifications::mail::Outcome::accepted,
                                          .reason = ""};
  }
};

class Shop {
 public:
  using Lines = std::vector<std::string>;

  enum class Recording { on, off };

  explicit Shop(Recording recording = Recording::on,
                const fixtures::TestPlatform::Beginning& beginning = {},
                const MarketplaceSettings& settings = {},
                const std::function<void(const bus::Event&)>& observer = {})
      : platform_(beginning) {
    const auto open = platform_.get().open_database;
    platform_.get().open_database = [this, open](const std::string& service,
                                                 const db::Migrations& migrations) {
      auto database = open(service, migrations);
      databases_[service] = &platform_.database();
      return database;
    };
    services_ = make_marketplace(platform_.get(), settings, key_, std::make_unique<MailServer>());
    http::Routes routes;
    for (const auto& service : services_) {
      for (http::Route& route : service->routes()) routes.push_back(std::move(route));
      service->subscribe();
    }
    client_ = std::make_unique<fixtures::TestClient>(platform_, std::move(routes));
    std::vector<std::string> subjects;
    for (const auto subject : contracts::all_subjects()) subjects.emplace_back(subject);
    if (recording == Recording::on) platform_.record(subjects);
    for (const std::string& subject : subjects) {
      platform_.bus().observe(subject, [this](const bus::Event& e) { count_copy(e); });
      if (observer) platform_.bus().observe(subject, observer);
    }
    platform_.bus().start();
    for (const auto& service : services_) service->start();
  }
  ~Shop() {
    if (has_crashed_) return;
    platform_.run(platform_.bus().stop());
    for (const auto& service : services_) platform_.run(service->stop());
  }
  Shop(const Shop&) = delete;
  Shop& operator=(const Shop&) = delete;

  // The end of the process, while anything may run.
  void crash() {
    has_crashed_ = true;
    for (const auto& [service, database] : databases_) database->crash();
    platform_.crash();
  }

  fixtures::TestPlatform& platform() { return platform_; }
  void settle() { platform_.pass(std::chrono::seconds{10}); }

  http::Response try_to_send(const std::string& user, const std::string& method,
                             const std::string& path, const std::string& body = "") {
    return client_->send(method, path, {.user_id = user, .body = body});
  }
  Task<http::Response> ask(std::string user, std::string method, std::string path,
                           std::string body) {
    return client_->ask(method, path, {.user_id = user, .body = body});
  }
  boost::json::object send(const std::string& user, const std::string& method,
                           const std::string& path, const std::string& body = "") {
    const auto answer = client_->send(method, path, {.user_id = user, .body = body});
    if (answer.status >= 300) throw std::runtime_error(path + ": " + answer.body);
    return answer.body.empty() ? boost::json::object{}
                               : boost::json::parse(answer.body).as_object();
  }
  std::string make_ticket() {
    return send("seller", "POST", "/api/tickets", R"({"title":"Row 7","price":20})")
        .at("id")
        .as_string()
        .c_str();
  }
  // Its seller gives file or code after the sale.
  std::string make_promised_ticket() {
    return send("seller", "POST", "/api/tickets",
                R"({"title":"Row 7","price":20,"filePromised":true})")
        .at("id")
        .as_string()
        .c_str();
  }
  std::string make_show(const std::string& name) {
    return send("seller", "POST", "/api/shows", show_json(name)).at("id").as_string().c_str();
  }
  void postpone(const std::string& show_id, const std::string& name) {
    send("seller", "PUT", "/api/shows/" + show_id, show_json(name, "postponed"));
  }
  std::string make_ticket_for(const std::string& show_id) {
    return send("seller", "POST", "/api/tickets",
                R"({"title":"Row 7","price":20,"showId":")" + show_id + "\"}")
        .at("id")
        .as_string()
        .c_str();
  }
  std::string order(const std::string& ticket_id) {
    return send("buyer", "POST", "/api/orders", R"({"ticketId":")" + ticket_id + "\"}")
        .at("id")
        .as_string()
        .c_str();
  }
  void pay(const std::string& order_id) {
    send("buyer", "POST", "/api/payments", R"({"token":"tok_visa","orderId":")" + order_id + "\"}");
  }
  void give_code(const std::string& ticket_id) {
    send("seller", "PUT", "/api/tickets/" + ticket_id + "/code",
         R"({"format":"qr","text":"code of )" + ticket_id + "\"}");
  }
  void reveal(const std::string& order_id) {
    send("buyer", "POST", "/api/orders/" + order_id + "/ticket/reveal");
  }
  void edit(const std::string& ticket_id) {
    send("seller", "PUT", "/api/tickets/" + ticket_id, R"({"title":"Row 8","price":30})");
  }
  void withdraw(const std::string& ticket_id) {
    send("seller", "DELETE", "/api/tickets/" + ticket_id);
  }
  void refund(const std::string& order_id, const std::string& terms) {
    send("buyer", "POST", "/api/orders/" + order_id + "/refund", terms);
  }

  // The most copies that were in the outbox of tickets at one time.
  double longest_backlog() const { return longest_backlog_; }

  runtime::Republisher& republisher(const std::string& service) {
    for (runtime::Republisher* each : *platform_.get().republishers) {
      if (each->service() == service) return *each;
    }
    throw std::logic_error("no republisher of " + service);
  }
  // Publishes all entities of all services once more, and gives the copies.
  std::vector<bus::Event> republish(std::optional<Timestamp> since = std::nullopt) {
    const std::size_t before = platform_.events().size();
    for (runtime::Republisher* owner : *platform_.get().republishers) {
      republish(owner->service(), since);
    }
    settle();
    return {platform_.events().begin() + static_cast<std::ptrdiff_t>(before),
            platform_.events().end()};
  }
  bus::Republication republish(const std::string& service, std::optional<Timestamp> since = {}) {
    auto& owner = republisher(service);
    const auto run = platform_.run(owner.request({.service = service,
                                                  .event_subject = std::nullopt,
                                                  .since = since,
                                                  .lost_before = std::nullopt,
                                                  .requested_by = "test"}));
    bus::Republication now = run;
    const bool ended = platform_.run_until([&] {
      now = find(service, run.id);
      return now.status == bus::RepublicationStatus::done;
    });
    if (!ended) throw std::runtime_error("the republication of " + service + " does not end");
    return now;
  }
  bus::Republication find(const std::string& service, const std::string& id) {
    return read(service, bus::republication_by_id(id)).rows.at(0).as<bus::Republication>();
  }

  // All who listen get them.
  void deliver(const std::vector<bus::Event>& events) {
    for (const bus::Event& event : events) publish(event);
    settle();
  }
  void publish(bus::Event event) {
    asio::co_spawn(platform_.get().executor, send_event(std::move(event)),
                   [](std::exception_ptr) {});
  }

  Lines lines(const std::string& service, const db::Sql& sql) {
    Lines all;
    for (const db::Row& row : read(service, sql()).rows) all.push_back(row.text("line"));
    return all;
  }
  // What each service derives from the events of another one.
  Lines copies_of_tickets() { return lines("orders", ticket_copies); }
  // Of these, payers see the price and whether it can still be paid: it is all that they need.
  Lines copies_of_orders() { return lines("payments", order_copies); }
  // When the time of each order is over, and whether that still matters to the order.
  Lines ends_of_orders() { return lines("expiration", expiration_copies); }
  // Whose ticket it is, and which buyers were shown theirs.
  Lines assignments() { return lines("delivery", assigned_tickets); }
  // Until when these are kept.
  Lines ends_of_shows() { return lines("delivery", show_copies); }
  void forget_ends_of_shows() {
    static const db::Sql forget{"test_forget_ends_of_shows", "DELETE FROM shows"};
    write("delivery", forget());
  }
  Lines copies_of_reveals() { return lines("payments", copied_reveals); }
  std::map<std::string, Lines> replicas() {
    return {{"copies of tickets", copies_of_tickets()},
            {"copies of orders", copies_of_orders()},
            {"copies of shows", lines("tickets", show_copies)},
            {"shows of orders", lines("orders", capped_shows)},
            {"tickets of shows", lines("shows", show_tickets)},
            {"assigned tickets", assignments()},
            {"ends of shows", ends_of_shows()},
            {"reveals", copies_of_reveals()},
            {"mailed sales", lines("notifications", mailed_sales)},
            {"ends of orders", ends_of_orders()}};
  }
  std::map<std::string, Lines> all_state() {
    auto all = replicas();
    all["followed orders"] = lines("tickets", followed_orders);
    all["own tickets"] = lines("tickets", own_tickets);
    all["own shows"] = lines("shows", own_shows);
    return all;
  }

  db::StatementResult read(const std::string& service, db::Statement statement) {
    return platform_.run(databases_.at(service)->query(std::move(statement)));
  }
  fixtures::TestDatabase& database(const std::string& service) { return *databases_.at(service); }
  const std::map<std::string, fixtures::TestDatabase*>& databases() const { return databases_; }
  fixtures::TestClient& client() { return *client_; }
  // Behind the service's back.
  void write(const std::string& service, db::Statement statement) {
    db::Transaction transaction;
    transaction.statements.push_back(std::move(statement));
    platform_.run(databases_.at(service)->commit(std::move(transaction)));
  }

 private:
  std::string show_json(const std::string& name, const std::string& status = "scheduled") {
    return fmt::format(
        R"({{"name":"{}","category":"concert","startsAt":"{}","status":"{}","venue":{{)"
        R"("name":"Hall","city":"Graz","country":"AT","timeZone":"Europe/Vienna"}}}})",
        name, to_iso8601(platform_.now() + std::chrono::hours{48}), status);
  }
  void count_copy(const bus::Event& event) {
    if (!event.is_copy() || event.source != "tickets") return;
    const auto& made = platform_.get().metrics.counter("events_republished_total",
                                                       "Copies of events made from entities",
                                                       {{"service", "tickets"}});
    longest_backlog_ = std::max(longest_backlog_, made.Value() - published_copies_);
    ++published_copies_;
  }
  Task<> send_event(bus::Event event) { co_await platform_.get().bus.publish(event); }

  fixtures::TestPlatform platform_;
  std::map<std::string, fixtures::TestDatabase*> databases_;
  identity::SigningKey key_{"a secret of the tests"};
  runtime::Services services_;
  std::unique_ptr<fixtures::TestClient> client_;
  double published_copies_ = 0;
  double longest_backlog_ = 0;
  bool has_crashed_ = false;
};

}  // namespace ticketing::republish
