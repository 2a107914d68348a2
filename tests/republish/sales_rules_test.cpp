// Listing, editing, policies, orders, payments, cancellations and beginnings of shows in a random
// order, while events come late and in any order: the rules of a sale hold at every reservation,
// and at rest all services agree. TICKETING_SALES_STEPS says how many steps, TICKETING_SEED replays
// one run; TICKETING_TEST_SCALE makes it shorter.
#include <gtest/gtest.h>

#include <algorithm>

#include "common/base/random.hpp"
#include "fixtures/number_from.hpp"
#include "republish/shop.hpp"

namespace ticketing::republish {
namespace {

using Lines = Shop::Lines;

constexpr int orders_of_show_max = 3;

// What no reservation may do, asked in its own transaction: a reservation that a rule and the
// insert let pass between two versions of a copy is seen, too.
const db::Sql broken_rules{"test_broken_rules", "CREATE TABLE broken_rules (line text NOT NULL)"};
const db::Sql watch_caps{
    "test_watch_caps",
    "CREATE TRIGGER watch_caps AFTER INSERT ON orders WHEN NEW.status = 'created' BEGIN "
    "INSERT INTO broken_rules SELECT 'above the cap: order ' || NEW.id FROM tickets t "
    "JOIN shows s ON s.id = t.show_id WHERE t.id = NEW.ticket_id AND s.price_cap_percent > 0 AND "
    "(t.face_value_cents IS NULL OR "
    "NEW.price_cents * 100 > t.face_value_cents * s.price_cap_percent); END"};
const db::Sql watch_beginnings{
    "test_watch_beginnings",
    "CREATE TRIGGER watch_beginnings AFTER INSERT ON orders WHEN NEW.status = 'created' BEGIN "
    "INSERT INTO broken_rules SELECT 'the show has begun: order ' || NEW.id FROM tickets t "
    "JOIN shows s ON s.id = t.show_id WHERE t.id = NEW.ticket_id AND (s.status = 'cancelled' OR "
    "(s.status = 'scheduled' AND s.starts_at <= NEW.created_at)); END"};
const db::Sql what_broke{"test_what_broke", "SELECT line FROM broken_rules"};

const db::Sql sold_twice{"test_sold_twice",
                         "SELECT ticket_id AS line FROM orders WHERE status IN ('created', "
                         "'complete') GROUP BY ticket_id HAVING count(*) > 1"};
const db::Sql too_many_of_show{
    "test_too_many_of_show",
    "SELECT user_id || ' ' || show_id AS line FROM orders WHERE status IN ('created', 'complete') "
    "AND show_id IS NOT NULL GROUP BY user_id, show_id HAVING count(*) > 3"};
const db::Sql sold_by_orders{
    "test_sold_by_orders",
    "SELECT ticket_id || ' ' || id AS line FROM orders WHERE status = 'complete' ORDER BY 1"};
const db::Sql sold_by_tickets{
    "test_sold_by_tickets",
    "SELECT id || ' ' || order_id AS line FROM tickets WHERE status = 'sold' ORDER BY 1"};
const db::Sql available_by_tickets{
    "test_available_by_tickets",
    "SELECT show_id || ' ' || count(*) || ' from ' || min(price_cents) AS line FROM tickets "
    "WHERE status = 'available' AND show_id IS NOT NULL GROUP BY show_id ORDER BY 1"};
const db::Sql available_by_shows{
    "test_available_by_shows",
    "SELECT id || ' ' || tickets_available || ' from ' || price_from_cents AS line FROM shows "
    "WHERE tickets_available > 0 ORDER BY 1"};
const db::Sql begun_and_available{
    "test_begun_and_available",
    "SELECT t.id AS line FROM tickets t JOIN shows s ON s.id = t.show_id WHERE t.status = "
    "'available' AND s.status <> 'postponed' AND s.starts_at <= $1"};

MarketplaceSettings settings() {
  MarketplaceSettings settings = without_limits();
  settings.orders.buyer.orders_of_show_max = orders_of_show_max;
  return settings;
}

class Sales {
 public:
  explicit Sales(std::uint64_t seed)
      : random_(seed),
        bus_random_(seed + 1),
        shop_(Shop::Recording::off, {.faults = disorder(bus_random_, Milliseconds{200})},
              settings()) {
    for (const db::Sql* sql : {&broken_rules, &watch_caps, &watch_beginnings})
      shop_.write("orders", (*sql)());
  }

  void step() {
    if (shows_.empty() || one_in(40)) make_show();
    switch (below(10)) {
      case 0:
      case 1: return list();
      case 2: return edit();
      case 3: return change_show();
      case 4:
      case 5:
      case 6: return order();
      case 7: return pay();
      case 8: return cancel();
      default: return wait();
    }
  }

  // Everything has come, expired and been swept.
  void rest() {
    shop_.platform().pass(std::chrono::minutes{17});
    while (has_just_begun()) shop_.platform().pass(std::chrono::minutes{1});
    EXPECT_EQ(shop_.lines("orders", what_broke), Lines{});
    EXPECT_EQ(shop_.lines("orders", sold_twice), Lines{});
    EXPECT_EQ(shop_.lines("orders", too_many_of_show), Lines{});
    EXPECT_EQ(shop_.lines("tickets", sold_by_tickets), shop_.lines("orders", sold_by_orders));
    EXPECT_EQ(shop_.lines("shows", available_by_shows),
              shop_.lines("tickets", available_by_tickets));
    const auto left = shop_.read("tickets", begun_and_available(shop_.platform().now()));
    EXPECT_EQ(left.rows.size(), 0U) << "listed for shows that have begun";
  }
  std::string counts() const {
    return fmt::format("{} listed, {} ordered, {} paid, {} refused", tickets_made_, ordered_, paid_,
                       refused_);
  }
  int ordered() const { return ordered_; }

 private:
  struct ShowMade {
    std::string id, name;
    Timestamp starts_at;
  };
  std::uint64_t below(std::uint64_t bound) { return random_.below(bound); }
  bool one_in(std::uint64_t n) { return below(n) == 0; }
  template <class T>
  const T& any(const std::vector<T>& recent) {
    const std::size_t window = std::min<std::size_t>(recent.size(), 30);
    return recent[recent.size() - 1 - below(window)];
  }
  std::string any_buyer() { return fmt::format("buyer {}", below(3)); }

  // The body's `id`, or "" of a refusal.
  std::string id_of(const http::Response& answer) {
    EXPECT_LT(answer.status, 504) << answer.body;
    if (answer.status >= 300) {
      ++refused_;
      return "";
    }
    const auto body = boost::json::parse(answer.body);
    if (!body.is_array()) return body.at("id").as_string().c_str();
    for (const auto& ticket : body.as_array()) {
      tickets_.emplace_back(ticket.at("id").as_string());
      ++tickets_made_;
    }
    return "";
  }
  std::string show_json(const ShowMade& show, const std::string& status) {
    const std::string cap = one_in(3) ? "null" : std::to_string(100 + 10 * below(6));
    return fmt::format(
        R"({{"name":"{}","category":"concert","startsAt":"{}","status":"{}","priceCapPercent":{},)"
        R"("venue":{{"name":"Hall","city":"Graz","country":"AT","timeZone":"Europe/Vienna"}}}})",
        show.name, to_iso8601(show.starts_at), status, cap);
  }
  void make_show() {
    ShowMade show{.id = "",
                  .name = fmt::format("Show {}", shows_.size()),
                  .starts_at = shop_.platform().now() + std::chrono::minutes{1 + below(20)}};
    show.id =
        id_of(shop_.try_to_send("seller", "POST", "/api/shows", show_json(show, "scheduled")));
    ASSERT_NE(show.id, "");
    shows_.push_back(show);
  }
  // The sweep that finds what has begun comes twice a minute, and its events take a moment.
  bool has_just_begun() {
    const Timestamp now = shop_.platform().now();
    return std::ranges::any_of(shows_, [now](const ShowMade& show) {
      return show.starts_at <= now && now < show.starts_at + std::chrono::minutes{1};
    });
  }
  ShowMade& recent_show() {
    const std::size_t window = std::min<std::size_t>(shows_.size(), 3);
    return shows_[shows_.size() - 1 - below(window)];
  }
  void change_show() {
    ShowMade& present = recent_show();
    ShowMade show = present;
    if (one_in(3)) show.starts_at += std::chrono::minutes{below(10)} - std::chrono::minutes{4};
    const std::string status = one_in(8) ? "postponed" : one_in(15) ? "cancelled" : "scheduled";
    const std::string path = "/api/shows/" + show.id;
    if (!id_of(shop_.try_to_send("seller", "PUT", path, show_json(show, status))).empty())
      present = show;
  }
  void list() {
    const std::string show_id = recent_show().id;
    id_of(shop_.try_to_send(
        "seller", "POST", "/api/tickets",
        fmt::format(R"({{"title":"Row 7","price":{},"faceValue":20,"showId":"{}","quantity":{}}})",
                    18 + below(16), show_id, 1 + below(3))));
  }
  void edit() {
    if (tickets_.empty()) return;
    id_of(shop_.try_to_send("seller", "PUT", "/api/tickets/" + any(tickets_),
                            fmt::format(R"({{"title":"Row 8","price":{}}})", 18 + below(16))));
  }
  void order() {
    if (tickets_.empty()) return;
    const std::string buyer = any_buyer();
    const std::string id = id_of(shop_.try_to_send(
        buyer, "POST", "/api/orders", fmt::format(R"({{"ticketId":"{}"}})", any(tickets_))));
    if (id.empty()) return;
    ++ordered_;
    orders_.emplace_back(buyer, id);
  }
  void pay() {
    if (orders_.empty()) return;
    const auto& [buyer, id] = any(orders_);
    const auto answer =
        shop_.try_to_send(buyer, "POST", "/api/payments",
                          fmt::format(R"({{"token":"tok_visa","orderId":"{}"}})", id));
    ++(answer.status < 300 ? paid_ : refused_);
  }
  void cancel() {
    if (orders_.empty()) return;
    const auto& [buyer, id] = any(orders_);
    shop_.try_to_send(buyer, "DELETE", "/api/orders/" + id);
  }
  // Buyers are faster than the event that the show begins.
  void order_at_the_beginning() {
    const Milliseconds left = recent_show().starts_at - shop_.platform().now();
    if (left.count() <= 0) return;
    shop_.platform().pass(left + Milliseconds{below(20)});
    for (int i = 0; i < 5; ++i) order();
  }
  void wait() {
    if (one_in(8)) return order_at_the_beginning();
    shop_.platform().pass(one_in(20) ? std::chrono::minutes{below(10)}
                                     : Milliseconds{below(10'000)});
  }

  SeededRandom random_, bus_random_;
  Shop shop_;
  std::vector<ShowMade> shows_;
  std::vector<std::string> tickets_;
  std::vector<std::pair<std::string, std::string>> orders_;  // buyer, id
  int tickets_made_ = 0, ordered_ = 0, paid_ = 0, refused_ = 0;
};

// I22, I20, I2.
TEST(SalesRules, HoldInAnyOrderOfWhatSellersBuyersAndClocksDo) {
  const double scale = fixtures::number_from("TICKETING_TEST_SCALE", 1);
  const auto steps =
      static_cast<int>(fixtures::number_from("TICKETING_SALES_STEPS", 2'000 * scale));
  const auto seed = static_cast<std::uint64_t>(fixtures::number_from("TICKETING_SEED", 20'261'127));
  SCOPED_TRACE(fmt::format("TICKETING_SEED={} TICKETING_SALES_STEPS={}", seed, steps));
  constexpr int steps_of_a_shop = 500;
  for (int first = 0; first < steps; first += steps_of_a_shop) {
    Sales sales(seed + static_cast<std::uint64_t>(first));
    for (int i = first; i < std::min(steps, first + steps_of_a_shop); ++i) sales.step();
    sales.rest();
    if (first == 0) fmt::print("the first {} steps: {}\n", steps_of_a_shop, sales.counts());
    if (testing::Test::HasFailure()) {
      fmt::print("failed from step {} on: TICKETING_SEED={}\n", first,
                 seed + static_cast<std::uint64_t>(first));
      break;
    }
  }
}

}  // namespace
}  // namespace ticketing::republish
